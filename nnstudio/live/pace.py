"""The pace: how many batches are due, so that a small network can be watched while it learns."""

from math import inf
from time import perf_counter

SLICE = 0.01  # Seconds of training between two looks at what was asked.


class Pace:
    """Counts the batches that fit into a slice of time, and holds back where fewer are wanted."""

    def __init__(self) -> None:
        self._wanted = inf
        self._fit = 1.0
        self._begun = 0.0
        self._done = 0

    def set(self, batches: float) -> None:
        """From now on so many batches a second at most."""
        self._wanted = batches
        self.begin()

    def begin(self) -> None:
        """The training goes on from here."""
        self._begun, self._done = perf_counter(), 0

    @property
    def due(self) -> int:
        """How many batches to do now; 0: it is too early for the next one."""
        if self._wanted == inf:
            return max(1, int(self._fit))
        allowed = (perf_counter() - self._begun) * self._wanted + 1 - self._done
        return min(max(1, int(self._fit)), int(allowed))

    @property
    def wait(self) -> float:
        """Seconds until the next batch is due, but never longer than a slice."""
        if self._wanted == inf:
            return 0.0
        return min(max(self._begun + self._done / self._wanted - perf_counter(), 0.0), SLICE)

    def notice(self, batches: int, seconds: float) -> None:
        """So many batches took so long."""
        self._done += batches
        self._fit = min(self._fit * 2, max(1.0, batches * SLICE / max(seconds, 1e-9)))
        if self._wanted < inf and self.wait == 0.0 and self.due > self._fit:
            # It cannot keep up: what was missed is not caught up with later.
            self.begin()
