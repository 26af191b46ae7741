"""How a data set stores its pictures: shape, range of the numbers, and how large what is drawn stands on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.base import Preparation, switched_on
from nnstudio.data.preparation.scale import Scale

Array = NDArray[Any]
Shape = tuple[int, ...]

LEAST_SIDE = 5  # Of a picture; fewer numbers are no picture.
LEAST_FLAT = 64  # Numbers in a row that may be a picture.
LOOKED_AT = 300  # Samples that show how the others are.
SAME = 0.02  # Of the range: what is nearer to the ground is ground.
EVEN = 0.3  # The share of pixels that are ground, at least, where something is drawn on it.
MNIST_SIDE, MNIST_BOX = 28, 20


@dataclass(frozen=True)
class Stored:
    """Numbers from `low` to `high` of the type `dtype`.

    `box` is the longer side of what is drawn, or None where pictures fill their frame, as photographs do; `light_ink`
    says whether it is drawn in light on dark.
    """

    shape: Shape
    dtype: str = "uint8"
    low: float = 0.0
    high: float = 255.0
    box: int | None = None
    light_ink: bool = True

    @property
    def picture(self) -> tuple[int, int, int]:
        """Height, width and channels."""
        return picture_shape(self.shape)

    @classmethod
    def of_data(cls, data: DataSet) -> Self:
        """As the samples are; a DataError where they are no pictures."""
        picture = picture_shape(data.stored_shape)
        picks = np.unique(np.linspace(0, len(data.inputs) - 1, LOOKED_AT).astype(np.intp))
        some = np.nan_to_num(np.asarray(data.inputs[picks], np.float64).reshape(-1, *picture))
        low, high = float(some.min()), float(some.max())
        dtype = data.inputs.dtype
        if dtype == np.uint8:
            low, high = 0.0, 255.0 if high > 127 else max(high, 1.0)
        kept = dtype.name if dtype.kind in "uif" else "float32"
        return cls(data.stored_shape, kept, low, max(high, low + 1e-6), *_drawn(some, low, high))

    @classmethod
    def guessed(cls, shape: Shape, preparation: Sequence[Preparation] = ()) -> Self:
        """As MNIST would do it, in samples of that shape; what divides them first is taken for the largest number."""
        height, width, channels = picture_shape(shape)
        first = next(iter(switched_on(preparation)), None)
        while first is not None and first.only_in_training:
            preparation = preparation[1:]
            first = next(iter(switched_on(preparation)), None)
        high = first.divisor if isinstance(first, Scale) else 255.0
        side = min(height, width)
        box = round(side * MNIST_BOX / MNIST_SIDE) if side >= MNIST_BOX else side
        return cls(shape, "uint8" if 1 < high <= 255 else "float32", 0.0, high, box if channels == 1 else None)


def picture_shape(shape: Shape) -> tuple[int, int, int]:
    """Height, width and channels of samples of a shape; a DataError says that they are no pictures."""
    match shape:
        case (height, width, 1 | 3 as channels) if min(height, width) >= LEAST_SIDE:
            return height, width, channels
        case (height, width) if min(height, width) >= LEAST_SIDE:
            return height, width, 1
        case (size,) if size >= LEAST_FLAT and isqrt(size) ** 2 == size:
            return isqrt(size), isqrt(size), 1
        case (size,) if size >= 3 * LEAST_FLAT and 3 * isqrt(size // 3) ** 2 == size:
            return isqrt(size // 3), isqrt(size // 3), 3
    gets = "×".join(map(str, shape)) + (" numbers" if len(shape) < 2 else "")
    raise DataError(
        f"This network reads {gets}, not pictures, so nothing can be drawn for it. Take a model for pictures, such as "
        "mnist-trained."
    )


def _drawn(pictures: Array, low: float, high: float) -> tuple[int | None, bool]:
    """The longer side of what is drawn on an even ground, and whether in light ink."""
    if pictures.shape[3] != 1 or high <= low:
        return None, True
    grey = (pictures[..., 0] - low) / (high - low)
    edge = np.concatenate([grey[:, 0].ravel(), grey[:, -1].ravel(), grey[:, :, 0].ravel(), grey[:, :, -1].ravel()])
    ground = float(np.median(edge))
    ink = np.abs(grey - ground) > SAME
    if SAME < ground < 1 - SAME or 1 - ink.mean() < EVEN:
        return None, True
    sides = [_span(np.logical_or.reduce(ink, axis=axis)) for axis in (2, 1)]
    longest = int(np.median(np.maximum(*sides)))
    return max(1, longest), ground < 0.5


def _span(marked: Array) -> Array:
    """From the first to the last that is marked, in each row."""
    length = marked.shape[1]
    span: Array = length - marked[:, ::-1].argmax(axis=1) - marked.argmax(axis=1)
    return np.where(marked.any(axis=1), span, 0)
