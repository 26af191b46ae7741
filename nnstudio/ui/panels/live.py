"""What every live panel is: it asks the worker for what it shows while it is in sight, and costs nothing else."""

from collections.abc import Mapping

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Faulty, Probe
from nnstudio.live.record import Record
from nnstudio.ui.document import Document
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme


class LivePanel(QWidget):
    """Follows the run. Subclasses say what they want to know (`probes`), and paint what comes (`show_seen`, `grow`)."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.document, self.selection, self.run, self.theme = document, selection, run, theme
        self._probes: Mapping[str, Probe] = {}
        run.seen.connect(self._see)
        run.changed.connect(self._follow)
        run.grew.connect(self._grow)
        run.begun.connect(self._begin)
        document.project_changed.connect(self._follow)
        selection.selection_changed.connect(self._follow)

    def probes(self) -> Mapping[str, Probe]:
        """What it must know now, each under a key of its own among this panel's."""
        return {}

    def show_seen(self, key: str, seen: Seen) -> None:
        """Show what a probe found."""

    def refresh(self) -> None:
        """Show the present state: run, document or selection have changed, or the panel has come in sight."""

    def grow(self) -> None:
        """There are new batches, or the training stands elsewhere."""

    def begin(self, record: Record) -> None:
        """A new run begins."""

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self.theme = theme
        self.refresh()

    def want(self, at_once: bool = False) -> None:
        """Ask for what `probes` names now; call it when that has changed."""
        self._probes = {self._own(key): probe for key, probe in self.probes().items()} if self.isVisible() else {}
        self.run.want(self, self._probes, at_once)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.grow()
        self.want()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._probes = {}
        self.run.want(self, {})

    def _own(self, key: str) -> str:
        return f"{type(self).__name__}/{key}"

    def _see(self, key: str, seen: Seen) -> None:
        # A question that failed is a plugin's, and its frame's business.
        if key in self._probes and not isinstance(seen.value, Faulty):
            self.show_seen(key.partition("/")[2], seen)

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()
            self.want()

    def _grow(self) -> None:
        if self.isVisible():
            self.grow()

    def _begin(self, record: Record) -> None:
        self.begin(record)
