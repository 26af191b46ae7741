"""One-hot: a whole number as a list of zeros with a one at its place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Any, ClassVar, Self

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import whole
from nnstudio.core.onnx_sheet import OnnxSheet
from nnstudio.core.written import Written
from nnstudio.data.preparation.base import Array, Preparation, Shape, Tape

MOST_CLASSES = 10_000
MOST_NUMBERS = 100_000  # Of a sample; a batch of them must fit into memory.


@dataclass(frozen=True)
class OneHot(Preparation):
    """Write each whole number from 0 on as a list of zeros with a one at its place; 2 of 4 classes becomes 0 0 1 0.

    A number outside, or one that is not whole, becomes zeros only.
    """

    title: ClassVar[str] = "One-hot"
    example: ClassVar[Any] = ((0.0,), (2.0,), (1.0,))

    classes: int = whole(0, 0, MOST_CLASSES, "How long each list is; 0: as long as the training part needs")
    found: int = whole(0, 0, MOST_CLASSES, "How long the training part needs it to be; learned from it")

    @property
    def length(self) -> int:
        """How many numbers each number becomes."""
        return self.classes or self.found or 1

    def shape(self, shape: Shape) -> Shape:
        """One more axis, for the lists."""
        if prod(shape) * self.length > MOST_NUMBERS:
            raise DataError(
                f"{self.title} would make {prod(shape) * self.length:,} numbers of each sample; {MOST_NUMBERS:,} are "
                "the most. Choose fewer classes, or leave it out."
            )
        return (*shape, self.length)

    def fitted(self, batches: Callable[[], Iterable[Array]]) -> Self:
        """With as many classes as there are numbers up to the largest."""
        largest, shape = 0.0, ()
        for batch in batches():
            shape = batch.shape[1:]
            largest = max(largest, self._largest(batch))
        if not self.classes and largest >= MOST_CLASSES:
            raise DataError(
                f"{self.title} would need {largest + 1:,.0f} classes; {MOST_CLASSES:,} are the most. Leave it out."
            )
        known = replace(self, found=0 if self.classes else int(largest) + 1)
        known.shape(shape)
        return known

    def _largest(self, batch: Array) -> float:
        present = batch[np.isfinite(batch)]
        broken = present[present != np.floor(present)]
        if broken.size:
            raise DataError(
                f"{self.title} reads whole numbers from 0 on, but the training part has {broken[0]:g}. "
                "Put it before the steps that scale, or leave it out."
            )
        return float(present.max(initial=0))

    def written(self, module: str, shape: Shape) -> Written | None:
        """Compare with every class."""
        same = "ops.equal({x}[..., None], {classes})" if module == "ops" else "{x}[..., None] == {classes}"
        line = f"{{y}} = {module}.where({same}, 1.0, 0.0)"
        return Written((line,), constants={"classes": np.arange(self.length, dtype=np.float64)})

    def onnx_nodes(self, sheet: OnnxSheet, x: str, shape: Shape) -> str:
        """Compare with every class; ONNX's own operator would take other numbers for a class, too."""
        column = sheet.node("Unsqueeze", x, sheet.constant("axis", [-1], np.int64))
        same = sheet.node("Equal", column, sheet.constant("classes", np.arange(self.length)))
        return sheet.node("Cast", same, to=1)

    def record(self, numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """Compare with every class."""
        classes = np.arange(self.length, dtype=numbers.dtype)
        same = np.zeros((*numbers.shape, self.length), bool)
        result = np.zeros(same.shape, numbers.dtype)
        return [
            partial(np.equal, numbers[..., np.newaxis], classes, same),
            partial(np.copyto, result, same),
        ], result
