"""The line that a neuron draws in input space, w·x + b = 0, with its normal: the weight vector."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnstudio.layers.shapes import Array
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.strokes import stroke

ARROW = 0.22  # Of the inside's shorter side: how long the normal is drawn.
HEAD = 7.0
NEAR_TIP, NEAR_LINE = 12.0, 7.0  # Pixels.

Moved = Callable[[float, float, float], object]


class NeuronLine(Layer):
    """Who drags the line moves the bias; who drags the tip turns the weights about the normal's foot."""

    def __init__(self, moved: Moved, begun: Callable[[], object]) -> None:
        super().__init__("", "text", level=8)
        self._moved, self._begun = moved, begun
        self._w, self._b = np.zeros(2), 0.0
        self._foot: tuple[float, float] | None = None

    def show_neuron(self, w1: float, w2: float, bias: float) -> None:
        """Draw the line of other weights."""
        self._w, self._b = np.array([w1, w2], np.float64), float(bias)
        self.update()

    def foot(self) -> tuple[float, float] | None:
        """The place of the line from which the normal is drawn: that nearest to the middle of what is seen."""
        square, frame = float(self._w @ self._w), self.frame
        if not square > 0 or not np.isfinite(square) or not frame.drawable:
            return None
        middle = np.array([(frame.left + frame.right) / 2, (frame.bottom + frame.top) / 2])
        place = middle - (float(self._w @ middle) + self._b) / square * self._w
        return float(place[0]), float(place[1])

    def tip(self) -> QPointF | None:
        """The pixel at which the normal ends."""
        begin = self._pixel(self._foot or self.foot())
        if begin is None:
            return None
        along = self._direction() * ARROW * min(self.frame.width, self.frame.height)
        return begin + QPointF(*along.tolist())

    def draw(self, painter: QPainter) -> None:
        foot, tip = self.foot(), self.tip()
        begin = self._pixel(foot)
        if begin is None or tip is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        along = self._direction()
        far = 2 * (self.frame.width + self.frame.height) + (abs(begin.x()) + abs(begin.y()))
        x = begin.x() + np.array([-along[1], along[1]]) * -far
        y = begin.y() + np.array([along[0], -along[0]]) * -far
        painter.setPen(QPen(self.colour, 2))
        stroke_line(painter, self, x, y)
        draw_arrow(painter, self, begin, tip)

    def readings(self, x: float, y: float) -> list[Reading]:
        a = float(self._w @ np.array([x, y])) + self._b
        return [Reading("w·x + b", exact(float(f"{a:.5g}")), x)]

    def grasp(self, place: QPointF) -> bool:
        tip, begin = self.tip(), self._pixel(self.foot())
        if tip is None or begin is None:
            return False
        away, along = place - begin, self._direction()
        if (place - tip).manhattanLength() <= NEAR_TIP:
            self._foot = self.foot()
        elif abs(away.x() * along[0] + away.y() * along[1]) <= NEAR_LINE:
            self._foot = None
        else:
            return False
        self._begun()
        return True

    def drag_to(self, x: float, y: float) -> None:
        w = self._w
        if self._foot is None:
            self._moved(float(w[0]), float(w[1]), -float(w @ np.array([x, y])))
            return
        foot = np.array(self._foot)
        way = np.array([x, y]) - foot
        length = float(np.hypot(*way))
        if length > 0:
            w = way / length * float(np.hypot(*w))
            self._moved(float(w[0]), float(w[1]), -float(w @ foot))

    def _direction(self) -> Array:
        """Where the normal points, in pixels, with the length 1."""
        frame = self.frame
        scale = np.array([frame.width / (frame.right - frame.left), -frame.height / (frame.top - frame.bottom)])
        along = self._w * scale
        unit: Array = along / np.hypot(*along)
        return unit

    def _pixel(self, place: tuple[float, float] | None) -> QPointF | None:
        if place is None:
            return None
        return QPointF(float(self.frame.across(place[0])), float(self.frame.down(place[1])))


def stroke_line(painter: QPainter, layer: Layer, x: Array, y: Array) -> None:
    """A line with an edge, so that it is seen on every colour."""
    area = layer.boundingRect()
    stroke(painter, area, x, y, layer.theme.color("panel"), 4.0)
    stroke(painter, area, x, y, layer.colour, 2.0)


def draw_arrow(painter: QPainter, layer: Layer, begin: QPointF, tip: QPointF) -> None:
    """An arrow with a head, in the colour of its layer."""
    way = np.array([tip.x() - begin.x(), tip.y() - begin.y()])
    length = float(np.hypot(*way))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(layer.colour, 2))
    if length < 1:
        painter.setBrush(layer.colour)
        painter.drawEllipse(tip, 3.5, 3.5)
        return
    along = way / length
    across = np.array([-along[1], along[0]])
    back = np.array([tip.x(), tip.y()]) - along * min(HEAD * 1.4, length)
    painter.drawLine(begin, QPointF(*back.tolist()))
    corners = (back + across * HEAD / 1.8, back - across * HEAD / 1.8)
    painter.setBrush(layer.colour)
    painter.drawPolygon(QPolygonF([tip, *(QPointF(*corner.tolist()) for corner in corners)]))
