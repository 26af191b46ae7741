"""What is typical of the training samples: means, deviations and extremes, found in one pass over the batches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from nnstudio.data.preparation.base import Array

LARGEST = 1e150  # Squares of what is beyond are not finite; it is left out, as NaN is.
SAME = 4 * np.finfo(np.float64).eps  # A spread that rounding alone may leave, as a share of the numbers.
FINEST = 1e-30  # Dividing by less would leave the range of float32.


@dataclass(frozen=True, eq=False)
class Moments:
    """For each input: how many numbers there are, their mean, their squared distances from it added up, the extremes.

    Where there is no number, the count and the mean are 0, and the extremes are +∞ and −∞.
    """

    counts: Array
    means: Array
    squares: Array
    lowest: Array
    highest: Array

    @classmethod
    def of(cls, batch: Array) -> Self:
        """Those of one batch, (samples, *shape), in float64; NaN and infinities are left out."""
        usable = np.abs(batch) <= LARGEST
        where = True if usable.all() else usable
        counts = usable.sum(0, dtype=np.float64)
        some = np.maximum(counts, 1)
        means = batch.sum(0, where=where) / some
        with np.errstate(over="ignore"):
            rest = batch - means
            # What rounding left over in the mean.
            left = rest.sum(0, where=where) / some
            np.square(rest, rest)
        return cls(
            counts,
            means + left,
            np.maximum(rest.sum(0, where=where) - counts * left * left, 0),
            batch.min(0, where=where, initial=np.inf),
            batch.max(0, where=where, initial=-np.inf),
        )

    def pooled(self) -> Self:
        """One for all along the first axis (Chan, Golub and LeVeque 1983)."""
        counts = self.counts.sum(0)
        means = (self.counts * self.means).sum(0) / np.maximum(counts, 1)
        apart = self.means - means
        squares = (self.squares + self.counts * apart * apart).sum(0)
        return type(self)(counts, means, squares, self.lowest.min(0), self.highest.max(0))

    def per(self, what: str) -> Self:
        """Flat: one for each `feature`, for each `channel` (the last axis), or one for `all`."""
        if what == "feature":
            return self._in_shape((-1,))
        return self._in_shape((-1, 1 if what == "all" else self.counts.shape[-1])).pooled()

    def _in_shape(self, shape: tuple[int, ...]) -> Self:
        return type(self)(*(each.reshape(shape) for each in vars(self).values()))

    @property
    def deviations(self) -> Array:
        """√(mean squared distance from the mean); 1 for an input that never changes."""
        deviations = np.sqrt(self.squares / np.maximum(self.counts, 1))
        return np.where(deviations > np.maximum(SAME * np.abs(self.means), FINEST), deviations, 1.0)


def moments(batches: Iterable[Array]) -> Moments | None:
    """Those of all batches together, or None where there is no sample."""
    known: Moments | None = None
    for batch in batches:
        new = Moments.of(batch)
        if known is not None:
            pairs = zip(vars(known).values(), vars(new).values(), strict=True)
            new = Moments(*(np.stack(pair) for pair in pairs)).pooled()
        known = new
    return known
