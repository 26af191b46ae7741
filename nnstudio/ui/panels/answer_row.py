"""The last row of the activations: the answer, class by class, or number by number."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnstudio.layers.shapes import Array
from nnstudio.ui.panels.cells import Index
from nnstudio.ui.panels.rows import Brush, Row
from nnstudio.ui.panels.steady import Steady
from nnstudio.ui.plots.colours import limit_of
from nnstudio.ui.plots.numbers import rounded
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import GAP, Theme

HIGH = 18
THICK = 10
NAMES = 72  # Pixels for the names of the classes.
TOLD = 132  # Pixels for the number, and what is to be said of it.
RIGHT, WRONG = "✓", "✗"


class AnswerRow(Row):
    """A bar for each output. The right class is green, a wrong answer red; a stroke marks a number that was wanted."""

    def __init__(self, id: str, label: str, values: Array, names: Sequence[str], probable: bool) -> None:
        super().__init__(id, label, values)
        self.names, self.probable = names, probable
        self.wanted: Array | int = 0
        self.answer: int | None = None
        self._steady = Steady()
        self._width = 0

    def judge(self, wanted: Array | int, answer: int | None) -> None:
        """What it should be, and which class is named; none where numbers are predicted."""
        self.wanted, self.answer = wanted, answer

    def lay_out(self, width: int) -> None:
        self._width = width
        self.height = self.values.size * px(HIGH)

    def paint(self, brush: Brush) -> None:
        flat = self.values.ravel()
        limit = 1.0 if self.probable else self._limit(flat)
        for number, value in enumerate(flat.tolist()):
            self._paint_line(brush, number, value, limit)

    def index_at(self, point: QPoint) -> Index | None:
        number = point.y() // px(HIGH)
        inside = 0 <= number < self.values.size and 0 <= point.x() < self._width
        return tuple(int(each) for each in np.unravel_index(number, self.values.shape)) if inside else None

    def rectangle(self, index: Index) -> QRect:
        return QRect(0, int(np.ravel_multi_index(index, self.values.shape)) * px(HIGH), self._width, px(HIGH))

    def verdict(self, number: int) -> str:
        """The colour of an output by its meaning: good, problem, or nothing special."""
        if self.answer is None:
            return ""
        if self.values.size == 1:
            return "good" if self.answer == self.wanted else "problem"
        if number == self.wanted:
            return "good"
        return "problem" if number == self.answer else ""

    def _paint_line(self, brush: Brush, number: int, value: float, limit: float) -> None:
        painter, theme, top = brush.painter, brush.theme, number * px(HIGH)
        verdict = self.verdict(number)
        painter.setPen(theme.color(verdict or "dim"))
        middle = Qt.AlignmentFlag.AlignVCenter
        wide = self._names_width(painter)
        name = painter.fontMetrics().elidedText(self._name(number), Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRect(0, top, wide, px(HIGH)), middle | Qt.AlignmentFlag.AlignRight, name)
        room = max(self._width - wide - px(TOLD) - 2 * GAP, 8)
        area = QRectF(wide + GAP, top + (px(HIGH) - px(THICK)) / 2, room, px(THICK))
        painter.fillRect(area, theme.color("grid"))
        painter.fillRect(self._bar(area, value, limit), self._colour(theme, verdict, value))
        if self.answer is None:
            self._mark_wanted(brush, area, number, limit)
        painter.setPen(theme.color(verdict or "text"))
        words = QRect(round(area.right()) + GAP, top, px(TOLD), px(HIGH))
        painter.drawText(words, middle, self._words(number, value, verdict))

    def _names_width(self, painter: QPainter) -> int:
        """As wide as the longest name, up to a limit."""
        widest = painter.fontMetrics().horizontalAdvance
        return min(max((widest(self._name(number)) for number in range(self.values.size)), default=0) + 1, px(NAMES))

    def _bar(self, area: QRectF, value: float, limit: float) -> QRectF:
        if not np.isfinite(value):
            return QRectF()
        zero = area.left() if self.probable else area.center().x()
        room = area.width() if self.probable else area.width() / 2
        end = zero + min(max(value / limit, -1.0), 1.0) * room
        return QRectF(min(zero, end), area.top(), abs(end - zero), area.height())

    def _mark_wanted(self, brush: Brush, area: QRectF, number: int, limit: float) -> None:
        wanted = float(np.ravel(self.wanted)[number])
        x = area.center().x() + min(max(wanted / limit, -1.0), 1.0) * area.width() / 2
        brush.painter.setPen(QPen(brush.theme.color("good"), 2))
        brush.painter.drawLine(round(x), round(area.top()) - 3, round(x), round(area.bottom()) + 2)

    def _words(self, number: int, value: float, verdict: str) -> str:
        told = f"{100 * value:.1f} %" if self.probable else rounded(value)
        if self.answer is None:
            return tr("{}, wanted {}").format(told, rounded(float(np.ravel(self.wanted)[number])))
        sign = {"good": f"  {RIGHT}", "problem": f"  {WRONG}"}.get(verdict, "")
        return told + sign

    def _name(self, number: int) -> str:
        if self.answer is not None and self.values.size == 1 and len(self.names) > 1:
            # A single probability is that of the second class.
            return self.names[1 if self.probable else self.answer]
        return self.names[number] if number < len(self.names) else str(number)

    def _limit(self, flat: Array) -> float:
        both = np.append(flat, np.ravel(self.wanted)) if self.answer is None else flat
        return self._steady.limit(limit_of(both))

    def _colour(self, theme: Theme, verdict: str, value: float) -> QColor:
        return theme.color(verdict or ("negative" if value < 0 else "positive"))


def tr(text: str) -> str:
    """A text of this row in the user's language."""
    return QCoreApplication.translate("AnswerRow", text)
