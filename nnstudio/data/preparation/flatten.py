"""Flatten: an image as one list of numbers."""

from dataclasses import dataclass
from math import prod

import numpy as np

from nnstudio.data.preparation.base import Array, Preparation, Shape, Tape


@dataclass(frozen=True)
class Flatten(Preparation):
    """Write an image out row by row, each pixel's colours together, as one list of numbers."""

    def shape(self, shape: Shape) -> Shape:
        """The product of all sizes."""
        return (prod(shape),)

    def record(self, numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """The same memory."""
        return [], numbers.reshape((len(numbers), *self.shape(numbers.shape[1:])), copy=False)
