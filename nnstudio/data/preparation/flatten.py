"""Flatten: an image as one list of numbers."""

from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from nnstudio.core.onnx_sheet import OnnxSheet
from nnstudio.core.written import Written, call
from nnstudio.data.preparation.base import Array, Preparation, Shape, Tape


@dataclass(frozen=True)
class Flatten(Preparation):
    """Write an image out row by row, each pixel's colours together, as one list of numbers."""

    example: ClassVar[Any] = ((((1.0,), (2.0,)), ((3.0,), (4.0,))),)

    def shape(self, shape: Shape) -> Shape:
        """The product of all sizes."""
        return (prod(shape),)

    def written(self, module: str, shape: Shape) -> Written | None:
        """Another shape."""
        return call(f"{module}.reshape({{x}}, (-1, {prod(shape)}))")

    def onnx_nodes(self, sheet: OnnxSheet, x: str, shape: Shape) -> str:
        """In the same order."""
        return sheet.node("Flatten", x, axis=1)

    def record(self, numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """The same memory."""
        return [], numbers.reshape((len(numbers), *self.shape(numbers.shape[1:])), copy=False)
