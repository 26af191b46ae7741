"""A trail: a line through places in the plane in the order in which they were visited, such as a weight's path."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QPainter

from nnstudio.ui.plots.colours import Ink
from nnstudio.ui.plots.frame import placed
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.strokes import dots, stroke
from nnstudio.ui.plots.table import Column, Series

NEAR = 12  # Pixels.
DRAWN = 20_000  # Points; of more, every second, third, … is drawn, and the last.


class Trail(Layer):
    """Places x, y; the last one is marked if `headed`."""

    def __init__(
        self, name: str = "", ink: Ink = 0, width: float = 1.0, headed: bool = False, counted: bool = True
    ) -> None:
        super().__init__(name, ink)
        self._width, self._headed, self._counted = width, headed, counted
        self._x = self._y = np.empty(0)

    def show_places(self, x: ArrayLike, y: ArrayLike) -> None:
        """Draw another line; copies."""
        self._x, self._y = np.array(x, np.float64).ravel(), np.array(y, np.float64).ravel()
        if len(self._x) != len(self._y):
            raise ValueError("as many x as y are needed")
        self.changed()

    def draw(self, painter: QPainter) -> None:
        x, y = self.frame.across(self._drawn(self._x)), self.frame.down(self._drawn(self._y))
        stroke(painter, self.boundingRect(), x, y, self.colour, width=self._width)
        if self._headed and len(x) and np.isfinite(x[-1]) and np.isfinite(y[-1]):
            dots(painter, self.boundingRect(), x[-1:], y[-1:], self.colour, 4.5)

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        if not self._counted:
            return None
        x, y = placed(self._x, log_x), placed(self._y, log_y)
        known = np.isfinite(x) & np.isfinite(y)
        if not known.any():
            return None
        x, y = x[known], y[known]
        return Extent(float(x.min()), float(x.max()), float(y.min()), float(y.max()))

    def readings(self, x: float, y: float) -> list[Reading]:
        if not len(self._x) or not self.frame.drawable or not self.name:
            return []
        frame = self.frame
        away = np.hypot(frame.across(self._x) - frame.across(x), frame.down(self._y) - frame.down(y))
        if np.isnan(away).all() or np.nanmin(away) > NEAR:
            return []
        best = int(np.nanargmin(away))
        here_x, here_y = float(self._x[best]), float(self._y[best])
        return [Reading(self.name, f"{exact(here_x)}, {exact(here_y)}", here_x, here_y)]

    def series(self) -> list[Series]:
        number = np.arange(len(self._x), dtype=np.float64)
        name = self.name or "line"
        return [Series(number, (Column(f"{name}, x", self._x), Column(f"{name}, y", self._y)))]

    def _drawn(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        step = -(-len(numbers) // DRAWN)
        return numbers if step <= 1 else np.append(numbers[::step], numbers[-1])
