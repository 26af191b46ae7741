"""Steering: what mouse and keys do to the range and the cursor of a plot."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QRubberBand

from nnstudio.ui.plots.axes import Axes
from nnstudio.ui.plots.ranges import zoomed

NEARER = 0.85  # A notch of the wheel shows this much of what was seen.
STEP = 0.1  # Of what is seen; so far the arrows with Shift go.
SMALLEST = 6  # Pixels of a rectangle that is worth looking into.
Key, Modifier = Qt.Key, Qt.KeyboardModifier
ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, 1), Key.Key_Down: (0, -1)}


class Steering(QObject):
    """Moves the range of axes. With `fixed`, nothing moves."""

    def __init__(self, axes: Axes) -> None:
        super().__init__(axes)
        self._axes = axes
        self.fixed = False
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, axes)

    def pan(self, begin: QPointF, end: QPointF) -> None:
        """Draw what is seen along; over an axis, only along it."""
        frame, (x, y) = self._axes.frame, self._axes.ranges
        if self.fixed or not frame.drawable:
            return
        only = self._axes.beside(begin)
        across = (begin.x() - end.x()) / frame.width * (frame.right - frame.left)
        up = (end.y() - begin.y()) / frame.height * (frame.top - frame.bottom)
        across = 0.0 if only is Qt.Orientation.Vertical else across
        up = 0.0 if only is Qt.Orientation.Horizontal else up
        self._axes.show_range((x[0] + across, x[1] + across), (y[0] + up, y[1] + up))

    def zoom(self, place: QPointF, notches: float, keys: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        """Go nearer at a place; over an axis, or with Ctrl (across) and Shift (up), only along one."""
        frame, (x, y) = self._axes.frame, self._axes.ranges
        if self.fixed or not frame.drawable:
            return
        only = self._axes.beside(place)
        if keys & (Modifier.ControlModifier | Modifier.ShiftModifier):
            only = Qt.Orientation.Horizontal if keys & Modifier.ControlModifier else Qt.Orientation.Vertical
        here, factor = place - self._axes.inside.topLeft(), NEARER**notches
        if only is not Qt.Orientation.Vertical:
            x = zoomed(x, frame.left + here.x() / frame.width * (frame.right - frame.left), factor)
        if only is not Qt.Orientation.Horizontal:
            y = zoomed(y, frame.top - here.y() / frame.height * (frame.top - frame.bottom), factor)
        self._axes.show_range(x, y)

    def frame_in(self, area: QRectF, done: bool) -> None:
        """Draw a rectangle, and look into it once it is done."""
        area = area.intersected(self._axes.inside)
        self._band.setGeometry(area.toAlignedRect())
        self._band.setVisible(not done and not self.fixed)
        frame = self._axes.frame
        if not done or self.fixed or min(area.width(), area.height()) < SMALLEST or not frame.drawable:
            return
        area = area.translated(-self._axes.inside.topLeft())
        x = [frame.left + each / frame.width * (frame.right - frame.left) for each in (area.left(), area.right())]
        y = [frame.top - each / frame.height * (frame.top - frame.bottom) for each in (area.top(), area.bottom())]
        self._axes.show_range((x[0], x[1]), (min(y), max(y)))

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key means for the range; False if it means nothing here."""
        room = self._axes.inside
        if event.text() in ("+", "="):
            self.zoom(room.center(), 1)
        elif event.text() == "-":
            self.zoom(room.center(), -1)
        elif event.key() in ARROWS and event.modifiers() & Modifier.ShiftModifier:
            right, up = ARROWS[Key(event.key())]
            step = QPointF(right * room.width() * STEP, -up * room.height() * STEP)
            self.pan(room.center() + step, room.center())
        else:
            return False
        return True
