"""A handle: a place in the plane that can be dragged, such as the end of a weight vector."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.plots.colours import Ink
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.ranges import Extent, logarithm
from nnstudio.ui.sizes import px

SIZE = 6.0
NEAR = 10.0


class Handle(Layer):
    """A ring at x, y; whoever drags it calls `moved` with where it should be. It goes there only when it is told to."""

    def __init__(self, name: str, moved: Callable[[float, float], object], ink: Ink = "accent") -> None:
        super().__init__(name, ink, level=10)
        self._moved = moved
        self._x = self._y = 0.0

    def show_at(self, x: float, y: float) -> None:
        """Stand elsewhere."""
        self._x, self._y = x, y
        self.changed()

    def draw(self, painter: QPainter) -> None:
        place = self._pixel()
        if place is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.colour, 2))
        painter.setBrush(self.theme.color("panel"))
        painter.drawEllipse(place, px(SIZE), px(SIZE))

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        x = logarithm(self._x) if log_x else self._x
        y = logarithm(self._y) if log_y else self._y
        return None if x is None or y is None or not np.isfinite((x, y)).all() else Extent(x, x, y, y)

    def readings(self, x: float, y: float) -> list[Reading]:
        here = QPointF(float(self.frame.across(x)), float(self.frame.down(y)))
        if not self.grasp(here):
            return []
        return [Reading(self.name, f"{exact(self._x)}, {exact(self._y)}", self._x)]

    def grasp(self, place: QPointF) -> bool:
        mine = self._pixel()
        return mine is not None and (mine - place).manhattanLength() <= NEAR

    def drag_to(self, x: float, y: float) -> None:
        self._moved(x, y)

    def _pixel(self) -> QPointF | None:
        place = float(self.frame.across(self._x)), float(self.frame.down(self._y))
        return QPointF(*place) if np.isfinite(place).all() else None
