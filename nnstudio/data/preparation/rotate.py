"""Rotate: turn an image about its middle."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from nnstudio.core.fields import real
from nnstudio.data.preparation.base import Tape
from nnstudio.data.preparation.places import Places
from nnstudio.data.preparation.warp import Warp


@dataclass(frozen=True)
class Rotate(Warp):
    """Turn each image about its middle, to the left or to the right; corners that come in repeat the edge.

    Every angle up to the largest is equally likely.
    """

    degrees: float = real(10.0, 0.0, 180.0, "The largest angle, to either side")

    def moves(self) -> bool:
        """Not by 0 degrees."""
        return self.degrees > 0

    def move(self, places: Places, random: np.random.Generator) -> Tape:
        """Against the clock: row := row · cos + column · sin, column := column · cos − row · sin."""
        tape, angle = places.draw(random)
        cos, sin, fresh = places.each(), places.each(), np.zeros_like(angle)
        most = np.radians(self.degrees)
        tape += [
            partial(np.multiply, angle, 2 * most, angle),
            partial(np.subtract, angle, most, angle),
            partial(np.cos, angle, fresh),
            partial(np.copyto, cos, fresh, casting="same_kind"),
            partial(np.sin, angle, fresh),
            partial(np.copyto, sin, fresh, casting="same_kind"),
        ]
        rows, columns = places.rows, places.columns
        from_rows, from_columns = places.spare
        return [
            *tape,
            partial(np.multiply, rows, sin, from_rows),
            partial(np.multiply, columns, sin, from_columns),
            partial(np.multiply, rows, cos, rows),
            partial(np.add, rows, from_columns, rows),
            partial(np.multiply, columns, cos, columns),
            partial(np.subtract, columns, from_rows, columns),
        ]
