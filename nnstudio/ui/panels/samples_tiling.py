"""How samples lie beside each other: tiles in rows, or one below the other; known by arithmetic alone."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize

from nnstudio.ui.theme import GAP


@dataclass(frozen=True)
class Tiling:
    """So many tiles of one size, in as many columns as there is room for. Pixels are counted from the first tile."""

    count: int
    tile: QSize
    columns: int
    left: int = 0

    @classmethod
    def of(cls, count: int, tile: QSize, width: int) -> "Tiling":
        """Fill a width; what is left over is shared out at both sides."""
        columns = max(1, (width - GAP) // tile.width())
        return cls(count, tile, columns, max(0, (width - columns * tile.width()) // 2))

    @property
    def height(self) -> int:
        """Of all rows."""
        return -(-self.count // self.columns) * self.tile.height()

    def place(self, index: int) -> QRect:
        """Where a tile is."""
        row, column = divmod(index, self.columns)
        return QRect(
            QPoint(self.left + column * self.tile.width(), row * self.tile.height()), self.tile
        )  # fmt: skip

    def at(self, point: QPoint) -> int | None:
        """The tile at a pixel."""
        column, row = (point.x() - self.left) // self.tile.width(), point.y() // self.tile.height()
        index = row * self.columns + column
        return index if 0 <= column < self.columns and 0 <= index < self.count else None

    def between(self, top: int, bottom: int) -> range:
        """Those in the rows that are seen between two pixels."""
        first, last = max(top, 0) // self.tile.height(), max(bottom, 0) // self.tile.height()
        return range(min(first * self.columns, self.count), min((last + 1) * self.columns, self.count))
