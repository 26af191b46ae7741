"""Shapes: as the user sees them (height × width × channels) and as the engine lays arrays out.

The engine keeps the batch as the last axis, and the channels of an image before its width: an image batch is
(height, channels, width, batch), a flat one (features, batch). Every row of all channels is then one operand of a
matrix product, successive rows are one larger operand without a copy, and all runs are long.
"""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = tuple[int, ...]

IMAGE = 3  # height, width, channels


def shown(shape: Shape) -> str:
    """A shape as a person writes it: 28×28×1."""
    return "×".join(str(size) for size in shape)


def size_of(shape: Shape) -> int:
    """How many numbers one sample holds."""
    return prod(shape)


def engine_shape(shape: Shape, batch: int) -> Shape:
    """The shape of a batch inside the engine."""
    if len(shape) == IMAGE:
        return shape[0], shape[2], shape[1], batch
    return *shape, batch


def feature_axis(shape: Shape) -> int:
    """The engine's axis that runs over features or channels, the last axis the user sees."""
    return 1 if len(shape) == IMAGE else len(shape) - 1


def to_samples(array: Array, shape: Shape) -> Array:
    """An engine array as the user sees it: samples first, channels last. A view."""
    return array.transpose(3, 0, 2, 1) if len(shape) == IMAGE else np.moveaxis(array, -1, 0)


def from_samples(array: Array, shape: Shape) -> Array:
    """Samples in the order the user sees as the engine lays them out. A view."""
    return array.transpose(1, 3, 2, 0) if len(shape) == IMAGE else np.moveaxis(array, 0, -1)
