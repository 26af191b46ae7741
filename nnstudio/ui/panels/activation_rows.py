"""The rows of the activations below each other: they are painted, read off, and choose layers."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.cells import Index, reading_of
from nnstudio.ui.panels.rows import Brush, Row
from nnstudio.ui.sizes import px, scaled
from nnstudio.ui.theme import GAP, theme_of

LABELS = 96  # Pixels for the names of the layers.
BETWEEN = 8
Key = Qt.Key
SIDEWAYS = {Key.Key_Left: -1, Key.Key_Right: 1}
UPRIGHT = {Key.Key_Up: -1, Key.Key_Down: 1}


class ActivationRows(QWidget):
    """One row for each layer. Painted by itself: so many numbers are too many for widgets."""

    chosen = Signal(str)
    """The id of a layer that was clicked."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__()
        self._area = area
        self.rows: Sequence[Row] = ()
        self._tops: list[int] = []
        self._marked: frozenset[str] = frozenset()
        self._at: tuple[int, Index] | None = None  # The row and the index that are read off.
        self._mouse: QPoint | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Activations"))
        self._small = scaled(self.font(), SMALLER)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.rows, self._at = rows, None
        self.arrange()

    def mark(self, ids: frozenset[str]) -> None:
        """Mark the layers that are selected."""
        if ids != self._marked:
            self._marked = ids
            self.update()

    def arrange(self) -> None:
        """Lay everything out for the present width."""
        top, self._tops = GAP, []
        for row in self.rows:
            row.lay_out(max(self.width() - px(LABELS) - 3 * GAP, 1))
            self._tops.append(top)
            top += self._height(row) + BETWEEN
        self.setMinimumHeight(top)
        self.update()

    def renew(self) -> None:
        """The rows hold other numbers of the same shapes."""
        self.update()
        if self._mouse is not None and QToolTip.isVisible():
            self._tell(self._mouse)

    def place(self, row: int) -> QRect:
        """Where the numbers of a row are."""
        return QRect(px(LABELS) + 2 * GAP, self._tops[row], self.width() - px(LABELS) - 3 * GAP, self.rows[row].height)

    def reading(self, row: int, index: Index) -> str:
        """An exact value, and what it is called."""
        shown = self.rows[row]
        return reading_of(shown.label, index, shown.values[index])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._found(event.position().toPoint()))
        self._mouse = event.globalPosition().toPoint()
        self._tell(self._mouse)

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self._point_at(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint().y())
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self.rows[row].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Key(event.key())
        if key in UPRIGHT and self.rows:
            row = self._at[0] + UPRIGHT[key] if self._at else 0
            row = min(max(row, 0), len(self.rows) - 1)
            self._go_to(row, (0,) * self.rows[row].values.ndim)
        elif key in SIDEWAYS and self._at is not None:
            self._go_sideways(SIDEWAYS[key])
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and self._at is not None:
            self.chosen.emit(self.rows[self._at[0]].id)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("panel"))
        painter.setFont(self._small)
        for number, row in enumerate(self.rows):
            place = self.place(number)
            if not QRect(0, place.top(), self.width(), self._height(row)).intersects(event.rect()):
                continue
            self._paint_label(painter, number, row)
            painter.save()
            painter.translate(place.topLeft())
            row.paint(Brush(painter, theme))
            painter.restore()
        if self._at is not None:
            place = self.rows[self._at[0]].rectangle(self._at[1]).translated(self.place(self._at[0]).topLeft())
            painter.setPen(QPen(theme.color("text"), 1))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))

    def _paint_label(self, painter: QPainter, number: int, row: Row) -> None:
        theme, top = theme_of(self.palette()), self._tops[number]
        line = painter.fontMetrics().height()
        marked = row.id in self._marked
        if marked:
            painter.fillRect(QRect(0, top - 4, 3, self._height(row) + 8), theme.color("accent"))
        for text, colour, down in ((row.label, "accent" if marked else "text", 0), (row.about, "dim", line)):
            cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, px(LABELS))
            painter.setPen(theme.color(colour))
            painter.drawText(QRect(GAP, top + down, px(LABELS), line), Qt.AlignmentFlag.AlignVCenter, cut)

    def _height(self, row: Row) -> int:
        return max(row.height, 2 * self.fontMetrics().height())

    def _row_at(self, y: int) -> int | None:
        return next(
            (row for row, top in enumerate(self._tops) if top <= y < top + self._height(self.rows[row])), None
        )  # fmt: skip

    def _found(self, point: QPoint) -> tuple[int, Index] | None:
        row = self._row_at(point.y())
        index = None if row is None else self.rows[row].index_at(point - self.place(row).topLeft())
        return None if row is None or index is None else (row, index)

    def _point_at(self, at: tuple[int, Index] | None) -> None:
        if at != self._at:
            self._at = at
            self.update()

    def _tell(self, place: QPoint) -> None:
        words = "" if self._at is None else self.reading(*self._at)
        QToolTip.showText(place, words, self)
        self.setAccessibleDescription(words)

    def _go_sideways(self, by: int) -> None:
        """To the next number of the row, in the order of its indices."""
        assert self._at is not None
        row, index = self._at
        shape = self.rows[row].values.shape
        place = int(np.ravel_multi_index(index, shape)) + by
        if 0 <= place < self.rows[row].values.size:
            self._go_to(row, tuple(int(each) for each in np.unravel_index(place, shape)))

    def _go_to(self, row: int, index: Index) -> None:
        self._point_at((row, index))
        place = self.rows[row].rectangle(index).translated(self.place(row).topLeft())
        self._area.ensureVisible(place.center().x(), place.center().y(), 0, self._height(self.rows[row]) // 2 + GAP)
        self._tell(self.mapToGlobal(place.bottomRight()))
