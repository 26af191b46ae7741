"""The keeper: copies unsaved work aside while the user edits, so that a crash costs one edit at most."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.core.errors import ProjectError, StudioError
from nnstudio.preferences import Preferences
from nnstudio.project.project import Project
from nnstudio.project.recovery import Recovery, Unsaved, discard, open_elsewhere
from nnstudio.ui.background import Background
from nnstudio.ui.document import Document

SOON = 150  # Milliseconds after an edit; a hand that goes on editing is waited for no longer than
LATEST = Preferences().autosave * 1000  # this, and a copy that failed is tried again after it.


class Shelf:
    """The thread's side of the keeper: where the copy of one window lies. It touches files, so it is made there too."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._recovery: Recovery | None = None

    def announce(self, path: Path | None, title: str) -> None:
        """Tell other windows which file is open here."""
        try:
            self._open().announce(path, title)
        except OSError as reason:
            raise _cannot(reason) from None

    def keep(self, project: Project, path: Path | None) -> None:
        """Copy the work."""
        try:
            self._open().keep(project, path)
        except OSError as reason:
            raise _cannot(reason) from None

    def forget(self) -> None:
        """Take the copy away."""
        try:
            if self._recovery is not None:
                self._recovery.forget()
        except OSError as reason:
            raise _cannot(reason) from None

    def take_over(self, unsaved: Unsaved) -> None:
        """Copy what another window had left behind, and only when that is done let go of the old copy."""
        self.keep(unsaved.project, unsaved.path)
        self.discard(unsaved)

    def discard(self, unsaved: Unsaved) -> None:
        """Take away what another window had left behind."""
        try:
            discard(unsaved, self._folder)
        except OSError as reason:
            raise _cannot(reason) from None

    def open_elsewhere(self, path: Path) -> bool:
        """Whether another window has this file open."""
        try:
            return open_elsewhere(path, self._recovery, self._folder)
        except OSError:
            return False

    def close(self) -> None:
        """The window ends in order, and leaves nothing behind."""
        if self._recovery is not None:
            self._recovery.close()

    def _open(self) -> Recovery:
        if self._recovery is None:
            self._recovery = Recovery(self._folder)
        return self._recovery


class Keeper(QObject):
    """Follows a document. One copy is under way at a time; what changes meanwhile is copied next."""

    told = Signal(str)
    """That copies cannot be made, and why; once, until one succeeds."""

    def __init__(self, document: Document, background: Background, folder: Path | None = None) -> None:
        super().__init__(document)
        self._document, self._background = document, background
        self.shelf = Shelf(folder)
        self._kept: Project | None = document.project
        self._copying = self._troubled = False
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._latest = QTimer(self, singleShot=True, interval=LATEST)
        self._soon.timeout.connect(self._copy)
        self._latest.timeout.connect(self._copy)
        document.project_changed.connect(self._notice)
        document.modified_changed.connect(self._follow_saving)
        document.path_changed.connect(self._announce)
        self._announce()

    def wait_no_longer(self, seconds: int) -> None:
        """While somebody goes on editing, copy after so many seconds at the latest."""
        self._latest.setInterval(seconds * 1000)

    def keep_now(self) -> None:
        """Copy what is unsaved without waiting, as when a bug was met."""
        self._kept = None
        self._copy()

    def take_back(self, unsaved: Unsaved) -> None:
        """This document is what another window left behind; it is unsaved here too."""
        self._document.undo_stack.resetClean()
        self._copying, self._kept = True, unsaved.project
        self._background.run(partial(self.shelf.take_over, unsaved), self._copied, self._not_copied)

    def throw_away(self, unsaved: Unsaved) -> None:
        """What another window left behind is not wanted any more."""
        self._background.run(partial(self.shelf.discard, unsaved), self._did_it, self._did_it)

    def close(self) -> None:
        """The window ends in order, and nothing is to be recovered."""
        self._stop()
        self._background.close(self.shelf.close)

    def leave(self) -> None:
        """The program must end now: what is unsaved is copied, and the next start offers it."""
        self._stop()
        if self._document.modified:
            self._background.close(partial(self.shelf.keep, self._document.project, self._document.path), wait=True)
        else:
            self._background.close(self.shelf.close, wait=True)

    def _stop(self) -> None:
        self._soon.stop()
        self._latest.stop()

    def _notice(self) -> None:
        self._soon.start()
        if not self._latest.isActive():
            self._latest.start()

    def _copy(self) -> None:
        self._stop()
        project = self._document.project
        if self._copying or project is self._kept or not self._document.modified:
            return
        self._copying, self._kept = True, project
        self._background.run(partial(self.shelf.keep, project, self._document.path), self._copied, self._not_copied)

    def _copied(self, _: object) -> None:
        self._copying = self._troubled = False
        if self._document.modified and self._document.project is not self._kept:
            self._notice()

    def _not_copied(self, error: StudioError) -> None:
        # A full disk must not stop the hand.
        self._copying, self._kept = False, None
        if not self._troubled:
            self.told.emit(str(error))
        self._troubled = True
        self._latest.start()

    def _follow_saving(self, modified: bool) -> None:
        if modified:
            self._notice()
        else:
            self._kept = None
            self._background.run(self.shelf.forget, self._did_it, self._did_it)

    def _announce(self) -> None:
        announce = partial(self.shelf.announce, self._document.path, self._document.project.title)
        self._background.run(announce, self._did_it, self._not_announced)

    def _not_announced(self, error: StudioError) -> None:
        self._troubled = True
        self.told.emit(str(error))

    def _did_it(self, _: object) -> None:
        """Nothing waits for it, and where it failed nothing is lost."""


def _cannot(reason: OSError) -> ProjectError:
    why = (reason.strerror or "unknown reason").lower()
    return ProjectError(f"Unsaved work cannot be kept aside ({why}). Save often.")
