"""Digits of MNIST as somebody would draw them: larger or smaller, anywhere on a pad, in dark ink on white paper."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

SIDE, PIXEL = 280, 10  # The pad, and how much of it a pixel of MNIST takes.


@dataclass(frozen=True)
class Hand:
    """How a digit is drawn: so much larger, and so many pixels of MNIST lower and further right."""

    scale: float = 1.0
    down: float = 0.0
    right: float = 0.0


def hands(count, seed=0):
    """Shifts up to 6 pixels, scales from 0.6 to 1.4."""
    random = np.random.default_rng(seed)
    return [Hand(random.uniform(0.6, 1.4), *random.uniform(-6, 6, 2)) for _ in range(count)]


def drawn(digit, hand=None, cut=False):
    """Strokes with smooth edges on a pad of 280×280; they stay on the pad unless they may be `cut` off."""
    hand = hand or Hand()
    scale, middle = hand.scale * PIXEL, SIDE / 2
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    down, right = (
        PIXEL * shift if cut else _inside(PIXEL * shift, (lines[0] - 14) * scale, (lines[-1] + 1 - 14) * scale)
        for shift, lines in ((hand.down, rows), (hand.right, columns))
    )
    # Where each pixel of the pad lies on the digit.
    back = (1 / scale, 0, 14 - (middle + right) / scale, 0, 1 / scale, 14 - (middle + down) / scale)
    ink = Image.fromarray(digit.astype(np.float32)).transform(
        (SIDE, SIDE), Image.Transform.AFFINE, back, Image.Resampling.BICUBIC
    )
    strokes = np.clip((np.asarray(ink) / 255 - 0.5) * 3 + 0.5, 0, 1)
    return np.rint(255 * (1 - strokes)).astype(np.uint8)


def _inside(shift, first, last):
    """The same, or as much of it as keeps the strokes on the pad."""
    return float(np.clip(shift, -SIDE / 2 - first, max(SIDE / 2 - last, -SIDE / 2 - first)))
