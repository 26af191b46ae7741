"""Shift: move an image by whole pixels."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from nnstudio.core.fields import whole
from nnstudio.data.preparation.base import Tape
from nnstudio.data.preparation.places import Places
from nnstudio.data.preparation.warp import Warp


@dataclass(frozen=True)
class Shift(Warp):
    """Move each image by a few whole pixels, up or down and left or right; what comes in repeats the edge.

    Every distance up to the largest is equally likely.
    """

    by_whole_pixels: ClassVar[bool] = True

    pixels: int = whole(2, 0, 1000, "The largest distance, in each direction")

    def moves(self) -> bool:
        """Not by 0 pixels."""
        return self.pixels > 0

    def move(self, places: Places, random: np.random.Generator) -> Tape:
        """A pixel that was moved down stood above."""
        tape: Tape = []
        for axis in (places.rows, places.columns):
            calls, fresh = places.draw(random)
            distance = places.each()
            tape += [
                *calls,
                partial(np.multiply, fresh, 2 * self.pixels + 1, fresh),
                partial(np.floor, fresh, fresh),
                partial(np.subtract, fresh, self.pixels, fresh),
                partial(np.copyto, distance, fresh, casting="same_kind"),
                partial(np.subtract, axis, distance, axis),
            ]
        return tape
