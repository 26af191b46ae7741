"""Fill: put a number where one is missing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, numbers, real
from nnstudio.data.preparation.base import Array, Preparation, Shape, Tape
from nnstudio.data.preparation.learned import MOST, check_kept
from nnstudio.data.preparation.median import medians
from nnstudio.data.preparation.moments import moments

BY = ("mean", "median", "zero", "constant")


@dataclass(frozen=True)
class Fill(Preparation):
    """Put a number where one is missing (NaN) or infinite: what is usual for that input in the training part.

    The median is exact for up to 10,000 samples, and of 5,000 to 10,000 evenly chosen ones where there are more. An
    input that has no number in the whole training part is filled with 0.
    """

    by: str = choice("mean", BY, "mean or median of the same input in the training part; zero; or the constant below")
    constant: float = real(0.0, -1e12, 1e12, "What is put in if by is 'constant'")
    values: tuple[float, ...] = numbers((), MOST, "What is put in, for each input; learned from the training part")

    def shape(self, shape: Shape) -> Shape:
        """The same."""
        if self.by in ("mean", "median"):
            check_kept(self.title, shape, "feature")
        return shape

    def fitted(self, batches: Callable[[], Iterable[Array]]) -> Self:
        """With the means or medians of these samples."""
        if self.by == "zero":
            return replace(self, values=(0.0,))
        if self.by == "constant":
            return replace(self, values=(self.constant,))
        if self.by == "median":
            found = medians(batches())
        else:
            known = moments(batches())
            found = None if known is None else known.means
        if found is None:
            return self
        self.shape(found.shape)
        return replace(self, values=tuple(found.reshape(-1).tolist()))

    def record(self, numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """Mark what is no number, and write over it."""
        missing = np.zeros(numbers.shape, bool)
        values = self._laid_out(numbers)
        return [
            partial(np.isfinite, numbers, missing),
            partial(np.logical_not, missing, missing),
            partial(np.copyto, numbers, values, where=missing),
        ], numbers

    def _laid_out(self, numbers: Array) -> Array:
        shape = numbers.shape[1:]
        values = np.array(self.values or (0.0,))
        if values.size not in (1, numbers[0].size if len(numbers) else values.size):
            raise DataError(
                f"Fill knows {values.size:,} numbers, but gets samples of {numbers[0].size:,}. Train with this data."
            )
        if values.size > 1:
            values = values.reshape(shape)
        with np.errstate(over="ignore"):
            return values.astype(numbers.dtype)
