"""Files of the window: new, open, save, save as, recent. Dialogs ask; a thread reads and writes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.core.files import shown
from nnstudio.project.file import load_project, save_project
from nnstudio.project.project import Project
from nnstudio.project.recovery import Recovery, open_elsewhere
from nnstudio.ui.background import Background
from nnstudio.ui.document import Document

ENDING = ".nns"
MOST_RECENT = 10


class Dialogs:
    """What the user is asked. Tests answer in its place."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def where_to_save(self, start: str) -> Path | None:
        """A name for the project."""
        title, kinds = self._parent.tr("Save project"), self._parent.tr("nnstudio projects (*.nns)")
        name, _ = QFileDialog.getSaveFileName(self._parent, title, start, kinds)
        return Path(name) if name else None

    def where_to_export(self, ending: str) -> Path | None:
        """A name for a picture."""
        title = self._parent.tr("Save picture")
        name, _ = QFileDialog.getSaveFileName(self._parent, title, f"model.{ending}", f"{ending.upper()} (*.{ending})")
        return Path(name if not name or Path(name).suffix else f"{name}.{ending}") if name else None

    def what_to_open(self, start: str) -> Path | None:
        """A project to open."""
        title, kinds = self._parent.tr("Open project"), self._parent.tr("nnstudio projects (*.nns)")
        name, _ = QFileDialog.getOpenFileName(self._parent, title, start, kinds)
        return Path(name) if name else None

    def save_first(self, title: str) -> bool | None:
        """Whether changes are saved before they would be lost; None: do not go on."""
        buttons = QMessageBox.StandardButton
        text = self._parent.tr("Save the changes of “{}”?").format(title)
        choice = buttons.Save | buttons.Discard | buttons.Cancel
        answer = QMessageBox.question(self._parent, self._parent.tr("Unsaved changes"), text, choice, buttons.Save)
        return {buttons.Save: True, buttons.Discard: False}.get(answer)

    def tell(self, title: str, sentence: str) -> None:
        """Something went wrong."""
        QMessageBox.warning(self._parent, title, sentence)

    def open_anyway(self, path: Path) -> bool:
        """Whether a file is opened here although another window has it."""
        text = self._parent.tr(
            "{} is open in another window. What is saved last replaces what was saved before. Open it here too?"
        ).format(shown(path.name))
        answer = QMessageBox.question(self._parent, self._parent.tr("Open in another window"), text)
        return answer == QMessageBox.StandardButton.Yes


class Files(QObject):
    """Saves the document and reads others; what was read is handed on in `opened`."""

    opened = Signal(object, object)
    """A Project and its Path, or None for a new one."""
    saved = Signal(object)
    recent_changed = Signal()

    def __init__(
        self, document: Document, background: Background, dialogs: Dialogs, recovery: Recovery, settings: QSettings
    ) -> None:
        super().__init__(document)
        self._document, self._background, self._dialogs = document, background, dialogs
        self._recovery, self._settings = recovery, settings

    @property
    def recent(self) -> list[str]:
        """The files that were open last, the last first."""
        names = self._settings.value("recent", [])
        if isinstance(names, str):
            return [names]
        return [str(name) for name in names] if isinstance(names, list) else []

    def forget_recent(self) -> None:
        """Empty the list."""
        self._settings.setValue("recent", [])
        self.recent_changed.emit()

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save where the project is, or ask where."""
        if self._document.path is None:
            self.save_as(then)
        else:
            self._save(self._document.path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a name, and save."""
        start = self._document.path or Path(f"{self._document.project.title or 'model'}{ENDING}")
        path = self._dialogs.where_to_save(str(start))
        if path is not None:
            self._save(path if path.suffix else path.with_suffix(ENDING), then)

    def ask_to_open(self) -> None:
        """Ask for a project and open it."""
        start = self._document.path.parent if self._document.path else Path.home()
        path = self._dialogs.what_to_open(str(start))
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a project, once the present one is safe."""
        self.when_safe(lambda: self._open(path))

    def new(self, project: Project) -> None:
        """Begin another project, once the present one is safe."""
        self.when_safe(lambda: self.opened.emit(project, None))

    def when_safe(self, then: Callable[[], None]) -> None:
        """Go on when there is nothing unsaved: at once, after saving, or when the user lets it go."""
        if not self._document.modified:
            then()
            return
        answer = self._dialogs.save_first(self._document.project.title or self.tr("model"))
        if answer is True:
            self.save(then)
        elif answer is False:
            then()

    def _save(self, path: Path, then: Callable[[], None] | None) -> None:
        project = self._document.project

        def done(_: object) -> None:
            # Edited while it was written: then there still is something to save.
            if self._document.project is project:
                self._document.saved(path)
            self._remember(path)
            self.saved.emit(path)
            if then is not None:
                then()

        self._background.run(lambda: save_project(project, path), done, self._not_saved)

    def _open(self, path: Path) -> None:
        def done(found: tuple[Project, bool]) -> None:
            project, elsewhere = found
            if elsewhere and not self._dialogs.open_anyway(path):
                return
            self._remember(path)
            self.opened.emit(project, path)

        recovery = self._recovery
        self._background.run(lambda: (load_project(path), open_elsewhere(path, recovery)), done, self._not_opened)

    def _not_saved(self, error: StudioError) -> None:
        self._dialogs.tell(self.tr("Not saved"), str(error))

    def _not_opened(self, error: StudioError) -> None:
        self._dialogs.tell(self.tr("Not opened"), str(error))

    def _remember(self, path: Path) -> None:
        name = str(path.absolute())
        self._settings.setValue("recent", [name, *(each for each in self.recent if each != name)][:MOST_RECENT])
        self.recent_changed.emit()
