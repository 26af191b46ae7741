"""Contours: where a surface over the plane has a given height, such as the line of a decision."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.plots.colours import Ink
from nnstudio.ui.plots.cutting import makes_svg
from nnstudio.ui.plots.frame import placed
from nnstudio.ui.plots.layer import Layer
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.strokes import stroke

Numbers = NDArray[np.float64]
GREATEST = 1e300  # What is larger, or no number, has no contours.


class Contour(Layer):
    """Lines through heights (rows, columns) whose columns stand at `x` and rows at `y`, both rising."""

    def __init__(
        self, name: str = "", ink: Ink = "text", levels: Sequence[float] = (0.0,), counted: bool = False
    ) -> None:
        super().__init__(name, ink, level=-4)
        self.levels = tuple(levels)
        self._counted = counted
        self._x = self._y = np.empty(0)
        self._lines = np.empty((0, 4))

    def show_heights(
        self, x: ArrayLike, y: ArrayLike, heights: ArrayLike, levels: Sequence[float] | None = None
    ) -> None:
        """Draw the contours of another surface."""
        self._x, self._y = np.array(x, np.float64), np.array(y, np.float64)
        surface = np.asarray(heights, np.float64)
        if surface.shape != (len(self._y), len(self._x)):
            raise ValueError("heights must have a row for each y and a column for each x")
        self.levels = self.levels if levels is None else tuple(levels)
        found = [contour_lines(self._x, self._y, surface, level) for level in self.levels]
        self.show_lines(np.concatenate(found) if found else np.empty((0, 4)))

    def show_lines(self, lines: Numbers) -> None:
        """Draw lines x₀, y₀, x₁, y₁ that were found elsewhere."""
        self._lines = lines
        self.changed()

    def draw(self, painter: QPainter) -> None:
        across, down = self.frame.across(self._lines[:, ::2]), self.frame.down(self._lines[:, 1::2])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Wider than a pixel would cost eighty times as much.
        painter.setPen(QPen(self.colour, 1))
        if makes_svg(painter):
            gap = np.full(len(across), np.nan)
            x, y = np.column_stack((across, gap)).ravel(), np.column_stack((down, gap)).ravel()
            stroke(painter, self.boundingRect(), x, y, self.colour)
            return
        ends = np.column_stack((across[:, 0], down[:, 0], across[:, 1], down[:, 1]))
        painter.drawLines([QLineF(*each) for each in ends[np.isfinite(ends).all(axis=1)].tolist()])

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        if not self._counted or not len(self._x) or not len(self._y):
            return None
        x, y = placed(self._x[[0, -1]], log_x), placed(self._y[[0, -1]], log_y)
        return Extent(*x.tolist(), *y.tolist()) if np.isfinite((x, y)).all() else None


def contour_lines(x: Numbers, y: Numbers, heights: Numbers, level: float) -> Numbers:
    """Short lines x₀, y₀, x₁, y₁ along which a surface has a height, found cell by cell (marching squares)."""
    if heights.shape[0] < 2 or heights.shape[1] < 2:
        return np.empty((0, 4))
    above = np.where(np.abs(heights) < GREATEST, heights, np.nan) - level
    high = above > 0
    first = high[:-1, :-1]
    # Only cells that the line passes are looked at: they are few.
    rows, columns = np.nonzero((first != high[:-1, 1:]) | (first != high[1:, 1:]) | (first != high[1:, :-1]))
    # The corners of each, all the way round.
    down, right = rows[:, None] + (0, 0, 1, 1), columns[:, None] + (0, 1, 1, 0)
    corners = above[down, right]
    crossed, points = _crossings(corners, x[right], y[down])
    number = crossed.sum(axis=-1)
    simple = number == 2
    lines = [points[simple][crossed[simple]].reshape(-1, 4)]
    saddle = number == 4
    if saddle.any():
        four, middle = points[saddle], corners.sum(axis=-1)[saddle]
        alike = (middle > 0) == (corners[saddle, 0] > 0)
        order = np.where(alike[:, None], (0, 1, 2, 3), (3, 0, 1, 2))
        lines.append(np.take_along_axis(four, order[:, :, None], axis=1).reshape(-1, 4))
    found: Numbers = np.concatenate(lines)
    return found[np.isfinite(found).all(axis=1)]


def _crossings(heights: Numbers, x: Numbers, y: Numbers) -> tuple[NDArray[np.bool_], Numbers]:
    """Whether the surface passes zero between each corner of a cell and the next, and where: (cells, corners)."""
    later, later_x, later_y = (np.roll(each, -1, axis=1) for each in (heights, x, y))
    crossed = (heights > 0) != (later > 0)
    rise = heights - later
    share = np.divide(heights, rise, out=np.zeros_like(rise), where=crossed)
    return crossed, np.stack((x + share * (later_x - x), y + share * (later_y - y)), axis=-1)
