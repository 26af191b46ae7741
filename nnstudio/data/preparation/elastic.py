"""Elastic: bend an image as if it were drawn on rubber."""

from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Any

import numpy as np

from nnstudio.core.fields import real
from nnstudio.data.preparation.base import Array, Tape
from nnstudio.data.preparation.places import Places
from nnstudio.data.preparation.warp import Warp


@dataclass(frozen=True)
class Elastic(Warp):
    """Bend each image as if it were drawn on rubber: neighbouring pixels move alike, distant ones each their own way.

    After Simard, Steinkraus and Platt (2003): random distances, smoothed by a bell curve.
    """

    pixels: float = real(1.0, 0.0, 1000.0, "How far a pixel typically moves (root mean square)")
    smoothness: float = real(4.0, 0.1, 1000.0, "The width of the bell curve in pixels; a large one bends gently", "log")

    def moves(self) -> bool:
        """Not by 0 pixels."""
        return self.pixels > 0

    def move(self, places: Places, random: np.random.Generator) -> Tape:
        """Random distances, smoothed along the columns, then along the rows by matrix products, are added.

        Where other steps come later in the list, the image bends in their directions: as random, but no longer the
        same numbers as if each step were done by itself.
        """
        samples, height, width = places.rows.shape
        # Uniform from −½ to ½: a variance of 1/12 for each direction, and the two together make the distance.
        along_columns = bell_curves(height, self.smoothness, places.dtype) * places.dtype.type(self.pixels * sqrt(6))
        along_rows = np.ascontiguousarray(bell_curves(width, self.smoothness, places.dtype).T)
        # Height first, so that one product smooths all samples.
        field, smoothed = (np.zeros((height, 2 * samples * width), places.dtype) for _ in range(2))
        lines = (2 * samples * height, width)
        down, right = (field.reshape(height, 2, samples, width)[:, each].transpose(1, 0, 2) for each in range(2))
        return [
            partial(random.random, None, field.dtype, field),
            partial(np.subtract, field, field.dtype.type(0.5), field),
            partial(np.matmul, along_columns, field, smoothed),
            partial(np.matmul, smoothed.reshape(lines), along_rows, field.reshape(lines)),
            partial(np.add, places.rows, down, places.rows),
            partial(np.add, places.columns, right, places.columns),
        ]


def bell_curves(size: int, width: float, dtype: np.dtype[Any]) -> Array:
    """A matrix that smooths, (size, size): a bell curve around each place.

    The squares of each curve add up to 1: independent numbers of variance 1 keep it, at the edge as well.
    """
    distance = np.subtract.outer(np.arange(size), np.arange(size))
    curves = np.exp(-0.5 * (distance / width) ** 2)
    curves /= np.sqrt((curves**2).sum(1, keepdims=True))
    return np.asarray(curves, dtype)
