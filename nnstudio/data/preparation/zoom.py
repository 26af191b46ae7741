"""Zoom: make what is on an image larger or smaller."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from nnstudio.core.fields import real
from nnstudio.data.preparation.base import Tape
from nnstudio.data.preparation.places import Places
from nnstudio.data.preparation.warp import Warp


@dataclass(frozen=True)
class Zoom(Warp):
    """Make each image larger or smaller about its middle, height and width alike; the picture's size stays.

    Every factor between the smallest and the largest is equally likely; what comes in repeats the edge.
    """

    by: float = real(0.1, 0.0, 0.9, "The largest change: 0.1 is from 10 % smaller to 10 % larger")

    def moves(self) -> bool:
        """Not by 0."""
        return self.by > 0

    def move(self, places: Places, random: np.random.Generator) -> Tape:
        """A pixel of an image f times as large stood f times nearer to the middle."""
        tape, factor = places.draw(random)
        nearer = places.each()
        return [
            *tape,
            partial(np.multiply, factor, 2 * self.by, factor),
            partial(np.add, factor, 1 - self.by, factor),
            partial(np.reciprocal, factor, factor),
            partial(np.copyto, nearer, factor, casting="same_kind"),
            partial(np.multiply, places.rows, nearer, places.rows),
            partial(np.multiply, places.columns, nearer, places.columns),
        ]
