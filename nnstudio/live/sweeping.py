"""A sweep that is watched: a thread drives the executor, and its results are taken from a queue. It knows no Qt."""

import threading
import traceback
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from nnstudio.core.errors import StudioError
from nnstudio.experiments.halving import Halving
from nnstudio.experiments.pools import LocalPool, open_pool
from nnstudio.experiments.sweep import Sweep
from nnstudio.experiments.trials import Result
from nnstudio.experiments.variation import Changes
from nnstudio.project.project import Project

GRACE = 1.0  # Seconds in which workers may end by themselves when the window closes,
PATIENCE = 2.0  # and in which they end after that.
A_BUG = "The sweep met a bug in nnstudio: {}. The project is as it was; start again, or send the report."


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be tried, where, and the file in which the results are kept at once."""

    project: Project
    choices: tuple[Changes, ...]
    halving: Halving | None
    workers: int | None
    """Processes of this machine; None: one for each core."""
    cluster: str | None
    journal: Path
    resume: bool = False


@dataclass(frozen=True)
class Planned:
    """The sweep begins: after how many epochs it is decided who goes on; the last is the end."""

    rungs: tuple[int, ...]


@dataclass(frozen=True)
class Arrived:
    """What a trial came to."""

    result: Result


@dataclass(frozen=True)
class Ended:
    """It is over: done, cancelled, or it failed, in words; with its traceback where that is a bug."""

    cancelled: bool = False
    failed: str = ""
    report: str | None = None


Told = Planned | Arrived | Ended


class SweepThread:
    """One sweep from its beginning to its end."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._told: SimpleQueue[Told] = SimpleQueue()
        self._cancelled = threading.Event()
        self._sweep: Sweep | None = None
        self._pool: Executor | None = None
        # It must not keep the program when a cluster does not let go of it.
        self._thread = threading.Thread(target=self._work, name="sweep", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether nothing more will be told."""
        return not self._thread.is_alive()

    def take(self) -> Sequence[Told]:
        """Everything that was told since it was last asked."""
        found: list[Told] = []
        try:
            while True:
                found.append(self._told.get_nowait())
        except Empty:
            return found

    def cancel(self) -> None:
        """End soon; what is done is kept."""
        self._cancelled.set()
        if self._sweep is not None:
            self._sweep.cancel()

    def close(self) -> bool:
        """Cancel and wait for the workers; False if they are still busy."""
        self.cancel()
        self._thread.join(GRACE)
        if not self.over and isinstance(self._pool, LocalPool):
            self._pool.kill()
        self._thread.join(PATIENCE)
        return self.over

    def _work(self) -> None:
        try:
            self._go_through(self._order)
            self._told.put(Ended(self._cancelled.is_set()))
        except StudioError as error:
            self._told.put(Ended(failed=str(error)))
        except Exception as bug:
            self._told.put(Ended(failed=A_BUG.format(bug), report=traceback.format_exc()))

    def _go_through(self, order: Order) -> None:
        with Sweep(order.project, order.choices, order.halving, journal=order.journal, resume=order.resume) as sweep:
            self._sweep = sweep
            # Asked for while the data was read.
            if self._cancelled.is_set():
                return
            with open_pool(order.workers, order.cluster) as pool:
                self._pool = pool
                self._told.put(Planned(sweep.rungs))
                for result in sweep.run(pool):
                    self._told.put(Arrived(result))
