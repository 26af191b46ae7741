"""Thumbnails: what comes out of a layer as a strip that fits a card. Orange is negative, blue is positive."""

from math import ceil

import numpy as np
from PySide6.QtGui import QImage

from nnstudio.layers.shapes import IMAGE, Array
from nnstudio.ui.plots.colours import diverging, limit_of, shades
from nnstudio.ui.theme import Theme

MOST_TILES = 8  # Channels that are shown; more could not be told apart.
MOST_CELLS = 64  # Numbers of a vector that are shown; of more, neighbours are put together.


def thumbnail(values: Array, theme: Theme) -> QImage:
    """One picture for what a layer puts out for one sample."""
    picture = _tiles(values) if values.ndim == IMAGE else _rows(values)
    if not picture.size:
        return QImage()
    indices = np.ascontiguousarray(shades(picture, limit_of(picture)))
    height, width = indices.shape
    image = QImage(indices.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(diverging(theme))
    # A copy: the numbers are gone when this function is left.
    return image.copy()


def _tiles(values: Array) -> Array:
    """The channels of an image side by side, with a line of nothing between them."""
    height, _, channels = values.shape
    gap = np.zeros((height, 1), values.dtype)
    parts = [part for channel in range(min(channels, MOST_TILES)) for part in (gap, values[:, :, channel])]
    return np.concatenate(parts[1:], axis=1) if parts else np.empty((0, 0), values.dtype)


def _rows(values: Array) -> Array:
    """A vector as one row of cells."""
    flat = values.ravel()
    if len(flat) > MOST_CELLS:
        # The one that stands out of each few, or what matters would be averaged away.
        few = ceil(len(flat) / MOST_CELLS)
        padded = np.concatenate([flat, np.zeros(-len(flat) % few, flat.dtype)]).reshape(-1, few)
        flat = padded[np.arange(len(padded)), np.abs(padded).argmax(axis=1)]
    return flat[np.newaxis]
