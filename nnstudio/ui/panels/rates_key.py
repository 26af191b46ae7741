"""The key: which colour is which rate, from large to small, with the stability line between those it parts."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from nnstudio.live.laboratory.records import LaneRecord
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.rates_curves import draw_cross
from nnstudio.ui.panels.rates_fields import shown_rate
from nnstudio.ui.panels.rates_stability import Limit
from nnstudio.ui.plots.rate_colours import rate_colour
from nnstudio.ui.sizes import follow, follow_font, px
from nnstudio.ui.theme import GAP, theme_of

SWATCH = 16
ROW, LOWEST = 22, 13  # Pixels of a row, and where there is little room.
WIDE = 104
TOP = 20


class LaneKey(QWidget):
    """An entry for each lane; one can be chosen."""

    picked = Signal(object)
    """The lane of an entry that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[int, Entry] = {}
        self._limit: Limit | None = None
        follow_font(self, SMALLER)
        self.setAccessibleName(self.tr("Lanes"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        follow(self.setFixedWidth, WIDE)

    @property
    def entries(self) -> "dict[int, Entry]":
        """All entries by their lanes, the largest rate first."""
        return self._entries

    def show_lanes(self, lanes: Sequence[LaneRecord]) -> None:
        """Show other lanes."""
        for entry in self._entries.values():
            entry.hide()
            entry.deleteLater()
        rates = [lane.rate for lane in lanes]
        ends = (min(rates), max(rates)) if rates else (1.0, 1.0)
        self._entries = {}
        for lane in sorted(lanes, key=lambda each: -each.rate):
            entry = self._entries[lane.number] = Entry(lane, ends, self)
            entry.clicked.connect(partial(self.picked.emit, lane.number))
            entry.show()
        self._place()

    def show_limit(self, limit: Limit | None) -> None:
        """Draw the stability line."""
        if limit != self._limit:
            self._limit = limit
            self.setToolTip("" if limit is None else limit.words)
            self._place()

    def choose(self, lane: int | None) -> None:
        """Let one stand out."""
        for number, entry in self._entries.items():
            entry.setChecked(number == lane)

    def show_blown_up(self, steps: Mapping[int, int | None]) -> None:
        """Where lanes blew up."""
        for number, entry in self._entries.items():
            entry.show_state(steps.get(number))

    def sizeHint(self) -> QSize:
        return QSize(px(WIDE), px(TOP) + px(ROW) * (len(self._entries) + 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._entries:
            return
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setPen(theme.color("dim"))
        head = QRect(px(SWATCH) + GAP, 0, self.width(), px(TOP))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, self.tr("Rate"))
        if self._limit is None:
            return
        row, place = self._row(), self._line_before()
        y = px(TOP) + row * place + row / 2
        words = f"2/λmax {self._limit.rate:.3g}"
        painter.setPen(theme.color("problem"))
        painter.drawText(QRect(0, round(y - row / 2), self.width(), round(row)), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QPen(theme.color("problem"), 1.4, Qt.PenStyle.DashLine))
        left = self.fontMetrics().horizontalAdvance(words) + GAP / 2
        painter.drawLine(QPointF(left, round(y) + 0.5), QPointF(self.width(), round(y) + 0.5))

    def _line_before(self) -> int:
        """Above how many entries the line stands: those of larger rates."""
        assert self._limit is not None
        return sum(entry.lane.rate > self._limit.rate for entry in self._entries.values())

    def _row(self) -> float:
        count = len(self._entries) + (self._limit is not None)
        return max(px(LOWEST), min(px(ROW), (self.height() - px(TOP)) / max(1, count)))

    def _place(self) -> None:
        row = self._row()
        line = self._line_before() if self._limit is not None else len(self._entries)
        for place, entry in enumerate(self._entries.values()):
            top = px(TOP) + row * (place + (place >= line))
            entry.setGeometry(0, round(top), self.width(), round(row))
        self.update()


class Entry(QAbstractButton):
    """A line in its colour and the rate; a cross where it blew up."""

    def __init__(self, lane: LaneRecord, ends: tuple[float, float], key: LaneKey) -> None:
        super().__init__(key)
        self.lane, self._ends = lane, ends
        self.setCheckable(True)
        follow_font(self, SMALLER)
        self.setText(shown_rate(lane.rate))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._blown_up: int | None = None
        self.show_state(None)

    def show_state(self, blown_up: int | None) -> None:
        """What became of the lane, in words."""
        self._blown_up = blown_up
        state = self.lane.failure if blown_up is None else self.tr("blew up at step {}").format(f"{blown_up:,}")
        words = self.tr("Rate {}").format(self.text()) + (f", {state}" if state else "")
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.setToolTip(words)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        colour: QColor = rate_colour(theme, self.lane.rate, *self._ends)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus() or self.isChecked():
            painter.setPen(QPen(theme.color("accent" if self.hasFocus() or self.isChecked() else "border"), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        middle = self.height() / 2
        if self._blown_up is not None or self.lane.failure:
            draw_cross(painter, QPointF(GAP / 2 + px(SWATCH) / 2, middle), colour)
        else:
            painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(GAP / 2 + 2, middle), QPointF(GAP / 2 + px(SWATCH) - 2, middle))
        painter.setPen(theme.color("text"))
        room = QRect(px(SWATCH) + GAP, 0, self.width() - px(SWATCH) - GAP, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())
