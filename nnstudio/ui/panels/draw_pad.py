"""The pad: paper that one draws on with a mouse, a pen, a finger, or the arrow keys."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.drawing import SIDE, Brush, Drawing, Stroke
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.sizes import follow, scaled
from nnstudio.ui.theme import GAP, theme_of

SMALLEST = 140  # Pixels of the screen.
EDGE = 3  # Around the paper, where it is shown that the keys go here.
ROUND = 6
FAR, NEAR = 8.0, 2.0  # Pixels of the picture that an arrow key moves the pen, without and with Shift.
PALE = 110  # Of 255: what shows where the brush would draw.
WORDS, MORE = QColor("#6a727d"), QColor("#737b86")  # On white paper, whatever the theme.
Keys = Qt.Key
MOVES = {Keys.Key_Left: (-1, 0), Keys.Key_Right: (1, 0), Keys.Key_Up: (0, -1), Keys.Key_Down: (0, 1)}
STEPS = {QKeySequence.StandardKey.Undo: "undo", QKeySequence.StandardKey.Redo: "redo"}


class Pad(QWidget):
    """Shows a drawing as large as there is room, and makes strokes of what hands do."""

    erasing_changed = Signal(bool)
    width_asked = Signal(int)
    """A thicker brush (1) or a thinner one (-1)."""
    paste_asked = Signal()

    def __init__(self, drawing: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = drawing
        self.brush = Brush()
        self._stroke: Stroke | None = None
        self._at: QPointF | None = None  # Where the brush hovers.
        self._pen = QPointF(SIDE / 2, SIDE / 2)  # Where the keys have brought it.
        self._by_keys = False
        self.setAccessibleName(self.tr("Drawing pad"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move the pen, Space sets it down and lifts it, E erases, Delete clears.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        follow(self.setMinimumSize, SMALLEST, SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        drawing.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    @property
    def paper(self) -> QRectF:
        """Where the picture is shown."""
        side = min(self.width(), self.height()) - 2 * EDGE
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def on_paper(self, at: QPointF) -> QPointF:
        """A place of the widget as a place of the picture."""
        paper = self.paper
        return (at - paper.topLeft()) * (SIDE / paper.width())

    def on_screen(self, at: QPointF) -> QPointF:
        """A place of the picture as a place of the widget."""
        paper = self.paper
        return at * (paper.width() / SIDE) + paper.topLeft()

    def erase(self, erases: bool) -> None:
        """Take the eraser in the hand, or the brush."""
        if erases != self.brush.erases:
            self.brush = Brush(self.brush.width, erases)
            self.erasing_changed.emit(erases)
            self.update()

    def take_width(self, width: float) -> None:
        """Take a brush of another size."""
        self.brush = Brush(width, self.brush.erases)
        self.update()

    def lift(self) -> None:
        """End the stroke that is under way."""
        if self._stroke is not None:
            self._stroke.end()
            self._stroke = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        erases = event.button() is Qt.MouseButton.RightButton
        if self._stroke is None and (erases or event.button() is Qt.MouseButton.LeftButton):
            self._by_keys = False
            self._set_down(event.position(), erases=erases)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            self.lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        erases = event.pointerType() is QPointingDevice.PointerType.Eraser
        self._by_keys = False
        if event.type() is QEvent.Type.TabletPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._set_down(event.position(), event.pressure(), erases)
        elif event.type() is QEvent.Type.TabletMove:
            self._move_to(event.position(), event.pressure())
        else:
            self.lift()
        # Accepted, or Qt makes a mouse of it, which knows no pressure.
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._press(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            return self._touch(event)
        # Before the window, which has commands of its own under these keys.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._at = self.on_paper(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._at = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.lift()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The paper is square: what stands below it moves up.
        self.setMaximumHeight(max(self.width(), SMALLEST))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        theme, paper = theme_of(self.palette()), self.paper
        sheet = QPainterPath()
        sheet.addRoundedRect(paper, ROUND, ROUND)
        painter.save()
        painter.setClipPath(sheet)
        painter.drawImage(paper, self.drawing.image)
        if self._stroke is None and self.drawing.empty:
            self._invite(painter, paper)
        self._show_brush(painter, theme.color("accent"))
        painter.restore()
        painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "border"), 2 if self.hasFocus() else 1))
        painter.drawPath(sheet)

    def _invite(self, painter: QPainter, paper: QRectF) -> None:
        """What to do, on the empty paper."""
        painter.setFont(scaled(self.font(), 1.35))
        painter.setPen(WORDS)
        middle = paper.center().y()
        high = painter.fontMetrics().height()
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(paper.left(), middle - high, paper.width(), high), centred, self.tr("Draw here"))
        painter.setFont(scaled(self.font(), SMALLER))
        painter.setPen(MORE)
        below = QRectF(paper.left() + GAP, middle + GAP / 2, paper.width() - 2 * GAP, 3 * high)
        wrapped = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(below, wrapped, self.tr("or drop a picture, or paste one"))

    def _show_brush(self, painter: QPainter, colour: QColor) -> None:
        """A circle of the brush's size where it would draw."""
        at = self._pen if self._by_keys and self.hasFocus() else self._at
        if at is None or not self.isEnabled():
            return
        half = self.brush.width / 2 * self.paper.width() / SIDE
        colour.setAlpha(255 if self._by_keys else PALE)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine if self.brush.erases else Qt.PenStyle.SolidLine))
        painter.drawEllipse(self.on_screen(at), half, half)

    def _set_down(self, at: QPointF, pressure: float = 1.0, erases: bool = False) -> None:
        self.lift()
        brush = Brush(self.brush.width, erases or self.brush.erases)
        self._at = self.on_paper(at)
        self._stroke = Stroke(self.drawing, brush, self._at, pressure)

    def _move_to(self, at: QPointF, pressure: float = 1.0) -> None:
        self._at = self.on_paper(at)
        if self._stroke is not None and not self._by_keys:
            self._stroke.move(self._at, pressure)
        else:
            self.update()

    def _touch(self, event: QTouchEvent) -> bool:
        """One finger draws; what the others do is not looked at."""
        points = event.points()
        if event.type() is QEvent.Type.TouchBegin:
            self._by_keys = False
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._set_down(points[0].position())
        elif event.type() is QEvent.Type.TouchUpdate and points:
            self._move_to(points[0].position())
        else:
            self.lift()
        event.accept()
        return True

    def _press(self, event: QKeyEvent) -> bool:
        """Do what a key asks; False if it asks for nothing here."""
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setImage(self.drawing.image)
        elif (step := self._step_of(event)) is not None:
            self.lift()
            getattr(self.drawing, step)()
        elif not self._is_ours(event):
            return False
        elif key in MOVES:
            self._go(key, NEAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else FAR)
        elif key is Keys.Key_Space:
            self._set_down_or_lift()
        elif key is Keys.Key_E:
            self.erase(not self.brush.erases)
        elif key in (Keys.Key_BracketLeft, Keys.Key_BracketRight):
            self.width_asked.emit(1 if key is Keys.Key_BracketRight else -1)
        else:
            self.lift()
            self.drawing.clear()
        return True

    def _is_ours(self, event: QKeyEvent) -> bool:
        paste, copy = QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.Copy
        if event.matches(paste) or event.matches(copy) or self._step_of(event) is not None:
            return True
        shift = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        alone = not event.modifiers() & ~shift
        others = (
            Keys.Key_Space, Keys.Key_E, Keys.Key_Delete, Keys.Key_Backspace, Keys.Key_Escape, Keys.Key_BracketLeft,
            Keys.Key_BracketRight,
        )  # fmt: skip
        return alone and (event.key() in MOVES or event.key() in others)

    def _step_of(self, event: QKeyEvent) -> str | None:
        return next((step for keys, step in STEPS.items() if event.matches(keys)), None)

    def _go(self, key: Qt.Key, far: float) -> None:
        across, down = MOVES[key]
        x, y = self._pen.x() + across * far, self._pen.y() + down * far
        self._pen = QPointF(min(max(x, 0.0), float(SIDE)), min(max(y, 0.0), float(SIDE)))
        self._by_keys = True
        if self._stroke is not None:
            self._stroke.move(self._pen)
        self.update()

    def _set_down_or_lift(self) -> None:
        self._by_keys = True
        if self._stroke is None:
            self._stroke = Stroke(self.drawing, self.brush, self._pen)
        else:
            self.lift()
        self.update()


