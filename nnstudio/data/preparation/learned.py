"""Steps that multiply and add by numbers they learned from the training part, in one place for all of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import prod
from typing import Any, Self

import numpy as np

from nnstudio.core.errors import DataError, FieldError
from nnstudio.core.fields import choice, sizes
from nnstudio.data.preparation.affine import Affine, Factor
from nnstudio.data.preparation.base import Array, Shape
from nnstudio.data.preparation.moments import Moments, moments

PER = ("feature", "channel", "all")
MOST = 50_000  # Numbers that a step keeps: they stand in the project file, one in a line.
DIMENSIONS = 4


def per_field() -> Any:
    """Declare whether each input, each channel or all inputs together have a number of their own."""
    return choice("feature", PER, "feature: each input by itself; channel: each colour by itself; all: all together")


def sample_field() -> Any:
    """Declare the shape of the samples that the learned numbers come from."""
    return sizes((1,), 1, 2**31, "The shape of the samples that the numbers below were learned from")


class Learned(Affine):
    """x · factor + offset, where both come from two lists of numbers that the training part decided."""

    per: str
    sample: tuple[int, ...]

    def learned(self) -> dict[str, tuple[float, ...]]:
        """The lists by their names; empty as long as nothing was learned."""
        raise NotImplementedError

    def of_moments(self, known: Moments) -> dict[str, Array]:
        """The same lists from what is typical of the training part."""
        raise NotImplementedError

    def __post_init__(self) -> None:
        super().__post_init__()
        kept = _kept(self.sample, self.per)
        for name, values in self.learned().items():
            if len(values) not in (0, kept) or len(values) != len(next(iter(self.learned().values()))):
                raise FieldError(f"{self.title}: {name} must be {kept:,} numbers, but are {len(values):,}")

    def shape(self, shape: Shape) -> Shape:
        """The same."""
        check_kept(self.title, shape, self.per)
        return shape

    def fitted(self, batches: Callable[[], Iterable[Array]]) -> Self:
        """With the numbers of these samples."""
        known = moments(batches())
        if known is None:
            return self
        self.shape(known.counts.shape)
        found = {name: tuple(values.tolist()) for name, values in self.of_moments(known.per(self.per)).items()}
        return replace(self, sample=known.counts.shape, **found)

    def laid_out(self, values: Array) -> Factor:
        """A number for everything, or one in each place of a sample: without gaps it is read at full speed."""
        if len(values) == 1:
            return float(values[0])
        shape = self.sample if self.per == "feature" else self.sample[-1:]
        return np.ascontiguousarray(np.broadcast_to(values.reshape(shape), self.sample))


def check_kept(title: str, shape: Shape, per: str) -> None:
    """Refuse samples for which a step would have to keep too many numbers."""
    if not 1 <= len(shape) <= DIMENSIONS:
        raise DataError(f"{title} reads samples of 1 to {DIMENSIONS} sizes, but gets {len(shape)}. Put Flatten before it.")
    if _kept(shape, per) > MOST:
        raise DataError(
            f"{title} would keep a number for each of {_kept(shape, per):,} inputs; {MOST:,} are the most. "
            "Choose per=channel or per=all."
        )


def _kept(shape: Shape, per: str) -> int:
    return {"feature": prod(shape), "channel": shape[-1], "all": 1}[per]
