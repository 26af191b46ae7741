"""The answer to a drawing: the class in large letters, how sure the network is, and a bar for every class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from nnstudio.ui.focus_ring import paint_ring
from nnstudio.ui.labels import QUIET, SMALLER
from nnstudio.ui.panels.steady import Steady
from nnstudio.ui.plots.colours import limit_of
from nnstudio.ui.plots.numbers import exact, rounded
from nnstudio.ui.sizes import follow, follow_font, px, scaled
from nnstudio.ui.theme import GAP, theme_of

HIGHEST, LOWEST = 26, 13  # Pixels of a bar's line.
NAMES = 72  # Pixels that a class name takes at most.
TOLD = 68  # And the number behind a bar.
LARGE, SURE = 3.6, 1.35  # Of the usual letters.
NEAR = 0.0005  # So probable the second class must be to be named.
SPREAD = 8  # Times the room beside it.
LONG = 3  # Letters of a class name that can be shown large.


def percent(share: float) -> str:
    """98.3 %; of what is nearly certain, or nearly impossible, as many places as tell it from 100 and 0."""
    if share > 1 - NEAR or share < NEAR:
        return "> 99.9 %" if share > 0.5 else "< 0.1 %"
    return f"{100 * share:.1f} %"


class Bars(QWidget):
    """A bar for each class, in the order of the classes. A number stands behind the one that is pointed at."""

    chosen = Signal(int)
    """A class that was clicked, or chosen with the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shares: NDArray[np.float64] = np.empty(0)
        self.names: tuple[str, ...] = ()
        self.answer: int | None = None
        self.all_numbers = False
        self.probable = True
        self._steady = Steady()
        self._pointed: int | None = None
        self.setAccessibleName(self.tr("Probabilities"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self.setMinimumSize, 120, 10 * LOWEST)

    def sizeHint(self) -> QSize:
        return QSize(180, 10 * px(HIGHEST))

    def show_shares(
        self, names: Sequence[str], shares: NDArray[np.floating], answer: int | None, probable: bool = True
    ) -> None:
        """Show how probable each class is, or its output where that is no probability; no answer while nothing is
        drawn."""
        self.names, self.shares, self.answer = tuple(names), np.asarray(shares, np.float64), answer
        self.probable = probable
        told = [f"{self._name(number)} {self._told(number)}" for number in range(len(self.shares))]
        self.setAccessibleDescription("" if answer is None else ", ".join(told))
        self.update()

    def show_numbers(self, all_of_them: bool) -> None:
        """Numbers behind all bars, or only where one points."""
        self.all_numbers = all_of_them
        self.update()

    @property
    def rows(self) -> list[int]:
        """The classes that are shown: all, or the most probable ones that there is room for."""
        most = max(1, self.height() // px(LOWEST))
        if len(self.shares) <= most:
            return list(range(len(self.shares)))
        return sorted(np.argsort(-self.shares, kind="stable")[:most].tolist())

    def row_at(self, at: QPointF) -> int | None:
        """The class at a place."""
        rows = self.rows
        place = int(at.y() // self._high(len(rows))) if rows else -1
        return rows[place] if 0 <= place < len(rows) else None

    def rectangle(self, number: int) -> QRectF:
        """The line of a class that is shown."""
        rows = self.rows
        high = self._high(len(rows))
        return QRectF(0, rows.index(number) * high, self.width(), high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = self.rows
        high = self._high(len(rows))
        widest = painter.fontMetrics().horizontalAdvance
        wide = min(max((widest(self._name(number)) for number in rows), default=0) + 2, px(NAMES))
        for place, number in enumerate(rows):
            self._paint_row(painter, number, place * high, high, wide)
        paint_ring(painter, self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.row_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.row_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and number is not None:
            self._point(number)
            self.chosen.emit(number)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows, key = self.rows, event.key()
        if rows and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            here = rows.index(self._pointed) if self._pointed in rows else -1 if key == Qt.Key.Key_Down else len(rows)
            self._point(rows[min(max(here + (1 if key == Qt.Key.Key_Down else -1), 0), len(rows) - 1)])
        elif self._pointed is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._pointed)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            number = self.row_at(QPointF(event.pos()))
            words = "" if number is None else f"{self._name(number)}: {exact(self.shares[number])}"
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _high(self, count: int) -> float:
        return min(px(HIGHEST), self.height() / max(count, 1))

    def _name(self, number: int) -> str:
        return self.names[number] if number < len(self.names) else str(number)

    def _told(self, number: int) -> str:
        return percent(float(self.shares[number])) if self.probable else rounded(float(self.shares[number]))

    def _part(self, share: float) -> float:
        """How much of its line a bar fills."""
        if not np.isfinite(share):
            return 0.0
        return min(abs(share) / (1.0 if self.probable else self._steady.limit(limit_of(self.shares))), 1.0)

    def _point(self, number: int | None) -> None:
        if number != self._pointed:
            self._pointed = number
            self.update()

    def _paint_row(self, painter: QPainter, number: int, top: float, high: float, wide: int) -> None:
        theme, share = theme_of(self.palette()), float(self.shares[number])
        first, middle = number == self.answer, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(scaled(self.font(), 1.0, QFont.Weight.DemiBold if first else QFont.Weight.Normal))
        painter.setPen(theme.color("text" if first or number == self._pointed else "dim"))
        name = painter.fontMetrics().elidedText(self._name(number), Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRectF(0, top, wide, high), middle | Qt.AlignmentFlag.AlignRight, name)
        thick = min(14.0, high - 4)
        area = QRectF(wide + GAP, top + (high - thick) / 2, max(self.width() - wide - px(TOLD) - 2 * GAP, 8), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("grid"))
        painter.drawRoundedRect(area, 3, 3)
        if (part := self._part(share)) > 0:
            painter.setBrush(theme.color("negative" if share < 0 else "positive"))
            painter.setOpacity(1.0 if first else 0.55)
            long = max(area.width() * part, 1.5)
            painter.drawRoundedRect(QRectF(area.left(), area.top(), long, thick), min(3.0, long / 2), 3)
            painter.setOpacity(1.0)
        if self.answer is not None and (self.all_numbers or number == self._pointed or first):
            painter.setPen(theme.color("text" if first or number == self._pointed else "dim"))
            painter.drawText(QRectF(area.right() + GAP, top, px(TOLD), high), middle, self._told(number))


class Answer(QWidget):
    """What the network takes the drawing for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.large, self.sure, self.then = (QLabel(self) for _ in range(3))
        self.large.setAccessibleName(self.tr("Answer"))
        self.sure.setAccessibleName(self.tr("How sure the network is"))
        follow_font(self.sure, SURE, QFont.Weight.DemiBold)
        follow_font(self.then, SMALLER)
        self.then.setForegroundRole(QUIET)
        for label in (self.large, self.sure, self.then):
            label.setTextFormat(Qt.TextFormat.PlainText)
            # A long name is cut off; it stands beside its bar too.
            label.setMinimumWidth(1)
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addStretch()
        beside.addWidget(self.sure)
        beside.addWidget(self.then)
        beside.addStretch()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 0, 0, 0)
        row.setSpacing(2 * GAP)
        row.addStretch(1)
        row.addWidget(self.large)
        row.addLayout(beside)
        row.addStretch(1)
        self._times = LARGE
        follow(self._take_letters)

    def say(self, name: str, share: float | None, second: tuple[str, float] | None = None) -> None:
        """The class, how probable it is where that is known, and the next one."""
        self._font(LARGE if len(name) <= LONG else LARGE / 2)
        self.large.setText(name)
        self.sure.setText("" if share is None else percent(share))
        near = second is not None and second[1] >= NEAR
        self._spread(False)
        self._add(self.tr("then {}: {}").format(second[0], percent(second[1])) if near and second else "")

    def say_nothing(self, why: str) -> None:
        """There is no answer yet."""
        self._font(LARGE)
        self.large.setText("–")
        self.sure.setText("")
        self._spread(True)
        self._add(why)

    def _spread(self, sentence: bool) -> None:
        """A sentence takes all room and is broken into lines; an answer stands in the middle."""
        self.then.setWordWrap(sentence)
        self._row.setStretch(2, SPREAD if sentence else 0)

    def _add(self, words: str) -> None:
        self.then.setText(words)
        self.then.setVisible(bool(words))

    def _take_letters(self) -> None:
        # As high as with a digit, whatever it says.
        self.large.setFont(scaled(self.font(), LARGE, QFont.Weight.Bold))
        self.setFixedHeight(self.large.sizeHint().height())
        self._font(self._times)

    def _font(self, times: float) -> None:
        self._times = times
        font = scaled(self.font(), times, QFont.Weight.Bold)
        if self.large.font() != font:
            self.large.setFont(font)
