"""The keeper: copies unsaved work aside while the user edits, so that a crash costs one edit at most."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from nnstudio.core.errors import StudioError
from nnstudio.project.project import Project
from nnstudio.project.recovery import Recovery
from nnstudio.ui.background import Background
from nnstudio.ui.document import Document

SOON = 300  # Milliseconds after an edit; a hand that goes on editing is waited for no longer than
LATEST = 10_000  # this.


class Keeper(QObject):
    """Follows a document. One copy is under way at a time; what changes meanwhile is copied next."""

    def __init__(self, document: Document, background: Background, recovery: Recovery | None = None) -> None:
        super().__init__(document)
        self._document, self._background = document, background
        self.recovery = recovery or Recovery()
        self._kept: Project | None = document.project
        self._copying = False
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._latest = QTimer(self, singleShot=True, interval=LATEST)
        self._soon.timeout.connect(self._copy)
        self._latest.timeout.connect(self._copy)
        document.project_changed.connect(self._notice)
        document.modified_changed.connect(self._forget_if_saved)
        document.path_changed.connect(self._announce)
        self._announce()

    def keep_now(self) -> None:
        """Copy what is unsaved without waiting, as when a bug was met."""
        self._kept = None
        self._copy()

    def close(self) -> None:
        """The window ends in order, and nothing is to be recovered."""
        self._soon.stop()
        self._latest.stop()
        self.recovery.close()

    def _notice(self) -> None:
        self._soon.start()
        if not self._latest.isActive():
            self._latest.start()

    def _copy(self) -> None:
        self._soon.stop()
        self._latest.stop()
        project = self._document.project
        if self._copying or project is self._kept or not self._document.modified:
            return
        self._copying = True
        path = self._document.path
        self._background.run(lambda: self._keep(project, path), self._copied, self._not_copied)

    def _keep(self, project: Project, path: Path | None) -> Project:
        self.recovery.keep(project, path)
        return project

    def _copied(self, project: Project) -> None:
        self._copying = False
        self._kept = project
        if not self._document.modified:
            self.recovery.forget()
        elif self._document.project is not project:
            self._soon.start()

    def _not_copied(self, error: StudioError) -> None:
        # A full disk must not stop the hand; the next edit tries again.
        self._copying = False

    def _forget_if_saved(self, modified: bool) -> None:
        if not modified and not self._copying:
            self.recovery.forget()

    def _announce(self) -> None:
        self.recovery.announce(self._document.path, self._document.project.title)
