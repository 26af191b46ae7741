"""Steps that multiply and add; neighbours are done as one multiplication and one addition."""

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import Any, ClassVar

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.onnx_sheet import OnnxSheet
from nnstudio.core.written import Written, number
from nnstudio.data.preparation.base import Array, Preparation, Shape, Tape

Factor = float | Array


class Affine(Preparation):
    """x · factor + offset, with one pair of numbers for all inputs, for each channel, or for each input."""

    group: ClassVar[str] = "affine"

    def affine(self) -> tuple[Factor, Factor]:
        """The factor and the offset, of a shape that can be broadcast to a sample's."""
        raise NotImplementedError

    def written(self, module: str, shape: Shape) -> Written | None:
        """x · factor + offset, where no step says it better."""
        factor, offset = self.affine()
        if isinstance(factor, float) and isinstance(offset, float):
            return Written((f"{{y}} = {{x}} * {number(factor)} + {number(offset)}",))
        constants = {"factor": np.broadcast_to(factor, shape), "offset": np.broadcast_to(offset, shape)}
        return Written(("{y} = {x} * {factor} + {offset}",), constants=constants)

    @classmethod
    def onnx_group(cls, steps: Sequence[Any], sheet: OnnxSheet, x: str, shape: Shape) -> tuple[str, Shape]:
        """One factor and one offset for all of them."""
        factor, offset = joined(steps)
        if np.any(np.asarray(factor) != 1):
            x = sheet.node("Mul", x, sheet.constant("factor", factor))
        if np.any(np.asarray(offset) != 0):
            x = sheet.node("Add", x, sheet.constant("offset", offset))
        return x, shape

    @classmethod
    def record_group(cls, steps: Sequence[Any], numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """One factor and one offset for all of them."""
        factor, offset = joined(steps)
        tape: Tape = []
        if np.any(np.asarray(factor) != 1):
            tape.append(partial(np.multiply, numbers, _fitting(factor, numbers), numbers))
        if np.any(np.asarray(offset) != 0):
            tape.append(partial(np.add, numbers, _fitting(offset, numbers), numbers))
        return tape, numbers


def _fitting(factor: Factor, numbers: Array) -> Array:
    """In the type and the shape of a sample: images may come as rows."""
    with np.errstate(over="ignore"):
        values = np.asarray(factor, numbers.dtype)
    sample = numbers.shape[1:]
    if values.size == prod(sample):
        return values.reshape(sample)
    try:
        np.broadcast_to(values, sample)
    except ValueError:
        raise DataError(
            f"A preparation step learned from samples of {values.size:,} numbers, but gets {prod(sample):,}. "
            "Give samples as the network was trained on."
        ) from None
    return values


def joined(steps: Sequence[Affine]) -> tuple[Factor, Factor]:
    """Several steps as one factor and one offset."""
    factor: Factor = 1.0
    offset: Factor = 0.0
    for step in steps:
        times, plus = step.affine()
        factor, offset = factor * times, offset * times + plus
    return factor, offset
