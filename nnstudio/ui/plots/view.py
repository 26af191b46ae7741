"""The view: what the mouse does over a plot, told in a few signals. What it means, the plot decides."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from nnstudio.ui.plots.graphics import GraphicsView

A_CLICK = 4  # Pixels that the mouse may move in one.
NOTCH = 120
Button, Modifier = Qt.MouseButton, Qt.KeyboardModifier


class View(GraphicsView):  # type: ignore[misc]
    """The library's own way with the mouse is not used: it swallows bugs, and knows no keys."""

    hovered = Signal(QPointF)
    left = Signal()
    pressed = Signal(QPointF, object)
    """A place, and the button."""
    clicked = Signal(QPointF, object)
    doubled = Signal(QPointF)
    dragged = Signal(QPointF, QPointF)
    """From the last place to this one."""
    framed = Signal(QRectF, bool)
    """A rectangle that is drawn with Shift; whether it is done."""
    released = Signal()
    turned = Signal(QPointF, float, object)
    """The wheel, in notches away from the user, and the keys that are held."""
    focused = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._from: QPointF | None = None
        self._last = QPointF()
        self._button = Button.NoButton
        self._moving = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._button is Button.NoButton:
            self._button, self._moving = event.button(), False
            self._from = self._last = event.position()
            self.pressed.emit(event.position(), event.button())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position()
        if self._from is None:
            self.hovered.emit(here)
            return
        if self._button is not Button.LeftButton:
            return
        if not self._moving and (here - self._from).manhattanLength() <= A_CLICK:
            return
        self._moving = True
        if event.modifiers() & Modifier.ShiftModifier:
            self.framed.emit(QRectF(self._from, here).normalized(), False)
        else:
            self.dragged.emit(self._last, here)
        self._last = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not self._button or self._from is None:
            return
        begun, self._from, self._button = self._from, None, Button.NoButton
        if not self._moving:
            self.clicked.emit(event.position(), event.button())
        elif event.modifiers() & Modifier.ShiftModifier:
            self.framed.emit(QRectF(begun, event.position()).normalized(), True)
        self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second press of a double click; what it means beyond that, the plot knows.
        self.mousePressEvent(event)
        if event.button() is Button.LeftButton:
            self.doubled.emit(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        # With Alt, a wheel turns sideways.
        turn = event.angleDelta().y() or event.angleDelta().x()
        self.turned.emit(event.position(), turn / NOTCH, event.modifiers())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The plot opens it: at a click, or by the key.
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)
