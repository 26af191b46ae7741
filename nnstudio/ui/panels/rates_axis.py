"""The axis of learning rates: two handles hold the smallest and the largest, with a dot for every lane between them."""

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.core.rules import Real
from nnstudio.ui.forms.scale import scale_of
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.rates_fields import shown_rate
from nnstudio.ui.plots.numbers import power
from nnstudio.ui.plots.rate_colours import rate_colour
from nnstudio.ui.sizes import follow, follow_font, px
from nnstudio.ui.theme import GAP, Theme, theme_of

LEAST, MOST = 1e-6, 1e2  # Others can be typed.
APART = 1.2  # The rates at the two handles differ at least by this factor.
WIDE, HIGH = 12, 20  # Pixels of a handle.
DOT = 4.0
LINE = 15  # Where the axis lies, from the top.
Key = Qt.Key
STEPS = {Key.Key_Left: -1, Key.Key_Down: -1, Key.Key_Right: 1, Key.Key_Up: 1, Key.Key_PageDown: -3, Key.Key_PageUp: 3}
ENDS = {Key.Key_Home: LEAST, Key.Key_End: MOST}
SCALE = scale_of(Real(LEAST, MOST, "", "log"))


class RatesAxis(QWidget):
    """Tells where a handle should be; it goes there when `show_rates` says so."""

    moved = Signal(float, float)
    """The smallest and the largest rate that the hand wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates: tuple[float, ...] = ()
        self._low, self._high = 1e-3, 10.0
        self._present: float | None = None
        self._limit: float | None = None
        follow_font(self, SMALLER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.low, self.high = Handle(self.tr("Smallest rate"), self), Handle(self.tr("Largest rate"), self)
        self.low.wanted.connect(self._move_low)
        self.high.wanted.connect(self._move_high)
        follow(self._place)

    def show_rates(self, rates: Sequence[float]) -> None:
        """Show the rates of the lanes; the handles hold the first and the last."""
        self._rates = tuple(rates)
        if rates:
            self._low, self._high = rates[0], rates[-1]
        self._place()

    def show_marks(self, present: float | None, limit: float | None) -> None:
        """Mark the model's own rate, and the greatest stable one."""
        if (present, limit) != (self._present, self._limit):
            self._present, self._limit = present, limit
            self.update()

    def rate_at(self, x: float) -> float:
        """The rate at a pixel, rounded so that it reads well."""
        room = self._room()
        share = min(max((x - room.left()) / max(room.width(), 1.0), 0.0), 1.0)
        return float(f"{LEAST * (MOST / LEAST) ** share:.1e}")

    def x_of(self, rate: float) -> float:
        """The pixel of a rate; one beyond the axis stands at its end."""
        room = self._room()
        share = (log10(min(max(rate, LEAST), MOST)) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
        return room.left() + share * room.width()

    def sizeHint(self) -> QSize:
        return QSize(px(320), px(LINE) + 8 + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # Beside a handle: the nearer one comes.
        x = event.position().x()
        low = abs(self.x_of(self._low) - x) < abs(self.x_of(self._high) - x)
        (self._move_low if low else self._move_high)(self.rate_at(x))
        (self.low if low else self.high).setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, room = theme_of(self.palette()), self._room()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_numbers(painter, theme)
        painter.setPen(QPen(theme.color("border"), 2))
        painter.drawLine(QPointF(room.left(), px(LINE)), QPointF(room.right(), px(LINE)))
        painter.setPen(QPen(theme.color("dim"), 2))
        painter.drawLine(QPointF(self.x_of(self._low), px(LINE)), QPointF(self.x_of(self._high), px(LINE)))
        painter.setPen(Qt.PenStyle.NoPen)
        for rate in self._rates:
            painter.setBrush(self.colour_of(rate, theme))
            painter.drawEllipse(QPointF(self.x_of(rate), px(LINE)), px(DOT), px(DOT))
        if self._limit is not None and isfinite(self._limit):
            painter.setPen(QPen(theme.color("problem"), 1.5, Qt.PenStyle.DashLine))
            x = round(self.x_of(self._limit)) + 0.5
            painter.drawLine(QPointF(x, 2), QPointF(x, px(LINE) + 10))
        if self._present is not None:
            self._paint_present(painter, theme)

    def colour_of(self, rate: float, theme: Theme) -> QColor:
        """What a rate is drawn in."""
        return rate_colour(theme, rate, self._low, self._high)

    def _paint_numbers(self, painter: QPainter, theme: Theme) -> None:
        metrics = self.fontMetrics()
        top, free = px(LINE) + 8, -1.0
        for decade in range(ceil(log10(LEAST)), floor(log10(MOST)) + 1):
            x, text = self.x_of(10.0**decade), power(decade)
            wide = metrics.horizontalAdvance(text)
            painter.setPen(QPen(theme.color("border"), 1))
            painter.drawLine(QPointF(x, px(LINE) + 2), QPointF(x, px(LINE) + 7))
            left = min(max(x - wide / 2, 0.0), self.width() - wide)
            if left > free:
                painter.setPen(theme.color("dim"))
                painter.drawText(QPointF(left, top + metrics.ascent()), text)
                free = left + wide + GAP

    def _paint_present(self, painter: QPainter, theme: Theme) -> None:
        assert self._present is not None
        x = self.x_of(self._present)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text"))
        painter.drawPolygon(QPolygonF([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 6)]))

    def _room(self) -> QRectF:
        side = px(WIDE) / 2 + 2
        return QRectF(side, 0, self.width() - 2 * side, self.height())

    def _place(self) -> None:
        for handle, rate in ((self.low, self._low), (self.high, self._high)):
            handle.move(round(self.x_of(rate) - px(WIDE) / 2), round(px(LINE) - px(HIGH) / 2))
            handle.show_rate(rate)
        self.update()

    def _move_low(self, rate: float) -> None:
        self.moved.emit(min(rate, float(f"{self._high / APART:.1e}")), self._high)

    def _move_high(self, rate: float) -> None:
        self.moved.emit(self._low, max(rate, float(f"{self._low * APART:.1e}")))


class Handle(QWidget):
    """One end: drawn by the mouse, or moved by the arrow keys, 1, 2, 5, 10; Page Up and Down go tenfold."""

    wanted = Signal(float)
    """The rate that the hand wants."""

    def __init__(self, name: str, axis: RatesAxis) -> None:
        super().__init__(axis)
        self._axis, self._name = axis, name
        self._rate, self._held = 0.0, 0.0
        follow(self.setFixedSize, WIDE, HIGH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def show_rate(self, rate: float) -> None:
        """Stand for another rate."""
        if rate != self._rate:
            self._rate = rate
            words = f"{self._name}: {shown_rate(rate)}"
            self.setAccessibleName(words)
            self.setToolTip(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Key(event.key())
        if key in STEPS:
            self.wanted.emit(SCALE.stepped(self._rate, STEPS[key]))
        elif key in ENDS:
            self.wanted.emit(ENDS[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position().x() - px(WIDE) / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.wanted.emit(self._axis.rate_at(self.mapToParent(event.position()).x() - self._held))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.color("accent" if marked else "dim"), 2 if self.hasFocus() else 1.2))
        painter.setBrush(self._axis.colour_of(self._rate, theme))
        painter.drawRoundedRect(QRectF(2, 1, px(WIDE) - 4, px(HIGH) - 2), 3, 3)
