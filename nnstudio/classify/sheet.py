"""A sheet: a picture as numbers from 0 to 255 with the level of its paper, and where the ink is on it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnstudio.core.errors import DataError

Array = NDArray[Any]
Box = tuple[int, int, int, int]

WHITE = 255.0
FAINTEST = 12.0  # Levels of 255 between paper and ink, at least.
NOISE = 6.0  # So many times the usual distance from the paper's level may be noise.
FAINT = 0.01  # Of the strongest ink: what is fainter is a trace of how the picture was packed.
MOST_PIXELS = 32_000_000
CHANNELS = GREY, GREY_ALPHA, COLOUR, COLOUR_ALPHA = 1, 2, 3, 4
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, eq=False)
class Sheet:
    """`pixels` is (height, width, 1 or 3); `ground` the level of the paper in each channel, and `noise` how far from it
    its own pixels may be."""

    pixels: Array
    ground: Array
    noise: float = 0.0

    @classmethod
    def of(cls, pixels: Array) -> "Sheet":
        """The paper is what is at the picture's edge, in the middle of its levels."""
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        ground = np.median(edge, axis=0).astype(np.float32)
        return cls(pixels, ground, NOISE * float(np.median(np.abs(edge - ground))))

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @cached_property
    def light_ink(self) -> bool:
        """Whether the ink is lighter than the paper."""
        return bool(self.pixels.mean() > self.ground.mean())

    @cached_property
    def ink(self) -> Array:
        """(height, width): how far each pixel is from the paper towards the ink; noise counts as paper."""
        away = self.pixels - self.ground
        way = away.mean(axis=2) if away.shape[2] > GREY else away[..., 0]
        way = way if self.light_ink else -way
        return np.where(way > max(self.noise, FAINT * way.max()), way, np.float32(0))

    @property
    def strongest(self) -> float:
        """How far the strongest ink is from the paper."""
        return float(self.ink.max())

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn on it that can be seen."""
        return self.strongest < FAINTEST

    @property
    def box(self) -> Box:
        """Top, left, bottom and right of the ink, or of the sheet where there is none."""
        if not self.strongest:
            return 0, 0, *self.size
        rows, columns = (np.flatnonzero(self.ink.any(axis=axis)) for axis in (1, 0))
        return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1

    def part(self, box: Box) -> "Sheet":
        """What is inside a box, on the same paper."""
        top, left, bottom, right = box
        return replace(self, pixels=self.pixels[top:bottom, left:right])

    def each_level(self, change: Callable[[Array], Array]) -> "Sheet":
        """With other levels, of the paper too."""
        return replace(self, pixels=change(self.pixels), ground=change(self.ground))

    def resized(self, height: int, width: int) -> "Sheet":
        """Drawn larger or smaller, with smooth edges."""
        if (height, width) == self.size:
            return self
        from PIL import Image

        planes = [Image.fromarray(np.ascontiguousarray(self.pixels[..., each])) for each in range(self.pixels.shape[2])]
        made = [np.asarray(plane.resize((width, height), Image.Resampling.HAMMING)) for plane in planes]
        return replace(self, pixels=np.clip(np.stack(made, axis=2), 0, WHITE))

    def fitted(self, height: int, width: int) -> "Sheet":
        """As large as it can be in this frame without being stretched."""
        scale = min(height / self.size[0], width / self.size[1])
        return self.resized(max(1, round(self.size[0] * scale)), max(1, round(self.size[1] * scale)))

    def placed(self, height: int, width: int, top: int, left: int) -> "Sheet":
        """On a larger sheet of the same paper."""
        pixels = np.empty((height, width, self.pixels.shape[2]), np.float32)
        pixels[:] = self.ground
        pixels[top : top + self.size[0], left : left + self.size[1]] = self.pixels
        return replace(self, pixels=pixels)


def sheet_of(picture: ArrayLike, colour: bool = False) -> Sheet:
    """A picture in grey or RGB, with or without transparency; bytes, or numbers from 0 to 1.

    What is transparent is laid on white.
    """
    pixels = _opaque(_levels(picture))
    if colour:
        return Sheet.of(np.repeat(pixels, COLOUR, axis=2) if pixels.shape[2] == GREY else pixels)
    return Sheet.of(pixels if pixels.shape[2] == GREY else (pixels @ LUMA)[..., np.newaxis])


def _levels(picture: ArrayLike) -> Array:
    """(height, width, channels) from 0 to 255."""
    try:
        array = np.asarray(picture)
    except ValueError:
        raise DataError("The rows of the picture are of different lengths. Give each as many pixels.") from None
    array = array[..., np.newaxis] if array.ndim == 2 else array
    if array.ndim != 3 or array.shape[2] not in CHANNELS or array.dtype.kind not in "buf":
        raise DataError(
            "A picture must be height × width × channels: grey, RGB, or one of them with transparency, as bytes or "
            f"numbers from 0 to 1; but this has the shape {array.shape} and the type {array.dtype}."
        )
    if not array.size or array.size > MOST_PIXELS * COLOUR_ALPHA:
        raise DataError(f"The picture has {array.shape[1]:,}×{array.shape[0]:,} pixels. Choose another.")
    levels = array.astype(np.float32)
    if array.dtype.kind == "f" and not (np.isfinite(levels).all() and levels.min() >= 0 and levels.max() <= 1):
        raise DataError("The numbers of the picture must lie between 0 and 1. Divide by the largest, or use bytes.")
    top = {"b": 1.0, "f": 1.0}.get(array.dtype.kind) or float(np.iinfo(array.dtype).max)
    return levels if top == WHITE else levels * np.float32(WHITE / top)


def _opaque(pixels: Array) -> Array:
    if pixels.shape[2] not in (GREY_ALPHA, COLOUR_ALPHA):
        return pixels
    covered = pixels[..., -1:] / np.float32(WHITE)
    opaque: Array = pixels[..., :-1] * covered + np.float32(WHITE) * (1 - covered)
    return opaque
