"""Fill: put a number where one is missing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Any, ClassVar, Self

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, numbers, real
from nnstudio.core.onnx_sheet import OnnxSheet
from nnstudio.core.written import Written, number
from nnstudio.data.preparation.base import Array, Preparation, Shape, Tape
from nnstudio.data.preparation.learned import MOST, check_kept
from nnstudio.data.preparation.median import medians
from nnstudio.data.preparation.moments import typical

LEARNED = ("mean", "median")
BY = (*LEARNED, "zero", "constant")


@dataclass(frozen=True)
class Fill(Preparation):
    """Put a number where one is missing (NaN) or infinite: what is usual for that input in the training part.

    The median is exact for up to 10,000 samples; of more, or of very large ones, it is that of as many evenly chosen
    ones as fit. An input that has no number in the whole training part is filled with 0.
    """

    example: ClassVar[Any] = ((1.0, 10.0), (2.0, float("nan")), (3.0, 60.0))

    by: str = choice("mean", BY, "mean or median of the same input in the training part; zero; or the constant below")
    constant: float = real(0.0, -1e12, 1e12, "What is put in if by is 'constant'")
    values: tuple[float, ...] = numbers((), MOST, "What is put in, for each input; learned from the training part")

    def shape(self, shape: Shape) -> Shape:
        """The same."""
        if self.by in LEARNED:
            check_kept(self.title, shape, "feature", "Choose by=zero or by=constant.")
        return shape

    def fitted(self, batches: Callable[[], Iterable[Array]]) -> Self:
        """With the means or medians of these samples."""
        if self.by not in LEARNED:
            return replace(self, values=())
        found = _means(batches()) if self.by == "mean" else medians(batches())
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

    def written(self, module: str, shape: Shape) -> Written | None:
        """A choice between the number and what is put in its place."""
        learned = self.by in LEARNED and bool(self.values)
        filling = number(self.constant if self.by == "constant" else 0.0)
        line = f"{{y}} = {module}.where({module}.isfinite({{x}}), {{x}}, {'{values}' if learned else filling})"
        constants = {"values": np.array(self.values, np.float64).reshape(shape)} if learned else {}
        return Written((line,), constants=constants)

    def onnx_nodes(self, sheet: OnnxSheet, x: str, shape: Shape) -> str:
        """Where a number is missing or infinite, another one."""
        missing = sheet.node("Or", sheet.node("IsNaN", x), sheet.node("IsInf", x))
        values = self._laid_out(np.zeros((1, *shape)))
        return sheet.node("Where", missing, sheet.constant("values", values), x)

    def _laid_out(self, numbers: Array) -> Array:
        if self.by not in LEARNED or not self.values:
            return np.array(self.constant if self.by == "constant" else 0.0, numbers.dtype)
        inputs = prod(numbers.shape[1:])
        if len(self.values) != inputs:
            raise DataError(
                f"{self.title} learned from samples of {len(self.values):,} numbers, but gets {inputs:,}. "
                "Train with this data first."
            )
        with np.errstate(over="ignore"):
            return np.array(self.values).astype(numbers.dtype).reshape(numbers.shape[1:])


def _means(batches: Iterable[Array]) -> Array | None:
    known = typical(batches)
    return known.means.reshape(known.shape) if known else None
