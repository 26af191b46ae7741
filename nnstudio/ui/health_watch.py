"""The watch on the health of a training: asked for as long as a run is open, for the doctor and whoever shows it."""

from PySide6.QtCore import QObject, Signal

from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.health import Healthy
from nnstudio.live.record import Record
from nnstudio.live.series import HealthSeries
from nnstudio.ui.run import Run

KEY = "health"


class HealthWatch(QObject):
    """Keeps the series of the present run; one that goes on from an earlier step keeps what came before."""

    measured = Signal(object)
    """The Health of the network that is shown."""
    begun = Signal()
    """Another run: what was known is of no use any more."""

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent or run)
        self.series = HealthSeries()
        self._run = run
        run.seen.connect(self._see)
        run.begun.connect(self._begin)
        run.changed.connect(self._follow)

    def _follow(self) -> None:
        # Never the one that opens a run: that would read the data of every project that is merely looked at.
        opened = self._run.state in (State.STANDING, State.GOING)
        self._run.want(self, {KEY: Healthy()} if opened else {})

    def _begin(self, record: Record) -> None:
        past = len(record.history)
        if past:
            self.series.cut(past)
        else:
            self.series = HealthSeries()
        self.begun.emit()

    def _see(self, key: str, seen: Seen) -> None:
        if key == KEY:
            if not self._run.known.rewound:
                self.series.take(seen.value)
            self.measured.emit(seen.value)
