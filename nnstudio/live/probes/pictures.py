"""What some samples look like: small pictures, or the first of their numbers."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight

LARGEST = 64  # Pixels of the longer side; what is larger is made smaller, for it is shown small.
MOST_NUMBERS = 12  # Of a sample that is no picture.
LOOKED_AT = 1000  # Samples, to know how dark and how bright pictures are.
BYTE = 255
DIM = 64  # Bytes that are all smaller hold fewer shades than a byte could, as the digits of 16 do.
IMAGE = 3


@dataclass(frozen=True, eq=False)
class Pictured:
    """Some samples by their numbers in the data.

    `pixels` is (samples, rows, columns, channels) of bytes with one channel or three, or None where samples are no
    pictures; then `values` holds their first numbers, (samples, numbers). `targets` are the numbers to predict,
    empty where there are classes.
    """

    numbers: tuple[int, ...]
    pixels: NDArray[np.uint8] | None
    values: Array
    targets: Array


@dataclass(frozen=True)
class Pictures(Probe):
    """The samples of these numbers; a number that does not exist is left out."""

    numbers: tuple[int, ...]

    constant: ClassVar[bool] = True

    def take(self, sight: Sight) -> Pictured:
        """Copies, as the data stores them: without preparation."""
        data = sight.session.data
        known = tuple(number for number in self.numbers if 0 <= number < len(data.inputs))
        picks = np.array(known, np.intp)
        stored = np.asarray(data.inputs[picks])
        targets = np.empty((len(known), 0)) if data.classifies else np.array(data.targets[picks])
        if stored.ndim == 2:
            return Pictured(known, None, stored[:, :MOST_NUMBERS].copy(), targets)
        low, high = sight.remembered("brightness", lambda: brightness(data.inputs))
        return Pictured(known, pixels_of(stored, low, high), np.empty((len(known), 0)), targets)


def brightness(inputs: Array) -> tuple[float, float]:
    """The numbers that are black and white, for all pictures of a data set the same."""
    some = np.asarray(inputs[:: max(1, len(inputs) // LOOKED_AT)])
    if some.dtype == np.uint8 and some.max(initial=0) >= DIM:
        return 0.0, float(BYTE)
    known = some[np.isfinite(some)]
    low, high = min(float(known.min(initial=0)), 0.0), float(known.max(initial=0))
    return (low, high) if high > low else (low, low + 1)


def pixels_of(stored: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Bytes (samples, rows, columns, one channel or three)."""
    images = stored.reshape(*stored.shape[:3], -1)
    images = images[..., :3] if images.shape[3] >= IMAGE else images[..., :1]
    by = -(-max(images.shape[1:3]) // LARGEST)
    if by > 1:
        images = smaller(images, by)
    if images.dtype == np.uint8 and (low, high) == (0, BYTE):
        return np.ascontiguousarray(images)
    scaled = (np.nan_to_num(images.astype(np.float64)) - low) / (high - low) * BYTE
    pixels: NDArray[np.uint8] = np.rint(scaled.clip(0, BYTE)).astype(np.uint8)
    return pixels


def smaller(images: Array, by: int) -> Array:
    """The mean of every square of so many pixels; what is left at the edges is cut off."""
    rows, columns = images.shape[1] // by or 1, images.shape[2] // by or 1
    high, wide = min(by, images.shape[1]), min(by, images.shape[2])
    cut = images[:, : rows * high, : columns * wide]
    means: Array = cut.reshape(len(cut), rows, high, columns, wide, -1).mean(axis=(2, 4))
    return means
