"""Many small images side by side, such as filters or the weights of each unit, on as many rows as they need."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.colours import diverging, limit_of, shades
from nnstudio.ui.plots.cutting import makes_svg
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, theme_of

LEAST = 36  # Pixels of the longer side of an image, if one is to see something in it.
MOST = 112
FINE = 2
WORDY = 28  # Pixels; under narrower images there is no room for words.
Key = Qt.Key
STEPS = {Key.Key_Left: (0, -1), Key.Key_Right: (0, 1), Key.Key_Up: (-1, 0), Key.Key_Down: (1, 0)}


@dataclass(frozen=True)
class Tiling:
    """How images lie: how many in a row, how large each is drawn, and the distance from one to the next."""

    columns: int
    size: QSize
    step: QSize

    @classmethod
    def of(cls, count: int, shape: tuple[int, int], room: QSize, gap: int, word: int) -> "Tiling":
        """As large as they can be while all are seen; but never so small that nothing is seen, then one scrolls."""
        rows, columns = shape
        longest = max(rows, columns, 1)
        least, most = max(1, -(-px(LEAST) // longest)), max(1, px(MOST) // longest)
        best = None
        # Whole multiples, so that every pixel is as large as the others.
        for scale in range(most, least - 1, -1) if most > least else (least,):
            size = QSize(columns * scale, rows * scale)
            step = QSize(size.width() + gap, size.height() + gap + (word if size.width() >= px(WORDY) else 0))
            across = max(1, (room.width() - gap) // step.width())
            best = cls(across, size, step)
            if -(-count // across) * step.height() + gap <= room.height():
                break
        return best or cls(1, QSize(columns, rows), QSize(columns + gap, rows + gap))

    def between(self, top: int, bottom: int, count: int, gap: int) -> range:
        """Those in the rows that are seen between two pixels."""
        first, last = (top - gap) // self.step.height(), (bottom - gap) // self.step.height()
        return range(max(first, 0) * self.columns, min((last + 1) * self.columns, count))

    def place(self, index: int, gap: int) -> QRect:
        """Where an image is drawn."""
        row, column = divmod(index, self.columns)
        return QRect(QPoint(gap + column * self.step.width(), gap + row * self.step.height()), self.size)


class Tiles(QWidget):
    """The images, in one picture of which each takes its part."""

    def __init__(self, grid: "ImageGrid") -> None:
        super().__init__()
        self._grid = grid
        self._texture, self._image = np.empty((0, 0), np.uint8), QImage()
        self.count, self.shape = 0, (0, 0)
        self.tiling = Tiling(1, QSize(), QSize(1, 1))
        self.current: int | None = None
        self.chosen: int | None = None
        self._pressed: tuple[int, int, int] | None = None
        follow_font(self, SMALLER)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_texture(self, texture: NDArray[np.uint8], table: tuple[int, ...]) -> None:
        """Show images (count, rows, columns) of shades."""
        count, rows, columns = texture.shape
        same = (count, (rows, columns)) == (self.count, self.shape)
        self.count, self.shape = count, (rows, columns)
        # Qt reads the array itself, which must stay. One below the other, so that nothing has to be copied.
        self._texture = texture.reshape(count * rows, columns)
        self._image = QImage(self._texture.data, columns, count * rows, columns, QImage.Format.Format_Indexed8)
        self._image.setColorTable(list(table))
        if not same:
            self.current = self.chosen = None
            self.arrange()
        self.update()

    def show_table(self, table: tuple[int, ...]) -> None:
        """Show the same in other colours."""
        if not self._image.isNull():
            self._image.setColorTable(list(table))
        self.update()

    def arrange(self) -> None:
        """Lay everything out in the room that there is."""
        room = self._grid.maximumViewportSize()
        word = self.fontMetrics().height() + 2 if self._grid.labels else 0
        self.tiling = Tiling.of(self.count, self.shape, room, GAP, word)
        rows = -(-self.count // self.tiling.columns)
        self.setMinimumHeight(rows * self.tiling.step.height() + GAP)
        self.update()

    def place(self, index: int) -> QRect:
        """Where an image is."""
        return self.tiling.place(index, GAP)

    def at(self, point: QPoint) -> tuple[int, int, int] | None:
        """The image, the row and the column at a pixel."""
        step = self.tiling.step
        column, row = (point.x() - GAP) // step.width(), (point.y() - GAP) // step.height()
        index = row * self.tiling.columns + column
        if not (0 <= column < self.tiling.columns and 0 <= index < self.count):
            return None
        place = self.place(index)
        if not place.contains(point):
            return None
        inside = point - place.topLeft()
        rows, columns = self.shape
        return index, inside.y() * rows // place.height(), inside.x() * columns // place.width()

    def go_to(self, index: int | None) -> None:
        """Outline an image."""
        if index != self.current:
            self.current = index
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position().toPoint())
        self.go_to(None if found is None else found[0])
        words = "" if found is None else self._grid.words(*found)
        QToolTip.showText(event.globalPosition().toPoint(), words, self)
        self.setAccessibleDescription(words)

    def leaveEvent(self, event: QEvent) -> None:
        self.go_to(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.at(event.position().toPoint())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position().toPoint())
        same = found is not None and self._pressed is not None and found[0] == self._pressed[0]
        if found is not None and same and event.button() is Qt.MouseButton.LeftButton:
            self._grid.clicked.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Key(event.key())
        if key in STEPS and self.count:
            down, right = STEPS[key]
            start = self.current if self.current is not None else self.chosen
            step = down * self.tiling.columns + right
            self.go_to(0 if start is None else min(max(start + step, 0), self.count - 1))
            self._grid.bring_into_sight(self.current or 0)
            self.setAccessibleDescription(self._grid.name_of(self.current or 0))
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and self.current is not None:
            rows, columns = self.shape
            self._grid.clicked.emit(self.current, rows // 2, columns // 2)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("panel"))
        rows, columns = self.shape
        wordy = bool(self._grid.labels) and self.tiling.size.width() >= px(WORDY)
        painter.setPen(theme.color("dim"))
        for index in self.tiling.between(event.rect().top(), event.rect().bottom(), self.count, GAP):
            place = self.place(index)
            whole = QRect(place.topLeft(), self.tiling.step)
            part = QRect(0, index * rows, columns, rows)
            if makes_svg(painter):
                # Programs that read drawings blur small images, and know nothing of parts of them.
                painter.drawImage(place, self._image.copy(part).scaled(place.size() * FINE))
            else:
                painter.drawImage(place, self._image, part)
            if wordy:
                below = QRect(place.left(), place.bottom() + 1, place.width(), whole.height() - place.height() - GAP)
                painter.drawText(
                    below, Qt.AlignmentFlag.AlignCenter, self._cut(self._grid.name_of(index), below.width())
                )
        for marked, colour in ((self.chosen, "accent"), (self.current, "text")):
            if marked is not None and marked < self.count:
                painter.setPen(QPen(theme.color(colour), 1.5))
                painter.drawRect(self.place(marked).adjusted(-2, -2, 1, 1))

    def _cut(self, word: str, width: int) -> str:
        return self.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, width)


class ImageGrid(QScrollArea):
    """Lays images out as large as the room allows; scrolls where there is too little."""

    clicked = Signal(int, int, int)
    """The number of an image, and the row and column of an element in it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.labels: tuple[str, ...] = ()
        self.values: NDArray[np.floating] = np.empty((0, 0, 0), np.float32)
        self._limit: float | None = None
        self.tiles = Tiles(self)
        self.tiles.setAccessibleName(title)
        self.setWidget(self.tiles)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusProxy(self.tiles)

    @property
    def limit(self) -> float:
        """The number whose colour is the strongest."""
        return limit_of(self.values) if self._limit is None else self._limit

    def show_images(self, values: ArrayLike, limit: float | None = None, labels: Sequence[str] | None = None) -> None:
        """Show numbers (images, rows, columns). Without a limit, the largest of them all is the strongest.

        The array is kept, not copied, and must not be written to any more.
        """
        images = np.asarray(values)
        if images.ndim != 3:
            raise ValueError("images are numbered, and have rows and columns")
        self._limit = limit
        self.values = images if images.dtype.kind == "f" else images.astype(np.float64)
        if labels is not None and tuple(labels) != self.labels:
            self.labels = tuple(labels)
            self.tiles.count = 0
        texture = np.ascontiguousarray(shades(self.values, self.limit))
        self.tiles.show_texture(texture, diverging(theme_of(self.palette())))

    def select(self, index: int | None) -> None:
        """Mark an image as the chosen one."""
        self.tiles.chosen = index
        self.tiles.update()

    def name_of(self, index: int) -> str:
        """What an image is called: its label, or its number."""
        return self.labels[index] if index < len(self.labels) else str(index)

    def words(self, index: int, row: int, column: int) -> str:
        """What is read off at an element."""
        place = self.tr("{}: row {}, column {}").format(self.name_of(index), row, column)
        return f"{place}: {exact(self.values[index, row, column])}"

    def bring_into_sight(self, index: int) -> None:
        """Scroll to an image."""
        place = self.tiles.place(index)
        self.ensureVisible(place.center().x(), place.center().y(), place.width(), place.height())

    def table(self) -> Table:
        """A line for each row of each image."""
        count, rows, columns = self.values.shape
        names = [self.name_of(index) for index in range(count) for _ in range(rows)]
        flat = self.values.reshape(count * rows, columns)
        cells = (Column(f"column {number}", column) for number, column in enumerate(flat.T))
        return Table((Column("image", names), Column("row", np.tile(np.arange(rows), count)), *cells))

    def pictured(self) -> list[QWidget]:
        """All images, also those out of sight."""
        self.tiles.go_to(None)
        return [self.tiles]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "tiles"):
            self.tiles.show_table(diverging(theme_of(self.palette())))
