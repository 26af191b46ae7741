"""Sweeping: what the window knows of its sweep, and what it asks of the thread that drives it."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.engine.crew import threads_of_machine
from nnstudio.experiments.trials import Result
from nnstudio.live.sweeping import Arrived, Ended, Order, Planned, SweepThread, Told

TICK = 100  # Milliseconds between two looks at what was told.


class Sweeping(QObject):
    """At most one sweep at a time. Its results stay until another one begins."""

    changed = Signal()
    """It has begun or ended, or there are results."""
    bug_met = Signal(str)
    """The traceback of a bug."""
    processes_changed = Signal(int)
    """How many trials go on at once, unless somebody wishes otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.results: dict[int, Result] = {}
        """The latest of every trial, by its number."""
        self.order: Order | None = None
        self.rungs: tuple[int, ...] = ()
        self.sentence = ""
        """Why it failed."""
        self.cancelled = False
        self.processes = threads_of_machine()
        self._done, self._began = 0, 0.0  # Results of this go, and when it began.
        self._thread: SweepThread | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._count = 0
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self._look)

    @property
    def going(self) -> bool:
        """Whether trials are under way, also while they are being ended."""
        return self._thread is not None

    @property
    def resumable(self) -> bool:
        """Whether there is a sweep that was ended before its end."""
        return self.order is not None and not self.going and (self.cancelled or bool(self.sentence))

    @property
    def trials(self) -> int:
        """How many there are."""
        return len(self.order.choices) if self.order else 0

    @property
    def best(self) -> Result | None:
        """The best of all results up to now, of those that were trained longest."""
        good = [each for each in self.results.values() if each.score < float("inf")]
        return min(good, key=lambda each: (-each.until, each.score, each.number), default=None)

    @property
    def seconds_left(self) -> float | None:
        """About how long it will go on, as far as results tell."""
        if not self.going or not self._done or len(self.rungs) > 1:
            return None
        left = self.trials - len(self.results)
        return (monotonic() - self._began) / self._done * left

    def set_processes(self, count: int | None) -> None:
        """So many trials go on at once; None: one for each core."""
        self.processes = count or threads_of_machine()
        self.processes_changed.emit(self.processes)

    def journal(self) -> Path:
        """A file for the results of the next sweep; it lives as long as this does."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="nnstudio-sweeps-", ignore_cleanup_errors=True)
        self._count += 1
        return Path(self._folder.name) / f"sweep-{self._count}.jsonl"

    def start(self, order: Order) -> None:
        """Begin a sweep; the results of the one before are forgotten."""
        if not self.going:
            self.results = {}
            self._begin(order)

    def resume(self) -> None:
        """Go on with the sweep that was ended."""
        if self.order is not None and self.resumable:
            self._begin(replace(self.order, resume=True))

    def cancel(self) -> None:
        """End soon; what is done is kept."""
        if self._thread is not None:
            self._thread.cancel()
            self.cancelled = True
            self.changed.emit()

    def close(self) -> bool:
        """End at once; False if workers are still busy."""
        self._tick.stop()
        thread, self._thread = self._thread, None
        closed = thread is None or thread.close()
        if self._folder is not None and closed:
            self._folder.cleanup()
            self._folder = None
        return closed

    def _begin(self, order: Order) -> None:
        self.order, self.sentence, self.cancelled = order, "", False
        self._done, self._began = 0, monotonic()
        self._thread = SweepThread(order)
        self._tick.start()
        self.changed.emit()

    def _look(self) -> None:
        if self._thread is None:
            return
        # Asked first: what is told after it is found now.
        over = self._thread.over
        told = self._thread.take()
        for each in told:
            self._take(each)
        if over:
            self._thread = None
            self._tick.stop()
        if told or over:
            self.changed.emit()

    def _take(self, told: Told) -> None:
        match told:
            case Planned(rungs):
                self.rungs = rungs
                # The workers are still being called together.
                self._began = monotonic()
            case Arrived(result):
                self._done += 1
                self.results[result.number] = result
            case Ended():
                self.cancelled, self.sentence = told.cancelled, told.failed
                if told.report:
                    self.bug_met.emit(told.report)


def estimated_seconds(trials: int, epochs: float, seconds_per_epoch: float, workers: int | None) -> float:
    """About how long so many trainings take, if each epoch takes as long as those that were seen."""
    return trials * epochs * seconds_per_epoch / min(workers or threads_of_machine(), max(trials, 1))
