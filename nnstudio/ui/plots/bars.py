"""Bars: how many there are of each size, as a histogram."""

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from nnstudio.ui.plots.colours import Ink
from nnstudio.ui.plots.frame import placed
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.strokes import FAR
from nnstudio.ui.plots.table import Column, Series

FLOOR = 0.1  # Of 1: where a bar begins on a logarithmic axis, that a single one is seen.


class Bars(Layer):
    """One bar between every two `edges`. With `signed`, those below zero are orange, those above blue."""

    def __init__(self, name: str = "", ink: Ink = 0, signed: bool = False) -> None:
        super().__init__(name, ink)
        self._signed = signed
        self._edges, self._heights = np.empty(0), np.empty(0)

    def show_bars(self, edges: ArrayLike, heights: ArrayLike) -> None:
        """Draw other bars; copies."""
        self._edges, self._heights = np.array(edges, np.float64), np.array(heights, np.float64)
        if len(self._edges) != (len(self._heights) + 1 if len(self._heights) else len(self._edges)):
            raise ValueError("one edge more than bars is needed")
        self.changed()

    def draw(self, painter: QPainter) -> None:
        frame = self.frame
        across = np.clip(frame.across(self._edges), -FAR, FAR)
        floor = float(frame.down(FLOOR if frame.log_y else 0.0))
        tops = np.clip(frame.down(self._heights), -FAR, FAR)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for place, (left, right, top) in enumerate(zip(across, across[1:], tops, strict=False)):
            if np.isfinite((left, right, top)).all():
                gap = 1 if right - left > 4 else 0
                painter.fillRect(QRectF(left, top, max(right - left - gap, 1), floor - top), self._colour_of(place))

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        edges, heights = placed(self._edges, log_x), placed(self._heights, log_y)
        edges, heights = edges[np.isfinite(edges)], heights[np.isfinite(heights)]
        if not len(edges) or not len(heights):
            return None
        floor = np.log10(FLOOR) if log_y else 0.0
        low, high = min(floor, float(heights.min())), max(floor, float(heights.max()))
        return Extent(float(edges.min()), float(edges.max()), low, high)

    def heading(self, x: float, y: float) -> str:
        place = self._place(x)
        return "" if place is None else f"{exact(float(self._edges[place]))} … {exact(float(self._edges[place + 1]))}"

    def readings(self, x: float, y: float) -> list[Reading]:
        place = self._place(x)
        return [] if place is None else [Reading(self.name, exact(float(self._heights[place])), x)]

    def beyond(self, x: float, y: float, right: int, up: int) -> tuple[float, float] | None:
        middles = (self._edges[1:] + self._edges[:-1]) / 2
        found = middles[middles > x] if right > 0 else middles[middles < x][::-1]
        place = self._place(x)
        if place is not None:
            found = found[found != middles[place]]
        return (float(found[0]), y) if right and len(found) else None

    def series(self) -> list[Series]:
        columns = Column("to", self._edges[1:]), Column(self.name or "height", self._heights)
        return [Series(self._edges[:-1], columns)] if len(self._heights) else []

    def _place(self, x: float) -> int | None:
        place = int(np.searchsorted(self._edges, x, "right")) - 1
        return place if 0 <= place < len(self._heights) else None

    def _colour_of(self, place: int) -> QColor:
        if not self._signed:
            return self.colour
        return self.theme.color("negative" if self._edges[place] + self._edges[place + 1] < 0 else "positive")
