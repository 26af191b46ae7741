"""Cells: the numbers of one parameter as coloured cells in a plot, each known by its index."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter, QPen

from nnstudio.layers.shapes import Array
from nnstudio.ui.plots.colours import shades
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.raster import Raster

SMALLEST = 5  # Pixels of the outline, so that it is seen around the smallest cell.

Index = tuple[int, ...]


def indexed(name: str, index: Index) -> str:
    """A number of a parameter as NumPy calls it: weights[3, 7]."""
    return f"{name}[{', '.join(map(str, index))}]"


def reading_of(name: str, index: Index, value: object) -> str:
    """The same with its exact value."""
    return f"{indexed(name, index)} = {exact(value)}"


class Cells(Raster):
    """A parameter: a row for each unit, and in it everything that belongs to the unit."""

    def __init__(self, name: str, row: str) -> None:
        super().__init__(name)
        self._row = row
        self._shape: tuple[int, ...] = ()
        self.values: NDArray[np.floating] = np.empty((0, 0), np.float32)

    def show_array(self, array: Array, limit: float, table: tuple[int, ...], place: Extent) -> None:
        """Show numbers (units, …) in a rectangle of the plane. The array is kept."""
        self._shape = array.shape
        self.values = array.reshape(len(array), -1)
        self.show_shades(shades(self.values, limit), table, place)

    @property
    def place(self) -> Extent:
        """The rectangle that they fill."""
        return self._place

    def index(self, row: int, column: int) -> Index:
        """The index of a cell in the parameter's own shape."""
        return (row, *(int(each) for each in np.unravel_index(column, self._shape[1:]))) if self._shape[1:] else (row,)

    def cell_of(self, index: Index) -> tuple[int, int] | None:
        """Where an index is shown, if it is."""
        if len(index) != len(self._shape) or any(
            not 0 <= each < size for each, size in zip(index, self._shape, strict=True)
        ):
            return None
        return index[0], int(np.ravel_multi_index(index[1:], self._shape[1:])) if index[1:] else 0

    def rectangle(self, cell: tuple[int, int]) -> Extent:
        """The edges of a cell."""
        x, y = self.centre(*cell)
        wide = (self._place.right - self._place.left) / self.size[1] / 2
        return Extent(x - wide, x + wide, y - 0.5, y + 0.5)

    def heading(self, x: float, y: float) -> str:
        cell = self.cell(x, y)
        return "" if cell is None else f"{self._row} {cell[0]}"

    def readings(self, x: float, y: float) -> list[Reading]:
        cell = self.cell(x, y)
        if cell is None:
            return []
        return [Reading("", reading_of(self.title, self.index(*cell), self.values[cell]), x)]

    def beyond(self, x: float, y: float, right: int, up: int) -> tuple[float, float] | None:
        cell, (rows, columns) = self.cell(x, y), self.size
        if cell is not None:
            row, column = cell[0] - up, cell[1] + right
            return self.centre(row, column) if 0 <= row < rows and 0 <= column < columns else None
        row = round(y)
        if not right or not 0 <= row < rows:
            return None
        # From the parameter beside this one.
        ahead = x < self._place.left if right > 0 else x > self._place.right
        return self.centre(row, 0 if right > 0 else columns - 1) if ahead else None


class Outline(Layer):
    """The edge of the cell that is picked."""

    def __init__(self) -> None:
        super().__init__(level=20)
        self._edges: Extent | None = None

    def show_edges(self, edges: Extent | None) -> None:
        """Mark a rectangle, or none."""
        if edges != self._edges:
            self._edges = edges
            self.update()

    def draw(self, painter: QPainter) -> None:
        if self._edges is None:
            return
        edges = self._edges
        left, right = (round(float(each)) for each in self.frame.across([edges.left, edges.right]))
        top, bottom = (round(float(each)) for each in self.frame.down([edges.low, edges.high]))
        wide, high = max(SMALLEST - (right - left), 0) // 2, max(SMALLEST - (bottom - top), 0) // 2
        painter.setPen(QPen(self.theme.color("text"), 1))
        painter.drawRect(left - 1 - wide, top - 1 - high, right - left + 1 + 2 * wide, bottom - top + 1 + 2 * high)
