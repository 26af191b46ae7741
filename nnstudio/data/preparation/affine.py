"""Steps that multiply and add; neighbours are done as one multiplication and one addition."""

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import Any, ClassVar

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.data.preparation.base import Array, Preparation, Tape

Factor = float | Array


class Affine(Preparation):
    """x · factor + offset, with one pair of numbers for all inputs, for each channel, or for each input."""

    group: ClassVar[str] = "affine"

    def affine(self) -> tuple[Factor, Factor]:
        """The factor and the offset, of a shape that can be broadcast to a sample's."""
        raise NotImplementedError

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
