"""Steps that multiply and add by numbers they learned from the training part, in one place for all of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Self

import numpy as np

from nnstudio.core.errors import DataError, FieldError
from nnstudio.core.fields import choice, sizes
from nnstudio.data.preparation.affine import Affine, Factor
from nnstudio.data.preparation.base import Array, Shape
from nnstudio.data.preparation.moments import LARGEST, Typical, typical

PER = ("feature", "channel", "all")
MOST = 50_000  # Numbers that a step keeps: they stand in the project file, one in a line.
DIMENSIONS = 4
LARGE = 1_000_000  # Numbers of a sample from which laying out costs more than it gains.


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

    def chosen(self, known: Typical) -> dict[str, Array]:
        """The same lists out of what is typical of the training part."""
        raise NotImplementedError

    def __post_init__(self) -> None:
        super().__post_init__()
        names, lists = zip(*self.learned().items(), strict=True)
        if len({len(values) for values in lists}) > 1:
            raise FieldError(f"{self.title}: {' and '.join(names)} must be equally many numbers")
        if any(abs(number) > LARGEST for values in lists for number in values):
            raise FieldError(f"{self.title}: {' and '.join(names)} must be between {-LARGEST:g} and {LARGEST:g}")
        if lists[0] and len(lists[0]) != _kept(self.sample, self.per):
            # Learned before `per` was changed; they are learned anew when the data is next prepared.
            for name in names:
                object.__setattr__(self, name, ())

    def shape(self, shape: Shape) -> Shape:
        """The same."""
        check_kept(self.title, shape, self.per, "Choose per=channel or per=all.")
        return shape

    def fitted(self, batches: Callable[[], Iterable[Array]]) -> Self:
        """With the numbers of these samples."""
        known = typical(batches(), self.per)
        if known is None:
            return self
        self.shape(known.shape)
        found: dict[str, Any] = {name: tuple(values.tolist()) for name, values in self.chosen(known).items()}
        return replace(self, **{"sample": known.shape, **found})

    def constants(self, shape: Shape, **lists: Sequence[float] | Array) -> dict[str, Array]:
        """The lists as arrays that go with samples of that shape, empty ones left out."""
        arrays = {name: np.array(values, np.float64) for name, values in lists.items() if len(values)}
        if self.per == "feature":
            return {name: array.reshape(shape) for name, array in arrays.items()}
        if self.per == "all" or shape[-1] == self.sample[-1]:
            return arrays
        # Images that come as rows.
        return {name: np.broadcast_to(array, self.sample).reshape(shape) for name, array in arrays.items()}

    def laid_out(self, values: Array) -> Factor:
        """A number for everything, or one in each place of a sample, which is quicker than one for each channel."""
        values = np.clip(values, -LARGEST, LARGEST)
        if len(values) == 1:
            return float(values[0])
        if self.per == "feature":
            return values.reshape(self.sample)
        # A project may say that samples are as large as no memory is.
        return values if prod(self.sample) > LARGE else np.ascontiguousarray(np.broadcast_to(values, self.sample))


def check_kept(title: str, shape: Shape, per: str, instead: str) -> None:
    """Refuse samples for which a step would have to keep too many numbers."""
    if not 1 <= len(shape) <= DIMENSIONS:
        raise DataError(f"{title} reads samples of 1 to {DIMENSIONS} sizes, but gets {len(shape)}. Put Flatten before.")
    if _kept(shape, per) > MOST:
        raise DataError(
            f"{title} would keep a number for each of {_kept(shape, per):,} inputs; {MOST:,} are the most. {instead}"
        )


def _kept(shape: Shape, per: str) -> int:
    return {"feature": prod(shape), "channel": shape[-1], "all": 1}[per]
