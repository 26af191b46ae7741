"""Flip: mirror an image."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from nnstudio.core.fields import choice
from nnstudio.data.preparation.base import Tape
from nnstudio.data.preparation.places import Places
from nnstudio.data.preparation.warp import Warp


@dataclass(frozen=True)
class Flip(Warp):
    """Mirror every second image or so: left and right change places, or top and bottom.

    Good for photographs; digits and letters are no longer themselves in the mirror.
    """

    by_whole_pixels: ClassVar[bool] = True

    direction: str = choice(
        "horizontal",
        ("horizontal", "vertical", "both"),
        "horizontal: left and right; vertical: top and bottom; both: each of them by a coin of its own",
    )

    def move(self, places: Places, random: np.random.Generator) -> Tape:
        """The other side is as far from the middle."""
        tape: Tape = []
        for axis, stays in ((places.rows, "horizontal"), (places.columns, "vertical")):
            if self.direction == stays:
                continue
            calls, fresh = places.draw(random)
            sign = places.each()
            tape += [
                *calls,
                # 0 to ½ becomes −1, ½ to 1 becomes 1.
                partial(np.subtract, fresh, 0.5, fresh),
                partial(np.copysign, 1.0, fresh, fresh),
                partial(np.copyto, sign, fresh, casting="same_kind"),
                partial(np.multiply, axis, sign, axis),
            ]
        return tape
