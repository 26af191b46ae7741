"""Steps that move what is on an image: each changes the places where it is read; it is read once for all of them."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.data.preparation.base import Array, Preparation, Shape, Tape
from nnstudio.data.preparation.places import Places
from nnstudio.data.preparation.reading import between_pixels, whole_pixels

IMAGE = 3  # Sizes that an image has: height, width and channels.


class Warp(Preparation):
    """Moves images in training at random, so that a network learns what does not depend on the exact place.

    Neighbours act as if done one after another in their order, but the image is read, and so blurred, only once.
    """

    group: ClassVar[str] = "warp"
    only_in_training: ClassVar[bool] = True
    example: ClassVar[Any] = (tuple(tuple((float(each),) for each in row) for row in ("0000", "0190", "0090", "0000")),)
    # Whether a pixel always comes to lie on a pixel.
    by_whole_pixels: ClassVar[bool] = False

    def moves(self) -> bool:
        """Whether anything is moved at all."""
        return True

    def move(self, places: Places, random: np.random.Generator) -> Tape:
        """The calls that replace each place of the result by the place where it stood before this step."""
        raise NotImplementedError

    def shape(self, shape: Shape) -> Shape:
        """The same; only images can be moved."""
        if len(shape) != IMAGE:
            gets = "×".join(f"{size:,}" for size in shape) + (" number" if shape == (1,) else " numbers")
            raise DataError(
                f"{self.title} moves images, but gets samples of {gets}. Put it before Flatten, or leave it out."
            )
        return shape

    @classmethod
    def record_group(cls, steps: Sequence[Any], numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """Find the places, from the last step's result back to the image before the first, and read there."""
        moving: list[Warp] = [step for step in steps if step.moves()]
        if not moving:
            return [], numbers
        places = Places.of(numbers)
        tape = places.start()
        for step in reversed(moving):
            tape += [*step.move(places, random), *places.keep_inside()]
        read = whole_pixels if all(step.by_whole_pixels for step in moving) else between_pixels
        calls, result = read(numbers, places)
        return tape + calls, result
