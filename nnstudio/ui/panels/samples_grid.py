"""The grid of samples: however many there are, only those in sight are made and painted."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from nnstudio.training.verdicts import Numbers
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.samples_known import Known
from nnstudio.ui.panels.samples_tiles import Brush, Look, look_for
from nnstudio.ui.panels.samples_tiling import Tiling
from nnstudio.ui.panels.samples_words import about
from nnstudio.ui.sizes import follow_font
from nnstudio.ui.theme import theme_of

BLOCK = 32  # Samples that are asked for together, so that not every turn of the wheel asks anew.
NONE: Numbers = np.empty(0, np.intp)
Key = Qt.Key


class SampleGrid(QAbstractScrollArea):
    """Shows samples by their numbers. A click, or an arrow key, chooses one."""

    chosen = Signal(int)
    """The number of a sample in the data."""
    looked = Signal()
    """Other samples may be in sight."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = NONE
        self.look: Look | None = None
        self.marked: int | None = None
        self._tiling = Tiling(0, self.size(), 1)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self.viewport().update)
        self._place: int | None = None  # Of the one with the keys, among those that are shown.
        self.setAccessibleName(name)
        follow_font(self, SMALLER)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # So that a change of the number of samples does not change the width.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.viewport().setAutoFillBackground(True)

    @property
    def tiling(self) -> Tiling:
        """Where everything is."""
        return self._tiling

    @property
    def visible_places(self) -> range:
        """The samples in sight, by their places in the order that is shown."""
        top = self.verticalScrollBar().value()
        return self._tiling.between(top, top + self.viewport().height() - 1)

    def wanted(self) -> Numbers:
        """The samples in sight, and some before and behind."""
        seen = self.visible_places
        if not seen:
            return NONE
        page = len(seen)
        first, last = max(seen.start - page, 0) // BLOCK * BLOCK, -(-(seen.stop + page) // BLOCK) * BLOCK
        return self.numbers[first:last]

    def show_known(self, known: Known) -> None:
        """Know more of the same samples, or others."""
        before, self.look = self.look, look_for(known, self.fontMetrics(), self.look)
        if before is None or before.size != self.look.size or before.title_height != self.look.title_height:
            self._lay_out()
        self.viewport().update()

    def show_numbers(self, numbers: Numbers, from_the_start: bool) -> None:
        """Show these samples, in this order."""
        same = np.array_equal(numbers, self.numbers)
        self.numbers = numbers
        if not same:
            self._place = self._place_of(self.marked)
            self._lay_out()
        if from_the_start:
            self.verticalScrollBar().setValue(0)
        if not same:
            self.viewport().update()
            self.looked.emit()

    def mark(self, number: int) -> None:
        """Outline a sample, where it is in sight."""
        if number != self.marked:
            for each in (self.marked, number):
                self._update_place(self._place_of(each))
            self.marked, self._place = number, self._place_of(number)
            self._describe()

    def rectangle(self, place: int) -> QRect:
        """Where a sample is painted, by its place in the order that is shown."""
        return self._tiling.place(place).translated(0, self._top() - self.verticalScrollBar().value())

    def place_at(self, point: QPoint) -> int | None:
        """The place at a pixel of the viewport."""
        return self._tiling.at(point - QPoint(0, self._top() - self.verticalScrollBar().value()))

    def paint_on(self, painter: QPainter, area: QRect) -> None:
        """Paint what lies in an area of the viewport."""
        if self.look is None:
            return
        self.look.album.begin_frame()
        brush = Brush(painter, theme_of(self.palette()), self.fontMetrics(), self.devicePixelRatioF())
        top = self.verticalScrollBar().value() - self._top()
        places = self._tiling.between(area.top() + top, area.bottom() + top)
        for place, number in zip(places, self.numbers[places.start : places.stop].tolist(), strict=True):
            where = self._tiling.place(place)
            where.translate(0, -top)
            self.look.paint(brush, where, number)
            if number == self.marked:
                self.look.paint_mark(brush, where, self.hasFocus())
        self.look.paint_title(brush, QRect(0, 0, self.viewport().width(), self._top()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self.paint_on(painter, event.rect())
        if self.look is not None and self.look.album.wants_another_frame:
            self._again.start()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._top():
            self.viewport().update()
        else:
            # What stays in sight is moved; only what comes into it is painted.
            self.viewport().scroll(0, dy)
        self.looked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        self.looked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().toPoint())
        if place is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._steps().get(Key(event.key()))
        if step is None or not len(self.numbers):
            super().keyPressEvent(event)
            return
        here = self._place if self._place is not None else -1
        self._choose(min(max(step(here), 0), len(self.numbers) - 1))

    def focusInEvent(self, event: QEvent) -> None:
        self._show_focus()

    def focusOutEvent(self, event: QEvent) -> None:
        self._show_focus()

    def _show_focus(self) -> None:
        # Not the whole viewport, which is much to paint: the frame, and the one with the keys.
        self.update()
        self._update_place(self._place)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(event.pos())
            QToolTip.showText(event.globalPos(), self.words(place), self)
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.viewport().update()

    def words(self, place: int | None) -> str:
        """What is known of a sample."""
        return "" if place is None or self.look is None else about(self.look.known, int(self.numbers[place]))

    def _steps(self) -> dict[Qt.Key, Callable[[int], int]]:
        across, page = self._tiling.columns, max(len(self.visible_places) - self._tiling.columns, 1)
        return {
            Key.Key_Left: lambda here: here - 1, Key.Key_Right: lambda here: here + 1,
            Key.Key_Up: lambda here: here - across if here >= across else here,
            Key.Key_Down: lambda here: here + across,
            Key.Key_PageUp: lambda here: here - page, Key.Key_PageDown: lambda here: here + page,
            Key.Key_Home: lambda _: 0, Key.Key_End: lambda _: len(self.numbers) - 1,
        }  # fmt: skip

    def _choose(self, place: int) -> None:
        number = int(self.numbers[place])
        self.mark(number)
        # The same sample may stand in several places only where parts overlap, and then it is the same.
        self._place = place
        self._bring_into_sight(place)
        self.chosen.emit(number)

    def _bring_into_sight(self, place: int) -> None:
        where, bar = self._tiling.place(place), self.verticalScrollBar()
        room = self.viewport().height() - self._top()
        bar.setValue(min(max(bar.value(), where.bottom() + 1 - room), where.top()))

    def _place_of(self, number: int | None) -> int | None:
        places = np.flatnonzero(self.numbers == number) if number is not None else NONE
        return int(places[0]) if len(places) else None

    def _update_place(self, place: int | None) -> None:
        if place is not None:
            self.viewport().update(self.rectangle(place).adjusted(-2, -2, 2, 2))

    def _describe(self) -> None:
        self.setAccessibleDescription(self.words(self._place).replace("\n", ", "))

    def _top(self) -> int:
        """The height of the line of titles."""
        return self.look.title_height if self.look is not None else 0

    def _lay_out(self) -> None:
        if self.look is None:
            return
        first, columns = self.visible_places.start, self._tiling.columns
        width = self.viewport().width()
        self._tiling = Tiling.of(len(self.numbers), self.look.tile(width), width)
        bar, room = self.verticalScrollBar(), self.viewport().height() - self._top()
        bar.setRange(0, max(0, self._tiling.height - room))
        bar.setPageStep(max(room, 1))
        bar.setSingleStep(max(self._tiling.tile.height() // 2, 1))
        # What was seen first stays in sight when the width is another.
        if columns != self._tiling.columns and first < len(self.numbers):
            bar.setValue(self._tiling.place(first).top())
