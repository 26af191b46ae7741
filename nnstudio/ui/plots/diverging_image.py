"""A matrix as an image: orange is negative, blue is positive, and what is hardly seen is zero."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.ui.plots.barred import Barred
from nnstudio.ui.plots.colour_bar import ColourBar
from nnstudio.ui.plots.colours import diverging, limit_of, shades
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.raster import Raster
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.theme import theme_of

Cell = tuple[int, int]


class Matrix(Raster):
    """The image itself; row 0 is at the top."""

    def __init__(self, name: str, row: str, column: str) -> None:
        super().__init__(name)
        self._row, self._column = row, column
        self.values: NDArray[np.floating] = np.empty((0, 0), np.float32)

    def heading(self, x: float, y: float) -> str:
        cell = self.cell(x, y)
        return "" if cell is None else f"{self._row} {cell[0]}, {self._column} {cell[1]}"

    def readings(self, x: float, y: float) -> list[Reading]:
        cell = self.cell(x, y)
        return [] if cell is None else [Reading("", exact(self.values[cell]), x)]

    def beyond(self, x: float, y: float, right: int, up: int) -> tuple[float, float] | None:
        cell = self.cell(x, y)
        if cell is None:
            return None
        row, column = cell[0] - up, cell[1] + right
        rows, columns = self.size
        return self.centre(row, column) if 0 <= row < rows and 0 <= column < columns else None


class Outline(Layer):
    """The edge of one element."""

    def __init__(self, matrix: Matrix) -> None:
        super().__init__(ink="accent", level=20)
        self._matrix = matrix
        self._cell: Cell | None = None

    def show_cell(self, cell: Cell | None) -> None:
        """Mark an element, or none."""
        if cell != self._cell:
            self._cell = cell
            self.update()

    def draw(self, painter: QPainter) -> None:
        if self._cell is None:
            return
        x, y = self._matrix.centre(*self._cell)
        across, down = self.frame.across([x - 0.5, x + 0.5]), self.frame.down([y - 0.5, y + 0.5])
        painter.setPen(QPen(self.theme.color("text"), 1))
        left, right, top, bottom = (round(float(each)) for each in (*across, *down))
        painter.drawRect(left - 1, top - 1, right - left + 1, bottom - top + 1)


class DivergingImage(Barred):
    """Shows a matrix with a bar of colours beside it. `row` and `column` are what those are called."""

    clicked = Signal(int, int)
    """The row and the column of an element."""

    def __init__(
        self, title: str, row: str = "row", column: str = "column", parent: QWidget | None = None, *,
        square: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(Plot(title, column, row, down=True, margins=(0.0, 0.0)), ColourBar(), parent)
        self._names, self._square = (row, column), square
        self._limit: float | None = None
        self.plot.axes.grid.lined = False
        self._matrix = Matrix(title, row, column)
        self._outline = Outline(self._matrix)
        self.plot.add(self._matrix)
        self.plot.add(self._outline)
        self.plot.clicked.connect(self._click)

    @property
    def values(self) -> NDArray[np.floating]:
        """The matrix that is shown."""
        return self._matrix.values

    @property
    def limit(self) -> float:
        """The number whose colour is the strongest."""
        return limit_of(self.values) if self._limit is None else self._limit

    def show_matrix(self, values: ArrayLike, limit: float | None = None) -> None:
        """Show numbers (rows, columns); a row alone is one row. Without a limit, the largest of them is the strongest.

        The array is kept, not copied, and must not be written to any more.
        """
        matrix = np.atleast_2d(np.asarray(values))
        if matrix.ndim != 2:
            raise ValueError("a matrix has rows and columns")
        self._limit = limit
        self._matrix.values = matrix if matrix.dtype.kind == "f" else matrix.astype(np.float64)
        self._paint()
        self.bar.show_limit(self.limit)

    def select(self, cell: Cell | None) -> None:
        """Mark an element."""
        rows, columns = self.values.shape
        known = cell is not None and 0 <= cell[0] < rows and 0 <= cell[1] < columns
        self._outline.show_cell(cell if known else None)

    def table(self) -> Table:
        """A line for each row."""
        row, column = self._names
        numbers = np.arange(len(self.values))
        cells = (Column(f"{column} {number}", cells) for number, cells in enumerate(self.values.T))
        return Table((Column(row, numbers), *cells))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._matrix.show_table(diverging(theme_of(self.palette())))

    def _paint(self) -> None:
        values = self.values
        if not values.size:
            self._matrix.show_nothing()
            return
        before = self._matrix.size
        rows, columns = values.shape
        place = Extent(-0.5, columns - 0.5, -0.5, rows - 0.5)
        self._matrix.show_shades(shades(values, self.limit), diverging(theme_of(self.palette())), place)
        if before != values.shape:
            self.select(None)
            self.plot.axes.keep_shape(columns / rows if self._square else 0.0)
            self._matrix.changed()
            self.plot.fit()

    def _click(self, x: float, y: float, button: Qt.MouseButton) -> None:
        cell = self._matrix.cell(x, y)
        if cell is not None and button is Qt.MouseButton.LeftButton:
            self.clicked.emit(*cell)
