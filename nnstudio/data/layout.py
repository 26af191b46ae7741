"""Layout: which axes of an array are samples, height, width and channels, as the shape shows it or the user says."""

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import Array
from nnstudio.data.mapped import copy_over
from nnstudio.data.npy import LIMIT, room_for

LAYOUTS = ("auto", "images", "rows", "channels_first")
HELP = "What the axes of the inputs are: images, rows of numbers, or images with their channels before height and width"

_CHANNELS = (1, 3, 4)
_SMALLEST = 8  # Pixels on each side of what is taken for an image although it is not made of bytes.


def laid_out(array: Array, layout: str, where: str) -> tuple[Array, tuple[str, ...]]:
    """Inputs with their axes as a network wants them, images as (samples, height, width, channels); and notes on it."""
    if not array.ndim or not array.size:
        raise DataError(f"{where} holds no samples. Choose another.")
    if layout == "rows":
        return array.reshape(len(array), -1), ()
    if layout == "channels_first" and array.ndim != 4:
        raise _no_images(array, "samples, channels, height and width", where)
    if layout == "images" and array.ndim not in (3, 4):
        raise _no_images(array, "samples, height, width and, if there are several, channels", where)
    if array.ndim == 3 and (layout == "images" or _is_grey(array)):
        note = f"Each sample is a grey image of {by(array.shape[1:])} pixels."
        return array.reshape(*array.shape, 1), (note,)
    if array.ndim == 4 and (layout == "channels_first" or (layout == "auto" and _has_channels_first(array))):
        note = f"The {array.shape[1]} channels of an image came before its height and width; now they come last."
        return _channels_last(array, where), (note,)
    return array, ()


def by(shape: tuple[int, ...]) -> str:
    """A shape as a message shows it."""
    return "×".join(f"{size:,}" for size in shape) or "one number"


def _is_grey(array: Array) -> bool:
    _, height, width = array.shape
    return array.dtype == np.uint8 or _SMALLEST <= height == width


def _has_channels_first(array: Array) -> bool:
    return array.shape[1] in _CHANNELS and array.shape[3] not in _CHANNELS


def _channels_last(array: Array, where: str) -> Array:
    if array.nbytes > LIMIT:
        raise DataError(
            f"{where} is too large to bring its channels to the end in memory. "
            "Save it so with np.moveaxis(X, 1, -1), or choose layout=rows."
        )
    count, channels, *size = array.shape
    # What a batch picks must lie together, or NumPy copies everything for each batch.
    last = room_for((count, *size, channels), array.dtype, where)
    copy_over(np.moveaxis(last, -1, 1), array)
    return last


def _no_images(array: Array, wanted: str, where: str) -> DataError:
    return DataError(
        f"{where} is an array of {by(array.shape)}, but this layout needs {wanted}. Leave the option 'layout' out."
    )
