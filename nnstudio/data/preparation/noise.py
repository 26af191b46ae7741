"""Noise: add a random number to every input, anew each time a sample is seen."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from nnstudio.core.fields import real
from nnstudio.data.preparation.base import Array, Preparation, Tape


@dataclass(frozen=True)
class Noise(Preparation):
    """Add a normally distributed random number to every input, so that the network cannot rely on exact values."""

    only_in_training: ClassVar[bool] = True

    deviation: float = real(0.1, 0.0, 1e6, "How far the random numbers typically are from 0: their deviation", "log")

    def record(self, numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """x + deviation · N(0, 1)."""
        noise = np.zeros(numbers.shape, numbers.dtype)
        return [
            partial(random.standard_normal, None, noise.dtype, noise),
            partial(np.multiply, noise, np.array(self.deviation, noise.dtype), noise),
            partial(np.add, numbers, noise, numbers),
        ], numbers
