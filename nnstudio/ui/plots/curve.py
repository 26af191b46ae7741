"""A curve of any length: of every column of pixels the least and the greatest value are drawn, and no more is asked."""

from itertools import pairwise
from math import inf, isnan

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPainter

from nnstudio.ui.plots.bundle import strong_line
from nnstudio.ui.plots.colours import Ink, mixed
from nnstudio.ui.plots.frame import Frame, placed
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.smoothing import memory, smoothed
from nnstudio.ui.plots.source import EMPTY, Envelope, Source, everything, nearest
from nnstudio.ui.plots.strokes import stroke
from nnstudio.ui.plots.table import Column, Series

PIECES = 12  # A logarithmic axis is asked for piece by piece, or its first decades would be a single column.
LOOKED_AT = 512
FAINT = 0.3  # What is behind a smoothed curve,
STANDS_BACK = 0.5  # and curves of earlier runs.
RUN_UP = 2.0  # So many times what is seen is looked at before it, at most, for the smoothing.

Line = tuple[NDArray[np.float64], NDArray[np.float64]]


class Curve(Layer):
    """Values at positions. While it is smoothed, the values themselves stand faintly behind."""

    def __init__(self, name: str, source: Source, ink: Ink = 0, unit: str = "", faint: bool = False) -> None:
        super().__init__(name, ink)
        self._source, self._unit, self._faint = source, unit, faint
        self._smoothing = 0.0
        self._lines: list[tuple[Line, bool]] | None = None
        self._extent: dict[tuple[bool, bool], Extent | None] = {}
        self._drawn_for = Frame()

    @property
    def smoothing(self) -> float:
        """How much the past counts: 0 not at all, 0.999 about a thousand steps."""
        return self._smoothing

    @smoothing.setter
    def smoothing(self, smoothing: float) -> None:
        self._smoothing, self._lines = smoothing, None
        self.update()

    @property
    def faint(self) -> bool:
        """Whether it stands back, as the curves of earlier runs do."""
        return self._faint

    @faint.setter
    def faint(self, faint: bool) -> None:
        self._faint = faint
        self.update()

    def show_source(self, source: Source) -> None:
        """Draw other values."""
        self._source = source
        self.changed()

    def changed(self) -> None:
        self._lines = None
        self._extent.clear()
        super().changed()

    def shade(self) -> QColor:
        return mixed(self.theme.color("panel"), self.colour, STANDS_BACK) if self._faint else self.colour

    def draw(self, painter: QPainter) -> None:
        if self._lines is None or self._drawn_for != self.frame:
            self._lines, self._drawn_for = self._made_lines(), self.frame
        for (x, y), strong in self._lines:
            if strong and self.theme.contrast and not self._faint:
                strong_line(painter, self.boundingRect(), x, y, self._shade(strong))
            else:
                stroke(painter, self.boundingRect(), x, y, self._shade(strong))

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        if (log_x, log_y) not in self._extent:
            found = self._source.between(-inf, inf, LOOKED_AT)
            found = self._with_ends(found)
            x, low, high = placed(found.positions, log_x), placed(found.low, log_y), placed(found.high, log_y)
            known = np.isfinite(x) & (np.isfinite(low) | np.isfinite(high))
            self._extent[log_x, log_y] = _extent(x[known], np.concatenate((low[known], high[known])))
        return self._extent[log_x, log_y]

    def snap(self, x: float, y: float) -> tuple[float, float] | None:
        found = nearest(self._source, x, self._pixel(x))
        return None if found is None else (found[0], y)

    def beyond(self, x: float, y: float, right: int, up: int) -> tuple[float, float] | None:
        if not right:
            return None
        pixel = self._pixel(x)
        reach = pixel
        for _ in range(64):
            ends = (x + pixel / 2, x + reach) if right > 0 else (x - reach, x - pixel / 2)
            found = self._source.between(*ends, 4096).positions
            found = found[found >= ends[0]] if right > 0 else found[found <= ends[1]]
            if len(found):
                return float(found[0] if right > 0 else found[-1]), y
            reach *= 4
        return None

    def readings(self, x: float, y: float) -> list[Reading]:
        found = nearest(self._source, x, self._pixel(x))
        if found is None:
            return []
        place, low, high, mean = found
        words = exact(mean)
        if low != high and not isnan(mean):
            # Never the value of one step where that is not known any more.
            words = tr("{} on average ({} to {})").format(words, exact(low), exact(high))
        if place != x:
            words = tr("{} at {}").format(words, exact(place))
        found_here = [Reading(self.name, f"{words} {self._unit}".rstrip(), place, mean)]
        return found_here + self._smooth_reading(place)

    def series(self) -> list[Series]:
        found = everything(self._source)
        columns = [Column(self.name, found.mean, self._unit)]
        if not np.array_equal(found.low, found.high, equal_nan=True):
            columns.append(Column(tr("{}, least").format(self.name), found.low, self._unit))
            columns.append(Column(tr("{}, greatest").format(self.name), found.high, self._unit))
        if self._smoothing:
            smooth = smoothed(found.positions, found.mean, self._smoothing)
            columns.append(Column(tr("{}, smoothed").format(self.name), smooth, self._unit))
        return [Series(found.positions, tuple(columns))]

    def _made_lines(self) -> list[tuple[Line, bool]]:
        frame, seen = self.frame, self._in_sight()
        x = frame.across(seen.positions)
        raw = _outline(x, frame.down(seen.low), frame.down(seen.high))
        if not self._smoothing:
            return [(raw, True)]
        smooth = frame.down(smoothed(seen.positions, seen.mean, self._smoothing))
        shown = x >= -frame.width
        return [(raw, False), ((x[shown], smooth[shown]), True)]

    def _in_sight(self) -> Envelope:
        frame = self.frame
        first, last = frame.bounds_x()
        if not frame.log_x:
            before = min(memory(self._smoothing), RUN_UP * (last - first))
            most = round(frame.columns * (1 + before / (last - first)))
            return self._source.between(first - before, last, most)
        edges = np.logspace(frame.left, frame.right, PIECES + 1).tolist()
        parts = [self._source.between(*ends, frame.columns // PIECES) for ends in pairwise(edges)]
        return _in_order(parts)

    def _with_ends(self, found: Envelope) -> Envelope:
        """With the very first and the very last position, which lie in the middle of no stretch."""
        if not len(found.positions):
            return found
        first = self._source.between(-inf, float(found.positions[0]), LOOKED_AT)
        last = self._source.between(float(found.positions[-1]), inf, LOOKED_AT)
        return _in_order([first, found, last])

    def _smooth_reading(self, place: float) -> list[Reading]:
        if not self._smoothing:
            return []
        back = memory(self._smoothing)
        # Twice as many as there are steps, so that each comes singly.
        found = self._source.between(place - back, place, 2 * back + 16)
        found = Envelope(*(column[found.positions <= place] for column in found))
        value = float(smoothed(found.positions, found.mean, self._smoothing)[-1]) if len(found.positions) else inf
        return [Reading(tr("{}, smoothed").format(self.name), exact(value), place, value)]

    def _pixel(self, x: float) -> float:
        """How much a pixel is, where a value stands."""
        frame = self.frame
        if not frame.drawable:
            return 1.0
        here = float(frame.across(x))
        return abs(frame.x_at(here + 1) - x) if here == here else 1.0

    def _shade(self, strong: bool) -> QColor:
        colour = self.shade()
        colour.setAlphaF(1.0 if strong else FAINT)
        return colour


def tr(text: str) -> str:
    """A text of the curves in the user's language."""
    return QCoreApplication.translate("Curve", text)


def _outline(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> Line:
    """One line up and down through every column; through single points just on."""
    if np.array_equal(low, high, equal_nan=True):
        return x, low
    # Up in one column, down in the next: the shortest way.
    y = np.empty((len(x), 2))
    y[::2, 0], y[::2, 1] = low[::2], high[::2]
    y[1::2, 0], y[1::2, 1] = high[1::2], low[1::2]
    return np.repeat(x, 2), y.ravel()


def _extent(x: NDArray[np.float64], y: NDArray[np.float64]) -> Extent | None:
    y = y[np.isfinite(y)]
    if not len(x) or not len(y):
        return None
    return Extent(float(x.min()), float(x.max()), float(y.min()), float(y.max()))


def _in_order(parts: list[Envelope]) -> Envelope:
    """Pieces one behind the other; what two of them know is taken once."""
    joined, reached = [EMPTY], -inf
    for part in parts:
        new = part.positions > reached
        joined.append(Envelope(*(column[new] for column in part)))
        reached = max(reached, float(part.positions[-1]) if len(part.positions) else -inf)
    return Envelope(*(np.concatenate(columns) for columns in zip(*joined, strict=True)))
