"""The confusion matrix: a row for each class, a column for each answer; the right ones blue, the errors orange."""

from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nnstudio.training.verdicts import Numbers
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.confusion_scale import Scale
from nnstudio.ui.panels.samples_words import share
from nnstudio.ui.sizes import follow, follow_font, px
from nnstudio.ui.theme import GAP, Theme, theme_of

WIDEST, LARGEST, LEAST = 88, 56, 2.0  # Pixels of a cell: a few classes need not fill the panel.
WIDER = 2.0  # So many times as wide as high a cell may be.
LONGEST_NAME = 84  # Pixels of a class name beside or above its cells.
APART = 2
CLOSE = 0.9  # Of a line of letters, so close they may stand.
LINED = 8  # Pixels of cells from which on they are set apart.
EMPTY: Numbers = np.zeros((0, 0), np.intp)
Key = Qt.Key
STEPS = {Key.Key_Left: (0, -1), Key.Key_Right: (0, 1), Key.Key_Up: (-1, 0), Key.Key_Down: (1, 0)}
CENTRED = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Cell = tuple[int, int]


class ConfusionMatrix(QWidget):
    """A click on a cell, or Enter, asks for its samples."""

    asked = Signal(int, int)
    """A class, and what it was answered as."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts = EMPTY
        self.names: tuple[str, ...] = ()
        self.as_shares = False
        self.current: Cell | None = None
        self._scale: Scale | None = None
        self._inside: QRect | None = None  # Known until there are other names, or another size.
        self._wide = 0
        follow_font(self, SMALLER)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        follow(self.setMinimumSize, 160, 120)
        self.setAccessibleName(self.tr("Confusion matrix"))

    def sizeHint(self) -> QSize:
        return QSize(360, 360)

    def show_table(self, counts: Numbers, names: tuple[str, ...]) -> None:
        """Show how often each class (row) was answered as each class (column)."""
        if names != self.names or counts.shape != self.counts.shape:
            self.current = self._inside = None
        self.counts, self.names, self._scale = counts, names, None
        longest = max((self.fontMetrics().horizontalAdvance(name) for name in names), default=0)
        self._wide = min(longest, px(LONGEST_NAME)) + 2
        self._describe()
        self.update()

    def show_shares(self, as_shares: bool) -> None:
        """Write shares of each row into the cells instead of counts."""
        self.as_shares = as_shares
        self.update()

    def inside(self) -> QRect:
        """Where the cells are."""
        if self._inside is None:
            self._inside = self._fitted()
        return self._inside

    def _fitted(self) -> QRect:
        """As large as they can be; wider than high, if that gives numbers room."""
        count = max(len(self.counts), 1)
        letters = self.fontMetrics().height() + GAP // 2
        left = GAP + letters + self._wide + GAP // 2
        top = GAP // 2 + letters + (self._wide if self._upright() else letters)
        high = min(max((self.height() - top - GAP) / count, LEAST), px(LARGEST))
        wide = min(max((self.width() - left - GAP) / count, LEAST), px(WIDEST), WIDER * high)
        size = QSize(int(wide * count), int(min(high, wide) * count))
        return QRect(QPoint(left + max(0, self.width() - left - GAP - size.width()) // 2, top), size)

    def rectangle(self, row: int, column: int) -> QRect:
        """Where a cell is."""
        inside, count = self.inside(), len(self.counts)
        left, right = (round(place * inside.width() / count) for place in (column, column + 1))
        top, bottom = (round(place * inside.height() / count) for place in (row, row + 1))
        return QRect(inside.left() + left, inside.top() + top, right - left, bottom - top)

    def cell_at(self, point: QPoint) -> Cell | None:
        """The cell at a pixel."""
        inside, count = self.inside(), len(self.counts)
        if not count or not inside.contains(point):
            return None
        place = point - inside.topLeft()
        row, column = place.y() * count // inside.height(), place.x() * count // inside.width()
        return min(row, count - 1), min(column, count - 1)

    def words(self, cell: Cell | None) -> str:
        """What a cell says, in words."""
        if cell is None or not len(self.counts):
            return ""
        row, column = cell
        count, whole = int(self.counts[cell]), int(self.counts[row].sum())
        part = f" ({share(count / whole, 1)})" if whole else ""
        if row == column:
            said = self.tr("class {} · answered right: {} of {}")
            return said.format(self.names[row], f"{count:,}", f"{whole:,}") + part
        said = self.tr("class {} · answered {}: {} of {}")
        return said.format(self.names[row], self.names[column], f"{count:,}", f"{whole:,}") + part

    def texts(self) -> list[list[str]]:
        """What stands in the cells: errors that did not happen are left blank."""
        sums = self.counts.sum(axis=1)
        return [
            [self._text(int(count), int(whole), row == column) for column, count in enumerate(counts)]
            for row, (counts, whole) in enumerate(zip(self.counts, sums, strict=True))
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        if not len(self.counts):
            return
        if self._scale is None or self._scale.theme is not theme:
            self._scale = Scale.of(self.counts, theme)
        inside = self.inside()
        self._paint_cells(painter, self._scale.colours, inside)
        self._paint_texts(painter, self._scale)
        self._paint_names(painter, theme, inside)
        if self.current is not None:
            painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "text"), 2))
            painter.drawRect(self.rectangle(*self.current).adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._inside = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.cell_at(event.position().toPoint()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self._go_to(cell)
            self.asked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Key(event.key())
        if key in STEPS and len(self.counts):
            down, right = STEPS[key]
            row, column = self.current or (0, 0)
            last = len(self.counts) - 1
            moved = min(max(row + down, 0), last), min(max(column + right, 0), last)
            self._go_to(moved if self.current else (0, 0))
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and self.current is not None:
            self.asked.emit(*self.current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words(self.cell_at(event.pos())), self)
            return True
        return super().event(event)

    def _text(self, count: int, whole: int, diagonal: bool) -> str:
        if not count and not diagonal:
            return ""
        if not self.as_shares:
            return f"{count:,}"
        return f"{100 * count / whole:.1f}" if whole else "–"

    def _paint_cells(self, painter: QPainter, colours: NDArray[np.uint32], inside: QRect) -> None:
        count = len(colours)
        gap = APART if inside.height() >= LINED * count else 0
        for row in range(count):
            for column in range(count):
                # Of many classes most cells are empty, and lie on one ground.
                if gap or row == column or self.counts[row, column]:
                    place = self.rectangle(row, column)
                    painter.fillRect(place.adjusted(0, 0, -gap, -gap), QColor(int(colours[row, column])))

    def _paint_texts(self, painter: QPainter, scale: Scale) -> None:
        texts = self.texts()
        widest = max(self.fontMetrics().horizontalAdvance(text) for line in texts for text in line)
        cell = self.rectangle(0, 0)
        if cell.width() < widest + APART + 2 or cell.height() < self.fontMetrics().ascent() + APART:
            return
        for row, line in enumerate(texts):
            for column, text in enumerate(line):
                if text:
                    painter.setPen(scale.ink(row, column))
                    painter.drawText(self.rectangle(row, column).adjusted(0, 0, -APART, -APART), CENTRED, text)

    def _paint_names(self, painter: QPainter, theme: Theme, inside: QRect) -> None:
        painter.setPen(theme.color("text"))
        metrics, wide = self.fontMetrics(), self._wide
        across, down = inside.width() / len(self.names), inside.height() / len(self.names)
        names = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, px(LONGEST_NAME)) for name in self.names]
        # Of very many classes every second or third is named.
        for place in range(0, len(names), max(1, ceil(metrics.height() * CLOSE / down))):
            middle = inside.top() + (place + 0.5) * down
            line = QRectF(inside.left() - GAP // 2 - wide, middle - metrics.height() / 2, wide, metrics.height())
            painter.drawText(line, RIGHT, names[place])
        for place in range(0, len(names), max(1, ceil(metrics.height() * CLOSE / across))):
            foot = QPointF(inside.left() + (place + 0.5) * across, inside.top() - 2)
            self._paint_above(painter, foot, names[place])
        self._paint_titles(painter, theme, inside)

    def _paint_above(self, painter: QPainter, foot: QPointF, name: str) -> None:
        high, wide = self.fontMetrics().height(), self._wide
        if not self._upright():
            longest = px(LONGEST_NAME)
            painter.drawText(QRectF(foot.x() - longest / 2, foot.y() - high, longest, high), CENTRED, name)
            return
        painter.save()
        painter.translate(foot)
        painter.rotate(-90)
        painter.drawText(QRectF(2, -high / 2, wide, high), LEFT, name)
        painter.restore()

    def _paint_titles(self, painter: QPainter, theme: Theme, inside: QRect) -> None:
        high = self.fontMetrics().height()
        painter.setPen(theme.color("dim"))
        painter.drawText(QRect(0, GAP // 2, inside.center().x() * 2, high), CENTRED, self.tr("answered"))
        painter.save()
        painter.translate(inside.left() - GAP - self._wide - high, inside.center().y())
        painter.rotate(-90)
        painter.drawText(QRect(-inside.height() // 2, 0, inside.height(), high), CENTRED, self.tr("class"))
        painter.restore()

    def _upright(self) -> bool:
        """Whether the names above the columns are too long to lie."""
        room = self.width() - 2 * GAP - self._wide - self.fontMetrics().height()
        return self._wide + 2 > min(room / max(len(self.names), 1), px(WIDEST))

    def _go_to(self, cell: Cell) -> None:
        self.current = cell
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.words(self.current))
