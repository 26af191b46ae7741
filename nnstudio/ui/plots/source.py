"""Where a curve's numbers come from: anything that can say its least, greatest and mean value stretch by stretch."""

from math import ceil, floor, inf
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
FOLD = 8


class Envelope(NamedTuple):
    """Where each stretch is, its least, greatest and mean value; for a single point all three are one."""

    positions: Numbers
    low: Numbers
    high: Numbers
    mean: Numbers


EMPTY = Envelope(*(np.empty(0) for _ in range(4)))


class Source(Protocol):
    """What a curve is drawn from."""

    def between(self, first: float, last: float, most: int) -> Envelope:
        """What lies between two positions, and one beyond at either side if it is near, in about `most` stretches."""


class Growing(Protocol):
    """A row of numbers that grows, such as a Track; the first has the number 0."""

    def envelope(self, first: int, last: int | None, most: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """At most so many stretches from `first` to before `last`, or to the end."""


class Steps:
    """One number for every step of a training."""

    def __init__(self, row: Growing, begin: int = 1) -> None:
        self._row, self._begin = row, begin

    def between(self, first: float, last: float, most: int) -> Envelope:
        """What lies between two steps."""
        start = max(0, floor(first) - self._begin - 1) if first > -inf else 0
        end = max(0, ceil(last) - self._begin + 2) if last < inf else None
        found = Envelope(*self._row.envelope(start, end, most))
        return Envelope(found.positions + self._begin, found.low, found.high, found.mean)


class Points:
    """Numbers at rising positions, known at once. Millions are no trouble: they are folded beforehand."""

    def __init__(self, positions: ArrayLike, values: ArrayLike) -> None:
        self._x, y = np.array(positions, np.float64), np.array(values, np.float64)
        if self._x.shape != y.shape or self._x.ndim != 1:
            raise ValueError("positions and values must be two rows of one length")
        order = np.argsort(self._x, kind="stable") if (np.diff(self._x) < 0).any() else slice(None)
        self._x, y = self._x[order], y[order]
        self._levels = [Envelope(self._x, y, y, y)]
        while len(self._levels[-1].low) > FOLD**3:
            self._levels.append(_folded(self._levels[-1], FOLD))

    def between(self, first: float, last: float, most: int) -> Envelope:
        """What lies between two positions, with the neighbours at either side."""
        start = max(0, int(np.searchsorted(self._x, first)) - 1)
        end = min(len(self._x), int(np.searchsorted(self._x, last, "right")) + 1)
        level, size = 0, 1
        while level + 1 < len(self._levels) and (end - start) / (size * FOLD) >= 2 * most:
            level, size = level + 1, size * FOLD
        found = Envelope(*(column[start // size : -(-end // size)] for column in self._levels[level]))
        count = len(found.positions)
        return found if count <= max(most, 4) else _folded(found, -(-count // max(most, 4)))


def everything(source: Source) -> Envelope:
    """All that a source knows, as finely as it knows it."""
    return source.between(-inf, inf, 1 << 60)


def nearest(source: Source, position: float, reach: float) -> tuple[float, float, float, float] | None:
    """What is known nearest to a position: where, its least, greatest and mean value. Looks in ever wider circles."""
    for _ in range(64):
        found = source.between(position - reach, position + reach, 4096)
        if len(found.positions):
            best = int(np.abs(found.positions - position).argmin())
            return tuple(float(column[best]) for column in found)  # type: ignore[return-value]
        reach = reach * 4 if reach < 1e300 else inf
    return None


def _folded(level: Envelope, size: int) -> Envelope:
    starts = np.arange(0, len(level.positions), size)
    counts = np.diff(starts, append=len(level.positions))
    known = np.isfinite(level.mean)
    total = np.add.reduceat(np.where(known, level.mean, 0.0), starts)
    number = np.add.reduceat(known, starts, dtype=np.float64)
    mean = np.divide(total, number, out=np.full(len(starts), np.nan), where=number > 0)
    middle = (level.positions[starts] + level.positions[starts + counts - 1]) / 2
    return Envelope(middle, np.fmin.reduceat(level.low, starts), np.fmax.reduceat(level.high, starts), mean)
