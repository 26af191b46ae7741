"""The colours of plots, in one place: curves, classes, and the scale from orange over nothing to blue."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from nnstudio.ui.theme import Theme

Ink = int | str
"""What something is drawn in: the number of a curve, or the name of a colour of the theme."""

# As far apart as can be, for eyes that see red, green, or both (tests/gui/test_plots.py measures it).
# No orange among the curves, which is negative; the first is the studio's blue.
CURVES = {
    "dark": ("#5aa2ee", "#e6cf4b", "#00e0b2", "#dd5853", "#957c91", "#4de8f9", "#457cff", "#ac7b0a"),
    "light": ("#0b6bcb", "#8a6d00", "#6f193d", "#6d8a9e", "#4c9562", "#601777", "#2b4200", "#102ba1"),
}
# Two classes are orange and blue; of more, each has its own.
CLASSES = {
    "dark": (
        "#f28e3c", "#4a9be8", "#8ffcd9", "#867b62", "#f6ea9c", "#af6394", "#3875f6", "#2ed3ef", "#f9ec4f", "#8fb772",
    ),
    "light": (
        "#c85a00", "#0b6bcb", "#5c9358", "#580e6f", "#c16b93", "#733e13", "#1f3a2d", "#8365a6", "#4d4860", "#675d46",
    ),
}  # fmt: skip
# The ends of the scale and its middle, which is hardly seen: what is large stands out, on dark and on light.
ENDS = {"dark": ("#ff9d45", "#2d3137", "#5cadff"), "light": ("#b34a00", "#f4f5f7", "#0a5bb0")}
NOT_A_NUMBER = {"dark": "#d04fd0", "light": "#b521b5"}
SMALLEST = 1e-300
SHADES = 127  # On each side of zero.
MUTED = 0.42  # How much of a heat map's colour is left, so that the points on it stand out.


def colour_of(theme: Theme, ink: Ink) -> QColor:
    """The colour of a curve by its number, or of the theme by its name."""
    if isinstance(ink, str):
        return theme.color(ink)
    known = CURVES[theme.name]
    return QColor(known[ink % len(known)])


def class_colours(theme: Theme, count: int) -> tuple[QColor, ...]:
    """One for each class; the first of two is orange, the second blue."""
    names = (theme.negative, theme.positive) if count <= 2 else CLASSES[theme.name]
    return tuple(QColor(names[number % len(names)]) for number in range(count))


@lru_cache
def diverging(theme: Theme, strength: float = 1.0) -> tuple[int, ...]:
    """256 colours as Qt takes them: 0 for what is no number, 1 to 127 orange, 128 nothing, 129 to 255 blue."""
    low, middle, high = (_channels(name) for name in ENDS[theme.name])
    part = np.linspace(-1, 1, 2 * SHADES + 1)[:, None] * strength
    scale = np.where(part < 0, middle + (low - middle) * -part, middle + (high - middle) * part)
    return (_packed(_channels(NOT_A_NUMBER[theme.name])), *(_packed(each) for each in scale))


def shades(values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """Numbers from −limit to limit as places in `diverging`; beyond is cut off, and what is no number is 0."""
    scale = SHADES / limit if limit > SMALLEST else 0.0
    # One pass each, in place: this is done many times a second. What is too large for float32 is infinite, and cut off.
    with np.errstate(over="ignore", invalid="ignore"):
        places = np.multiply(values, scale).astype(np.float32, copy=False)
    wrong = ~np.isfinite(values)
    np.clip(places, -SHADES, SHADES, out=places)
    places += SHADES + 1.5
    if wrong.any():
        places[wrong] = 0
    found: NDArray[np.uint8] = places.astype(np.uint8)
    return found


def limit_of(values: NDArray[np.floating]) -> float:
    """The greatest size of all numbers that are numbers; 1 where there is nothing but zero."""
    if not values.size:
        return 1.0
    greatest = max(float(values.max()), -float(values.min()))
    if not np.isfinite(greatest):
        finite = np.abs(values[np.isfinite(values)])
        greatest = float(finite.max()) if finite.size else 0.0
    return greatest or 1.0


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two."""
    parts = (one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue())
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def _channels(name: str) -> NDArray[np.float64]:
    color = QColor(name)
    return np.array([color.red(), color.green(), color.blue()], np.float64)


def _packed(channels: NDArray[np.float64]) -> int:
    red, green, blue = (int(each) for each in np.rint(channels))
    return 0xFF000000 | red << 16 | green << 8 | blue
