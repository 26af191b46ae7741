"""Rows of the activations: what comes out of one layer for one sample, as pictures or as cells."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.layers.shapes import IMAGE, Array
from nnstudio.ui.panels.cells import Index
from nnstudio.ui.panels.steady import Steady
from nnstudio.ui.plots.colours import diverging, limit_of, shades
from nnstudio.ui.plots.cutting import makes_svg
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import Theme

SIDE, LEAST = 56, 28  # Pixels of a picture's longer side: as many as there is room for, and as few as one can read.
APART = 4
WIDEST, NARROWEST = 56, 4  # Pixels of a cell.
TOLD = 44  # Pixels of a cell that has room for its number.
SEPARATE = 8
HIGH, LOW = 20, 10  # Of a line of cells, and where there are several lines.
DIM = 64  # Bytes that are all smaller hold fewer shades than a byte could, as the digits of 16 do.
STRONG = 0.55  # Of the scale: from here on letters are those that stand on strong colours.


@dataclass(frozen=True)
class Brush:
    """What a row is painted with."""

    painter: QPainter
    theme: Theme


class Row:
    """Knows its numbers, its height for a width, and what is where in it."""

    def __init__(self, id: str, label: str, values: Array) -> None:
        self.id, self.label = id, label
        self.values = values
        self.height = 0

    @property
    def about(self) -> str:
        """What stands beneath its label."""
        return "×".join(map(str, self.values.shape))

    def take(self, values: Array) -> None:
        """Other numbers of the same shape."""
        self.values = values

    def lay_out(self, width: int) -> None:
        """Find its height for a width."""

    def paint(self, brush: Brush) -> None:
        """Paint it, from the origin to the right and down."""

    def index_at(self, point: QPoint) -> Index | None:
        """The index of the number at a place in it."""
        return None

    def rectangle(self, index: Index) -> QRect:
        """Where a number is."""
        return QRect()


class Tiles(Row):
    """An image: a picture for each channel, in as many lines as they need."""

    def __init__(self, id: str, label: str, values: Array) -> None:
        super().__init__(id, label, values)
        self._steady = Steady()
        self._scale, self._across = 1.0, 1
        self._texture: NDArray[np.uint8] | None = None

    @property
    def images(self) -> Array:
        """The channels, (channels, rows, columns)."""
        values = self.values
        return np.moveaxis(values, -1, 0) if values.ndim == IMAGE else values.reshape(1, *values.shape)

    def take(self, values: Array) -> None:
        super().take(values)
        self._texture = None

    def lay_out(self, width: int) -> None:
        count, rows, columns = self.images.shape
        longest = max(rows, columns)
        most, least = max(1, px(SIDE) // longest), max(1, ceil(px(LEAST) / longest))
        scales = range(most, min(least, most) - 1, -1)
        fitting = (scale for scale in scales if count * (columns * scale + APART) <= width)
        self._scale = float(next(fitting, scales[-1]))
        if longest > px(SIDE):
            self._scale = px(SIDE) / longest
        most_across = max(1, int((width + APART) // (columns * self._scale + APART)))
        lines = max(1, ceil(count / most_across))
        # As many in each line: a single one in the last looks forgotten.
        self._across = max(1, ceil(count / lines))
        self.height = round(lines * (rows * self._scale + APART)) - APART

    def paint(self, brush: Brush) -> None:
        images = self.images
        count, rows, columns = images.shape
        if self._texture is None:
            places = shades(images, self._steady.limit(limit_of(images)))
            self._texture = np.ascontiguousarray(places).reshape(count * rows, columns)
        image = QImage(self._texture.data, columns, count * rows, columns, QImage.Format.Format_Indexed8)
        image.setColorTable(list(diverging(brush.theme)))
        self._draw(brush.painter, image)

    def index_at(self, point: QPoint) -> Index | None:
        count, rows, columns = self.images.shape
        wide, high = columns * self._scale, rows * self._scale
        across, down = int(point.x() // (wide + APART)), int(point.y() // (high + APART))
        number = down * self._across + across
        column = int((point.x() - across * (wide + APART)) / self._scale)
        row = int((point.y() - down * (high + APART)) / self._scale)
        if not (0 <= across < self._across and 0 <= number < count and 0 <= row < rows and 0 <= column < columns):
            return None
        return (row, column, number)[: self.values.ndim]

    def rectangle(self, index: Index) -> QRect:
        number = index[2] if len(index) == IMAGE else 0
        corner, scale = self._tile(number).topLeft(), self._scale
        return QRectF(corner.x() + index[1] * scale, corner.y() + index[0] * scale, scale, scale).toAlignedRect()

    def _tile(self, number: int) -> QRectF:
        _, rows, columns = self.images.shape
        down, across = divmod(number, self._across)
        wide, high = columns * self._scale, rows * self._scale
        return QRectF(across * (wide + APART), down * (high + APART), wide, high)

    def _draw(self, painter: QPainter, image: QImage) -> None:
        count, rows, columns = self.images.shape
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < 1)
        for number in range(count):
            place, part = self._tile(number), QRect(0, number * rows, columns, rows)
            if makes_svg(painter):
                # Programs that read drawings blur small images, and know nothing of parts of them.
                painter.drawImage(place, image.copy(part).scaled(place.size().toSize() * 2))
            else:
                painter.drawImage(place, image, QRectF(part))


class Photograph(Tiles):
    """The sample as the data holds it, in grey or in its colours."""

    def paint(self, brush: Brush) -> None:
        if self._texture is None:
            self._texture = _bytes_of(self.values)
        rows, columns, channels = self._texture.shape
        form = QImage.Format.Format_RGB888 if channels > 1 else QImage.Format.Format_Grayscale8
        image = QImage(self._texture.data, columns, rows, columns * channels, form)
        self._draw(brush.painter, image)

    @property
    def images(self) -> Array:
        return self.values.reshape(1, *self.values.shape[:2]) if self.values.ndim < IMAGE else self.values[..., 0][None]

    def index_at(self, point: QPoint) -> Index | None:
        found = super().index_at(point)
        return None if found is None else (*found[:2], 0)[: self.values.ndim]


class Numbers(Row):
    """A vector: a cell for each number, which stands in it where there is room."""

    def __init__(self, id: str, label: str, values: Array) -> None:
        super().__init__(id, label, values)
        self._steady = Steady()
        self._wide, self._high, self._across = 1.0, px(HIGH), 1
        self._edges: list[QLineF] = []

    def lay_out(self, width: int) -> None:
        count = max(self.values.size, 1)
        self._wide = min(px(WIDEST), max(width / count, NARROWEST))
        self._across = min(count, max(1, int(width / self._wide + 1e-9)))
        lines = ceil(count / self._across)
        self._high = px(HIGH) if lines == 1 else px(LOW)
        self.height = lines * self._high
        ends = (self._place(number) for number in range(count if self._wide >= SEPARATE else 0))
        self._edges = [QLineF(cell.topRight(), cell.bottomRight()).translated(-0.5, 0) for cell in ends]

    def paint(self, brush: Brush) -> None:
        flat = self.values.ravel()
        limit = self._steady.limit(limit_of(flat))
        places = np.ascontiguousarray(shades(flat, limit))
        image = QImage(places.data, flat.size, 1, flat.size, QImage.Format.Format_Indexed8)
        image.setColorTable(list(diverging(brush.theme)))
        brush.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for line, start in enumerate(range(0, flat.size, self._across)):
            count = min(self._across, flat.size - start)
            place = QRectF(0, line * self._high, count * self._wide, self._high - (1 if self.height > px(HIGH) else 0))
            if makes_svg(brush.painter):
                # Programs that read drawings blur small images.
                for number in range(start, start + count):
                    brush.painter.fillRect(self._place(number), QColor(image.pixel(number, 0)))
            else:
                brush.painter.drawImage(place, image, QRectF(start, 0, count, 1))
        brush.painter.setPen(QPen(brush.theme.color("panel"), 1))
        brush.painter.drawLines(self._edges)
        if self._wide >= px(TOLD):
            self._tell(brush, flat, limit)

    def index_at(self, point: QPoint) -> Index | None:
        line, column = int(point.y() // self._high), int(point.x() // self._wide)
        place = line * self._across + column
        if not (0 <= column < self._across and 0 <= place < self.values.size and line >= 0):
            return None
        return tuple(int(each) for each in np.unravel_index(place, self.values.shape))

    def rectangle(self, index: Index) -> QRect:
        return self._place(int(np.ravel_multi_index(index, self.values.shape))).toAlignedRect()

    def _place(self, number: int) -> QRectF:
        line, column = divmod(number, self._across)
        return QRectF(column * self._wide, line * self._high, self._wide, self._high)

    def _tell(self, brush: Brush, flat: Array, limit: float) -> None:
        """The numbers in their cells."""
        painter, theme = brush.painter, brush.theme
        strong, usual = theme.color("on_accent"), theme.color("text")
        for number, value in enumerate(flat.tolist()):
            painter.setPen(strong if abs(value) > STRONG * limit else usual)
            painter.drawText(
                self._place(number), Qt.AlignmentFlag.AlignCenter, f"{value:.3g}".replace("-", "−")
            )  # fmt: skip


def row_of(id: str, label: str, values: Array) -> Row:
    """Images and tables as pictures, everything else as cells."""
    return Tiles(id, label, values) if values.ndim in (2, IMAGE) else Numbers(id, label, values)


def _bytes_of(values: Array) -> NDArray[np.uint8]:
    """Grey or three colours from 0 to 255, (rows, columns, channels)."""
    pixels = values.reshape(*values.shape[:2], -1)
    pixels = pixels[..., :3] if pixels.shape[2] >= 3 else pixels[..., :1]
    if pixels.dtype != np.uint8 or pixels.max(initial=0) < DIM:
        known = np.nan_to_num(pixels.astype(np.float64))
        low, size = min(float(known.min()), 0.0), float(known.max() - min(known.min(), 0.0)) or 1.0
        pixels = np.rint((known - low) / size * 255).astype(np.uint8)
    # Lines of an image begin at every fourth byte, if nobody says otherwise.
    return np.ascontiguousarray(pixels)
