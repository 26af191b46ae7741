"""Files of a window: open, save, save as, recent. Dialogs ask; a thread reads and writes; nothing unsaved is lost."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep

from PySide6.QtCore import QObject, QSettings, Signal

from nnstudio.core.errors import ProjectError, StudioError
from nnstudio.project.file import load_project, save_project
from nnstudio.project.project import Project
from nnstudio.ui.background import Background
from nnstudio.ui.dialogs import ENDING, Dialogs
from nnstudio.ui.document import Document
from nnstudio.ui.keeper import Shelf

MOST_RECENT = 10
CLOSING = 0.2  # Seconds.
Then = Callable[[], object]
Stamp = tuple[int, int]
"""When a file was written, and how long it is: by these a change by another program is seen."""


class ChangedMeanwhile(ProjectError):
    """Another program has written the file since it was opened here."""


class Disk:
    """The thread's side: reads and writes, and knows by its stamp whether the file is still as this window left it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._path: Path | None = None
        self._stamp: Stamp | None = None

    def notice(self, path: Path) -> None:
        """This file is the project's, as it is now."""
        self._path, self._stamp = path, stamp_of(path)

    def read(self, path: Path) -> tuple[Project, bool]:
        """Another project, and whether some window has it open."""
        project, patience = load_project(path), CLOSING
        # Perhaps by a window that is just being closed, and takes its sign away in a moment.
        while (elsewhere := self._shelf.open_elsewhere(path)) and patience > 0:
            sleep(patience)
            patience -= CLOSING / 2
        return project, elsewhere

    def write(self, project: Project, path: Path, check: bool) -> None:
        """Save; ChangedMeanwhile where that would undo what another program wrote."""
        if check and path == self._path and self._stamp is not None and stamp_of(path) not in (self._stamp, None):
            raise ChangedMeanwhile(f"{path} was changed by another program.")
        save_project(project, path)
        self.notice(path)


class Files(QObject):
    """Saves the document and reads others; what was read is handed on in `opened`."""

    opened = Signal(object, object, bool)
    """A Project, its Path or None for a new one, and whether another window has that file open."""
    saved = Signal(object)
    asked = Signal()
    """The project is about to be saved or left: what is half typed somewhere belongs into it now."""

    def __init__(
        self, document: Document, background: Background, dialogs: Dialogs, shelf: Shelf, settings: QSettings
    ) -> None:
        super().__init__(document)
        self._document, self._background, self._dialogs = document, background, dialogs
        self._disk, self._settings = Disk(shelf), settings
        self._saving = self._reading = 0
        self._after: list[tuple[Callable[..., object], Then | None]] = []
        if document.path is not None:
            self._remember(document.path)
            background.run(partial(self._disk.notice, document.path), self._noticed, self.tell_not_opened)

    @property
    def saving(self) -> bool:
        """Whether the project is being written."""
        return self._saving > 0

    @property
    def busy(self) -> bool:
        """Whether anything is read or written for this window."""
        return self._saving + self._reading > 0

    @property
    def recent(self) -> list[Path]:
        """The files that were open last, the last first."""
        names = self._settings.value("recent", [])
        names = [names] if isinstance(names, str) else names
        return [Path(str(name)) for name in names] if isinstance(names, list) else []

    def forget_recent(self) -> None:
        """Empty the list."""
        self._settings.setValue("recent", [])

    def save(self, then: Then | None = None) -> None:
        """Save where the project is, or ask where; then go on, once nothing is unsaved."""
        self.asked.emit()
        if self._document.path is None and self.saving:
            self._wait(self.save, then)
        elif self._document.path is None:
            self.save_as(then)
        else:
            self._save(self._document.path, then)

    def save_as(self, then: Then | None = None) -> None:
        """Ask for a name, and save."""
        self.asked.emit()
        start = self._document.path or Path.home() / f"{as_name(self._document.project.title)}{ENDING}"
        path = self._dialogs.where_to_save(str(start))
        if path is None:
            return
        if path.suffix.lower() != ENDING:
            path = path.with_name(f"{path.name}{ENDING}")
            # The file dialog has asked about the name without the ending.
            if os.path.lexists(path) and not self._dialogs.replace(path):
                return
        self._save(path, then)

    def ask_to_open(self) -> None:
        """Ask for a project and open it."""
        start = self._document.path.parent if self._document.path else Path.home()
        path = self._dialogs.what_to_open(str(start))
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Read a project and hand it on."""
        path = Path(os.path.abspath(path))
        self._reading += 1
        self._background.run(
            partial(self._disk.read, path), partial(self._hand_on, path), partial(self._not_read, path)
        )

    def new(self, project: Project) -> None:
        """Begin another project."""
        self.opened.emit(project, None, False)

    def when_safe(self, then: Then) -> bool:
        """Go on when nothing is unsaved: at once, after saving, or as the user lets it go. False: it was called off."""
        self.asked.emit()
        if self.saving:
            self._wait(self.when_safe, then)
            return True
        if not self._document.modified:
            then()
            return True
        path = self._document.path
        answer = self._dialogs.save_first(path.name if path else self._document.project.title or self.tr("New model"))
        if answer is True:
            self.save(partial(self.when_safe, then))
            return self.saving
        if answer is False:
            then()
        return answer is False

    def _save(self, path: Path, then: Then | None, check: bool = True) -> None:
        project, path = self._document.project, Path(os.path.abspath(path))
        self._saving += 1
        self._background.run(
            partial(self._disk.write, project, path, check),
            partial(self._written, project, path, then),
            partial(self._not_written, path, then),
        )

    def _written(self, project: Project, path: Path, then: Then | None, _: object) -> None:
        self._saving -= 1
        edited = self._document.project is not project
        self._document.saved(path)
        if edited:
            # While it was written: then there still is something to save.
            self._document.undo_stack.resetClean()
        self._remember(path)
        self.saved.emit(path)
        if then is not None:
            then()
        self._go_on()

    def _not_written(self, path: Path, then: Then | None, error: StudioError) -> None:
        self._saving -= 1
        if not isinstance(error, ChangedMeanwhile):
            self._dialogs.tell(self.tr("Not saved"), str(error))
        elif self._dialogs.replace_changed(path):
            self._save(path, then, check=False)
            return
        self._go_on()

    def _wait(self, what: Callable[..., object], then: Then | None) -> None:
        """Do it when the project is written; what is wished twice is done once."""
        if (what, then) not in self._after:
            self._after.append((what, then))

    def _go_on(self) -> None:
        waiting, self._after = self._after, []
        for what, then in waiting:
            what(then)

    def _hand_on(self, path: Path, found: tuple[Project, bool]) -> None:
        self._reading -= 1
        project, elsewhere = found
        self.opened.emit(project, path, elsewhere)

    def _not_read(self, path: Path, error: StudioError) -> None:
        self._reading -= 1
        self._settings.setValue("recent", [str(each) for each in self.recent if each != path])
        self.tell_not_opened(error)

    def tell_not_opened(self, error: StudioError) -> None:
        """Say why something could not be read."""
        self._dialogs.tell(self.tr("Not opened"), str(error))

    def _noticed(self, _: object) -> None:
        """Nothing waits for it."""

    def _remember(self, path: Path) -> None:
        kept = [str(each) for each in self.recent if each != path]
        self._settings.setValue("recent", [str(path), *kept][:MOST_RECENT])


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file, if it is there."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


def as_name(title: str) -> str:
    """A title as the start of a file's name."""
    kept = "".join(each if each.isalnum() or each in " -_.()" else "-" for each in title).strip(" .")
    return kept[:80] or "model"
