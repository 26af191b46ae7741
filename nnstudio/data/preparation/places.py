"""Places: where each pixel of a moved image is read."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np

from nnstudio.data.preparation.base import Array, Tape


@dataclass(frozen=True, eq=False)
class Places:
    """For each pixel of the result the row and the column, from the image's middle, (samples, height, width)."""

    rows: Array
    columns: Array
    spare: tuple[Array, Array]  # For what is needed for a moment.

    @classmethod
    def of(cls, images: Array) -> Self:
        """Memory for the places of such images, (samples, height, width, channels)."""
        rows, columns, *spare = (np.zeros(images.shape[:3], images.dtype) for _ in range(4))
        return cls(rows, columns, (spare[0], spare[1]))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of all numbers."""
        return self.rows.dtype

    @property
    def middle(self) -> tuple[Array, Array]:
        """The row and the column of the middle; between two pixels where their number is even."""
        _, height, width = self.rows.shape
        return np.array((height - 1) / 2, self.dtype), np.array((width - 1) / 2, self.dtype)

    def start(self) -> Tape:
        """Every pixel is read where it stands."""
        _, height, width = self.rows.shape
        row, column = self.middle
        return [
            partial(np.copyto, self.rows, np.arange(height, dtype=self.dtype)[:, np.newaxis] - row),
            partial(np.copyto, self.columns, np.arange(width, dtype=self.dtype) - column),
        ]

    def keep_inside(self) -> Tape:
        """What lies beyond the edge is read at the edge."""
        return [
            partial(np.clip, places, -most, most, places)
            for places, most in zip((self.rows, self.columns), self.middle, strict=True)
        ]

    def draw(self, random: np.random.Generator) -> tuple[Tape, Array]:
        """A random number from 0 to 1 for each sample: in double precision, so that it is the same for any images."""
        fresh = np.zeros((len(self.rows), 1, 1))
        return [partial(random.random, None, np.float64, fresh)], fresh

    def each(self) -> Array:
        """Memory for one number for each sample, as the rows and columns can be multiplied by."""
        return np.zeros((len(self.rows), 1, 1), self.dtype)
