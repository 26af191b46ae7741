"""What is typical of the training samples: means, deviations and extremes, found in one pass over the batches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from nnstudio.data.preparation.base import Array, Shape

LARGEST = 1e37  # What is beyond is infinite to a network in float32; it is left out, as NaN is.
FINEST = 1e-30  # Dividing by less would leave the range of float32.
SAME = 4 * np.finfo(np.float64).eps  # A spread that rounding alone may leave, as a share of the numbers.


@dataclass(frozen=True, eq=False)
class Typical:
    """What is typical of samples of a shape; flat, one number for each feature, for each channel, or for all.

    Where there is no number at all, everything is 0, but the deviation 1.
    """

    shape: Shape
    means: Array
    deviations: Array
    lowest: Array
    highest: Array


@dataclass(frozen=True, eq=False)
class Moments:
    """For each input: how many numbers there are, their mean, their squared distances from it added up, the extremes.

    Means are counted from an origin near to them, for far from zero a small spread would drown in rounding.
    """

    counts: Array
    means: Array
    squares: Array
    lowest: Array
    highest: Array

    @classmethod
    def of(cls, batch: Array, origin: Array | float = 0.0) -> Self:
        """Those of one batch, (samples, *shape), in float64; NaN and infinities are left out."""
        usable = np.abs(batch) <= LARGEST
        where = True if usable.all() else usable
        counts = usable.sum(0, dtype=np.float64)
        some = np.maximum(counts, 1)
        with np.errstate(over="ignore"):
            away = batch - origin
            means = away.sum(0, where=where) / some
            away -= means
            squares = np.square(away, away).sum(0, where=where)
        low, high = batch.min(0, where=where, initial=np.inf), batch.max(0, where=where, initial=-np.inf)
        return cls(counts, means, squares, low, high)

    def pooled(self) -> Self:
        """One for all along the first axis (Chan, Golub and LeVeque 1983)."""
        counts = self.counts.sum(0)
        means = (self.counts * self.means).sum(0) / np.maximum(counts, 1)
        apart = self.means - means
        squares = (self.squares + self.counts * apart * apart).sum(0)
        return type(self)(counts, means, squares, self.lowest.min(0), self.highest.max(0))

    def and_of(self, other: Self) -> Self:
        """Those of both together, if their origin is the same."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return type(self)(*(np.stack(pair) for pair in pairs)).pooled()

    def per(self, what: str) -> Self:
        """Flat: one for each `feature`, for each `channel` (the last axis), or one for `all`."""
        if what == "feature":
            return self._in_shape((-1,))
        return self._in_shape((-1, self.counts.shape[-1] if what == "channel" else 1)).pooled()

    def _in_shape(self, shape: Shape) -> Self:
        return type(self)(*(each.reshape(shape) for each in vars(self).values()))

    def typical(self, shape: Shape, origin: Array) -> Typical:
        """In the words of the steps."""
        some = self.counts > 0
        means = np.where(some, self.means + origin, 0)
        deviations = np.sqrt(self.squares / np.maximum(self.counts, 1))
        changes = deviations > np.maximum(SAME * np.abs(means), FINEST)
        extremes = (np.where(some, each, 0) for each in (self.lowest, self.highest))
        return Typical(shape, means, np.where(changes, deviations, 1), *extremes)


def typical(batches: Iterable[Array], per: str = "feature") -> Typical | None:
    """What is typical of all batches together, or None where there is no sample."""
    known: Moments | None = None
    origin = np.zeros(1)
    for batch in batches:
        if known is None:
            origin = Moments.of(batch).per(per).means
            shape = batch.shape[1:]
            near = origin.reshape(shape) if per == "feature" else origin
        new = Moments.of(batch, near)
        known = new if known is None else known.and_of(new)
    return None if known is None else known.per(per).typical(shape, origin)
