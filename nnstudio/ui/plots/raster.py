"""A raster: a matrix of colours in a rectangle of the plane, crisp or smooth."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from nnstudio.ui.plots.cutting import makes_svg
from nnstudio.ui.plots.layer import Layer
from nnstudio.ui.plots.ranges import Extent

FINE = 2  # Pixels for one of the plot, where the raster becomes part of a drawing.


class Raster(Layer):
    """One rectangle of colour for each element. The first row lies where `low` is, the first column where `left` is."""

    def __init__(self, name: str = "", smooth: bool = False) -> None:
        super().__init__("", level=-20)
        self.title = name
        self._smooth = smooth
        self._shades: NDArray[np.uint8] | None = None
        self._image = QImage()
        self._table: tuple[int, ...] = ()
        self._place = Extent(0.0, 1.0, 0.0, 1.0)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self._image.height(), self._image.width())

    def show_shades(self, shades: NDArray[np.uint8], table: tuple[int, ...], place: Extent) -> None:
        """Show places in a table of 256 colours, over a rectangle of the plane."""
        rows, columns = shades.shape
        # Qt reads the array itself, which must stay.
        self._shades = np.ascontiguousarray(shades)
        self._image = QImage(self._shades.data, columns, rows, columns, QImage.Format.Format_Indexed8)
        self._image.setColorTable(list(table))
        self._table = table
        self._take(place)

    def show_colours(self, colours: NDArray[np.uint8], place: Extent) -> None:
        """Show an array (rows, columns, 4) of blue, green, red and 255."""
        rows, columns, _ = colours.shape
        self._shades = np.ascontiguousarray(colours)
        self._image = QImage(self._shades.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self._take(place)

    def show_table(self, table: tuple[int, ...]) -> None:
        """Show the same in other colours."""
        if table != self._table and not self._image.isNull():
            self._table = table
            self._image.setColorTable(list(table))
            self.update()

    def show_nothing(self) -> None:
        """Be empty."""
        self._image, self._shades = QImage(), None
        self.changed()

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The row and the column at a place."""
        if self._image.isNull():
            return None
        (rows, columns), place = self.size, self._place
        row = (y - place.low) / (place.high - place.low) * rows
        column = (x - place.left) / (place.right - place.left) * columns
        return (int(row), int(column)) if 0 <= row < rows and 0 <= column < columns else None

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """Where the middle of an element lies."""
        (rows, columns), place = self.size, self._place
        x = place.left + (column + 0.5) / columns * (place.right - place.left)
        return x, place.low + (row + 0.5) / rows * (place.high - place.low)

    def draw(self, painter: QPainter) -> None:
        if self._image.isNull():
            return
        if not makes_svg(painter):
            self._draw_image(painter)
            return
        # As pixels: programs that read drawings blur small images, and know nothing of parts of them.
        picture = QImage(self.boundingRect().size().toSize() * FINE, QImage.Format.Format_ARGB32_Premultiplied)
        # Nothing where it is not: there may be another beside it.
        picture.fill(Qt.GlobalColor.transparent)
        own = QPainter(picture)
        own.scale(FINE, FINE)
        self._draw_image(own)
        own.end()
        painter.drawImage(self.boundingRect(), picture)

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        return None if self._image.isNull() else self._place

    def _draw_image(self, painter: QPainter) -> None:
        place, frame = self._place, self.frame
        left, right = (float(each) for each in frame.across([place.left, place.right]))
        first, last = (float(each) for each in frame.down([place.low, place.high]))
        image = self._image.flipped(Qt.Orientation.Vertical) if first > last else self._image
        target = QRectF(left, min(first, last), right - left, abs(first - last))
        image = self._shrunk(image, target, painter.device().devicePixelRatioF())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        self._draw_seen(painter, image, target)

    def _take(self, place: Extent) -> None:
        self._place = place
        self.update()

    def _shrunk(self, image: QImage, target: QRectF, ratio: float) -> QImage:
        """What has more rows or columns than there are pixels is averaged, so that none goes unseen."""
        room = QSize(round(target.width() * ratio), round(target.height() * ratio)).expandedTo(QSize(1, 1))
        size = image.size().boundedTo(room)
        if size == image.size():
            return image
        return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)

    def _draw_seen(self, painter: QPainter, image: QImage, target: QRectF) -> None:
        """Only the elements in sight: near by, the whole would be larger than a painter can count."""
        seen = target.intersected(self.boundingRect())
        if seen.isEmpty():
            return
        across, down = image.width() / target.width(), image.height() / target.height()
        first_x, last_x = int((seen.left() - target.left()) * across), int((seen.right() - target.left()) * across) + 1
        first_y, last_y = int((seen.top() - target.top()) * down), int((seen.bottom() - target.top()) * down) + 1
        last_x, last_y = min(last_x, image.width()), min(last_y, image.height())
        source = QRectF(first_x, first_y, last_x - first_x, last_y - first_y)
        part = QRectF(
            target.left() + first_x / across, target.top() + first_y / down,
            source.width() / across, source.height() / down,
        )  # fmt: skip
        painter.drawImage(part, image, source)
