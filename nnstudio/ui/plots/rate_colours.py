"""The colours of learning rates: one scale from small to large, which eyes that confuse colours can follow too."""

from functools import lru_cache
from math import isfinite, log

import numpy as np
from PySide6.QtGui import QColor

from nnstudio.ui.theme import Theme

# The larger the rate, the further from the background: every step is lighter on dark, and darker on light
# (tests/gui/test_rates.py measures it). Neither orange nor blue, which are negative and positive.
STOPS = {
    "dark": ("#7d62c4", "#6a83c6", "#459fb4", "#36b88c", "#82cc58", "#cfda45", "#fff5a6"),
    "light": ("#5bb98c", "#36a693", "#2a8f99", "#3d7499", "#52589b", "#662f86", "#5a0a55"),
}


def rate_colour(theme: Theme, rate: float, least: float, greatest: float) -> QColor:
    """The colour of a rate, where the scale goes from the least to the greatest."""
    if not (0 < least < greatest) or not (rate > 0 and isfinite(rate)):
        return scale_colour(theme, 0.5)
    return scale_colour(theme, log(rate / least) / log(greatest / least))


def scale_colour(theme: Theme, place: float) -> QColor:
    """The colour at a place of the scale, from 0 to 1."""
    return QColor(*_channels(theme.name, place))


@lru_cache(256)
def _channels(theme: str, place: float) -> tuple[int, int, int]:
    stops = [QColor(name) for name in STOPS[theme]]
    at = np.linspace(0.0, 1.0, len(stops))
    parts = ([stop.red() for stop in stops], [stop.green() for stop in stops], [stop.blue() for stop in stops])
    red, green, blue = (round(float(np.interp(place, at, part))) for part in parts)
    return red, green, blue
