"""The cursor: a fine line at a place, dots on what has a value there, and a card with the exact numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, RADIUS, theme_of

SWATCH = 8
AWAY = 12  # Pixels between the place and the card.


@dataclass(frozen=True)
class Line:
    """A line of the card."""

    reading: Reading
    colour: QColor | None = None


class Cursor(Layer):
    """Drawn over everything else."""

    def __init__(self) -> None:
        super().__init__(level=50)
        self._at: tuple[float, float] | None = None
        self._lines: Sequence[Line] = ()
        self.crossed = True

    @property
    def at(self) -> tuple[float, float] | None:
        """Where it is, in the data."""
        return self._at

    def show_at(self, at: tuple[float, float] | None, lines: Sequence[Line] = ()) -> None:
        """Be at a place, or nowhere."""
        self._at, self._lines = at, lines
        self.update()

    def draw(self, painter: QPainter) -> None:
        if self._at is None:
            return
        frame = self.frame
        x = float(frame.across(self._at[0]))
        if self.crossed and 0 <= x <= frame.width:
            painter.setPen(QPen(self.theme.color("dim"), 1))
            painter.drawLine(QLineF(round(x) + 0.5, 0, round(x) + 0.5, frame.height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self._lines:
            across, down = float(frame.across(line.reading.x)), float(frame.down(line.reading.y))
            if 0 <= across <= frame.width and 0 <= down <= frame.height:
                painter.setPen(QPen(self.theme.color("panel"), 1.5))
                painter.setBrush(line.colour or self.theme.color("text"))
                painter.drawEllipse(QPointF(across, down), 4, 4)


class Readout(QWidget):
    """The card. It lies over the plot, beside the cursor, and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        follow_font(self, SMALLER)
        self._heading = ""
        self._lines: Sequence[Line] = ()
        self.hide()

    @property
    def text(self) -> str:
        """All that stands on it, for a screen reader."""
        lines = (f"{line.reading.name}: {line.reading.value}".removeprefix(": ") for line in self._lines)
        return "; ".join(filter(None, (self._heading, *lines)))

    def show_lines(self, heading: str, lines: Sequence[Line], beside: QPoint, within: QRect) -> None:
        """Say something beside a place, inside a rectangle; nothing hides the card."""
        self._heading, self._lines = heading, lines
        if not heading and not lines:
            self.hide()
            return
        self.resize(self._width(), self._row() * (len(lines) + bool(heading)) + GAP)
        left = beside.x() + px(AWAY)
        if left + self.width() > within.right():
            left = beside.x() - px(AWAY) - self.width()
        top = min(max(beside.y() - self.height() // 2, within.top() + 2), within.bottom() - self.height() - 2)
        self.move(max(within.left() + 2, left), max(0, top))
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        top, row = GAP // 2, self._row()
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._heading:
            painter.setPen(theme.color("dim"))
            painter.drawText(QRect(GAP, top, self.width() - 2 * GAP, row), middle, self._heading)
            top += row
        for line in self._lines:
            left = GAP
            if line.colour is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(line.colour)
                radius = px(SWATCH) / 2
                painter.drawEllipse(QPointF(left + radius, top + row / 2), radius - 0.5, radius - 0.5)
                left += px(SWATCH) + GAP
            painter.setPen(theme.color("dim"))
            painter.drawText(QRect(left, top, self.width(), row), middle, line.reading.name)
            painter.setPen(theme.color("text"))
            right = Qt.AlignmentFlag.AlignRight if line.reading.name else Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRect(left, top, self.width() - left - GAP, row), middle | right, line.reading.value)
            top += row

    def _row(self) -> int:
        return self.fontMetrics().height() + 3

    def _width(self) -> int:
        of = self.fontMetrics().horizontalAdvance
        widths = [
            of(line.reading.name) + of(line.reading.value) + (2 * GAP if line.reading.name else 0)
            + (px(SWATCH) + GAP if line.colour is not None else 0)
            for line in self._lines
        ]  # fmt: skip
        return max([of(self._heading), *widths]) + 2 * GAP
