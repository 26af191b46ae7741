"""Reading images at other places than their own, with what is beyond an edge as at the edge."""

from functools import partial

import numpy as np

from nnstudio.data.preparation.base import Array, Tape
from nnstudio.data.preparation.places import Places


def whole_pixels(images: Array, places: Places) -> tuple[Tape, Array]:
    """Images (samples, height, width, channels) read at places that are all whole pixels: an exact copy."""
    result = np.zeros(images.shape, images.dtype)
    index = np.zeros(places.rows.shape, np.intp)
    pixels, into = (each.reshape((-1, images.shape[3]), copy=False) for each in (images, result))
    return [
        *(partial(np.add, axis, middle, axis) for axis, middle in _axes(places)),
        *_count(places.rows, places.columns, index),
        # Without "clip" NumPy makes a copy of the whole result first.
        partial(pixels.take, index.reshape(-1), 0, into, "clip"),
    ], result


def between_pixels(images: Array, places: Places) -> tuple[Tape, Array]:
    """Images (samples, height, width, channels) read between four pixels, in proportion: bilinear interpolation."""
    _, height, width, channels = images.shape
    result = np.zeros(images.shape, images.dtype)
    index = np.zeros(places.rows.shape, np.intp)
    tape: Tape = []
    for (axis, middle), whole, size in zip(_axes(places), places.spare, (height, width), strict=True):
        tape += _divide(axis, middle, whole, size)
    tape += [*_count(*places.spare, index), partial(np.multiply, index, channels, index)]
    # An image of one row or one column has no neighbour there.
    right, down = channels * (width > 1), width * channels * (height > 1)
    numbers = images.reshape(-1, copy=False)
    upper, lower, other = (np.zeros(index.shape, images.dtype) for _ in range(3))
    for channel in range(channels):
        for start, row in ((channel, upper), (channel + down, lower)):
            tape.append(partial(numbers[start:].take, index, 0, row, "clip"))
            tape.append(partial(numbers[start + right :].take, index, 0, other, "clip"))
            tape += _mix(row, other, places.columns, row)
        tape += _mix(upper, lower, places.rows, result[..., channel])
    return tape, result


def _axes(places: Places) -> tuple[tuple[Array, Array], ...]:
    return tuple(zip((places.rows, places.columns), places.middle, strict=True))


def _divide(axis: Array, middle: Array, whole: Array, size: int) -> Tape:
    """Each place as the pixel before it and how far beyond it lies; the last pixel is 1 beyond the last but one."""
    return [
        partial(np.add, axis, middle, axis),
        partial(np.floor, axis, whole),
        partial(np.clip, whole, 0, max(size - 2, 0), whole),
        partial(np.subtract, axis, whole, axis),
    ]


def _count(rows: Array, columns: Array, index: Array) -> Tape:
    """The number of each pixel, counted through all images."""
    samples, height, width = index.shape
    first = np.arange(samples, dtype=np.intp).reshape(-1, 1, 1) * (height * width)
    column = np.zeros(index.shape, np.intp)
    return [
        partial(np.copyto, index, rows, casting="unsafe"),
        partial(np.copyto, column, columns, casting="unsafe"),
        partial(np.multiply, index, width, index),
        partial(np.add, index, column, index),
        partial(np.add, index, first, index),
    ]


def _mix(one: Array, other: Array, share: Array, into: Array) -> Tape:
    """one + share · (other − one); `other` is used up."""
    return [
        partial(np.subtract, other, one, other),
        partial(np.multiply, other, share, other),
        partial(np.add, one, other, into),
    ]
