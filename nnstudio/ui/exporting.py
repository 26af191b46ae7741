"""Exporting: one export at a time, in a thread of its own, so that saving never waits for a proof."""

from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from nnstudio.api import Model
from nnstudio.core.errors import StudioError
from nnstudio.export.writing import Exported
from nnstudio.project.project import Project
from nnstudio.ui.background import Background


class Exporting(QObject):
    """Writes a project's model in another format, and proves it. It can be called off."""

    changed = Signal()
    """It has begun, or is being called off."""
    done = Signal(object)
    """What came out, as Exported."""
    failed = Signal(str)
    """Why nothing came out, in a sentence; empty if it was called off."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._ended: Event | None = None

    @property
    def going(self) -> bool:
        """Whether an export is under way, also while it is being called off."""
        return self._ended is not None

    @property
    def called_off(self) -> bool:
        """Whether the one under way is wanted no more."""
        return self._ended is not None and self._ended.is_set()

    def start(self, project: Project, to: str, path: Path, prove: bool) -> None:
        """Begin, unless another one is under way."""
        if not self.going:
            self._ended = Event()
            job = partial(_exported, project, to, path, prove, self._ended)
            self._background.run(job, self._finish, self._fail)
            self.changed.emit()

    def cancel(self) -> None:
        """End soon: before anything is written nothing is, and later on the proof is left out."""
        if self._ended is not None and not self._ended.is_set():
            self._ended.set()
            self.changed.emit()

    def close(self) -> None:
        """End; nothing is told any more."""
        if self._ended is not None:
            self._ended.set()
        self._background.close()

    def _finish(self, exported: Exported) -> None:
        self._ended = None
        self.done.emit(exported)

    def _fail(self, error: StudioError) -> None:
        called_off, self._ended = self.called_off, None
        self.failed.emit("" if called_off else str(error))


def _exported(project: Project, to: str, path: Path, prove: bool, ended: Event) -> Exported:
    return Model(project).export(to, path, prove, lambda: not ended.is_set())
