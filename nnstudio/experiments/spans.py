"""Spans: how much of a plane is looked at, so that all paths are seen with a margin. They change in steps."""

from math import ceil, floor, log10

import numpy as np

from nnstudio.experiments.planes import Range
from nnstudio.layers.shapes import Array

ROOM = 1.4  # How much wider than the paths a span is.
LOOSE = 3.0  # Spans stay while they are at most so many times as wide as they need be.
THIN = 6.0  # A span is at least this share of the other,
UNEQUAL = 40.0  # and where one scale for both would make a path so thin, each has its own.
FINE = 16.0
EDGE = 0.03  # Of a span that is kept free at its ends.
Spans = tuple[Range, Range]


def spans_around(
    places: Array, shape: float, least: float, alike: bool, now: Spans | None = None
) -> Spans:
    """Spans that hold all places (number, 2); the present ones, while they will do.

    `shape` is how many times as wide as high the picture is, `least` the least span upwards. With `alike` a unit is as
    long across as up.
    """
    known = places[np.isfinite(places).all(axis=1)]
    known = known if len(known) else np.zeros((1, 2))
    low, high = known.min(axis=0), known.max(axis=0)
    across, up = (max(size * ROOM, 1e-12) for size in (high - low).tolist())
    across, up = _balanced(across / shape, up, least, alike)
    across *= shape
    if now is not None and all(
        begin + EDGE * (end - begin) <= one and other <= end - EDGE * (end - begin) and end - begin <= LOOSE * need
        for (begin, end), one, other, need in zip(now, low.tolist(), high.tolist(), (across, up), strict=True)
    ):
        return now
    middle = ((low + high) / 2).tolist()
    return _rounded(middle[0], across), _rounded(middle[1], up)


def _balanced(across: float, up: float, least: float, alike: bool) -> tuple[float, float]:
    """Sizes for a square picture: alike, or the smaller not too small."""
    greater = max(across, up, least)
    if alike and (min(across, up) * UNEQUAL > greater or greater <= 2 * least):
        return greater, greater
    return max(across, least, greater / THIN), max(up, least, greater / THIN)


def _rounded(middle: float, size: float) -> Range:
    """The least range of round numbers around a place."""
    step = size / FINE
    decade = 10.0 ** floor(log10(step))
    step = next(each * decade for each in (1, 2, 5, 10) if step <= each * decade * (1 + 1e-9))
    begin, end = floor((middle - size / 2) / step + 1e-9) * step, ceil((middle + size / 2) / step - 1e-9) * step
    # Without the last digits that a product of step and count brings.
    return float(f"{begin:.12g}"), float(f"{end:.12g}")
