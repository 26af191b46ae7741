"""The sheet: all parameters of a layer beside each other, a row for each unit."""

from collections.abc import Mapping
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.layers.shapes import Array
from nnstudio.ui.panels.cells import Cells, Index, Outline
from nnstudio.ui.panels.steady import Steady
from nnstudio.ui.plots.axis import Axis
from nnstudio.ui.plots.barred import Barred
from nnstudio.ui.plots.colour_bar import ColourBar
from nnstudio.ui.plots.colours import diverging, limit_of
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import theme_of

NARROWEST = 0.06  # Of the matrix's width: so wide a single column beside it is, at least.
APART = (44, 18)  # Pixels between two numbers at an axis, across and down.
ROUND = (1, 2, 5)

Ticks = list[tuple[float, str]]


class WeightSheet(Barred):
    """The matrix of weights, and beside it the biases, or whatever else the layer has one of for each unit."""

    picked = Signal(str, object)
    """The name of a parameter, and the index of a number in it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(Plot(title, "", "", down=True, margins=(0.0, 0.0)), ColourBar(), parent)
        self._cells: dict[str, Cells] = {}
        self._names = "", ""
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._ticks: tuple[Ticks, Ticks] = [], []
        self._steady = Steady()
        self._picked: tuple[str, Index] | None = None
        self._outline = Outline()
        self.plot.axes.grid.lined = False
        self.plot.add(self._outline)
        self.plot.clicked.connect(self._click)
        self.plot.frame_changed.connect(self._show_ticks)

    @property
    def arrays(self) -> dict[str, Array]:
        """The numbers that are shown, by parameter; a row for each unit."""
        return {name: cells.values for name, cells in self._cells.items()}

    def say(self, row: str, column: str) -> None:
        """What rows and columns are called."""
        if (row, column) != self._names:
            self._names = row, column
            self._shapes = {}

    def show_arrays(self, arrays: Mapping[str, Array]) -> None:
        """Show parameters (units, …) by their names. The arrays are kept, and must not be written to any more."""
        shapes = {name: array.shape for name, array in arrays.items()}
        moved = shapes != self._shapes
        if moved:
            self._shapes = shapes
            self._begin()
        limit = self._steady.limit(max(limit_of(array) for array in arrays.values()))
        table = diverging(theme_of(self.palette()))
        for (name, array), place in zip(arrays.items(), _places(shapes), strict=True):
            self._cells[name].show_array(array, limit, table, place)
        self.bar.show_limit(limit)
        if moved:
            for cells in self._cells.values():
                cells.changed()
            self.plot.fit()
            self.mark(self._picked)
            self._show_ticks()

    def mark(self, picked: tuple[str, Index] | None) -> None:
        """Outline a number."""
        self._picked = picked
        cells = self._cells.get(picked[0]) if picked else None
        cell = cells.cell_of(picked[1]) if cells and picked else None
        self._outline.show_edges(cells.rectangle(cell) if cells and cell else None)

    def table(self) -> Table:
        """A line for each unit: all that belongs to it."""
        columns = [Column(self._names[0], np.arange(max(map(len, self.arrays.values()), default=0)))]
        for name, cells in self._cells.items():
            for number, column in enumerate(cells.values.T):
                place = " ".join(map(str, cells.index(0, number)[1:]))
                columns.append(Column(f"{name} {place}".strip(), column))
        return Table(tuple(columns))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for cells in self._cells.values():
                cells.show_table(diverging(theme_of(self.palette())))

    def _begin(self) -> None:
        """Another layer: other parameters, and a scale of its own."""
        row, column = self._names
        self.plot.say(column, row)
        self._steady = Steady()
        for cells in self._cells.values():
            self.plot.remove(cells)
        self._cells = {name: Cells(name, row) for name in self._shapes}
        for cells in self._cells.values():
            self.plot.add(cells)

    def _click(self, x: float, y: float, button: Qt.MouseButton) -> None:
        for name, cells in self._cells.items():
            cell = cells.cell(x, y)
            if cell is not None and button is Qt.MouseButton.LeftButton:
                self.picked.emit(name, cells.index(*cell))

    def _show_ticks(self) -> None:
        """Numbers of units and inputs, whole ones only, and the names of what stands beside the matrix."""
        frame = self.plot.frame
        if not self._cells or not frame.drawable:
            return
        matrix = next((cells for name, cells in self._cells.items() if len(self._shapes[name]) > 1), None)
        beside = [(name, cells) for name, cells in self._cells.items() if cells is not matrix]
        columns = matrix.size[1] if matrix else 0
        across = _numbers(frame.left, frame.right, columns, frame.width, px(APART[0]))
        across += [((cells.place.left + cells.place.right) / 2, name) for name, cells in beside]
        rows = max(cells.size[0] for cells in self._cells.values())
        down = _numbers(frame.top, frame.bottom, rows, frame.height, px(APART[1]))
        # Setting them can move the axes, which ends here.
        if (across, down) != self._ticks:
            self._ticks = across, down
            _set(self.plot.axes.bottom, across)
            _set(self.plot.axes.side, down)


def _places(shapes: Mapping[str, tuple[int, ...]]) -> list[Extent]:
    """Where each parameter stands: a matrix has a unit for each column, what stands beside it is wide enough to see."""
    left, places = -0.5, []
    widest = max((int(np.prod(shape[1:])) for shape in shapes.values()), default=1)
    narrow = max(1.0, NARROWEST * widest)
    for shape in shapes.values():
        wide = float(np.prod(shape[1:])) if len(shape) > 1 else narrow
        places.append(Extent(left, left + wide, -0.5, shape[0] - 0.5))
        left += wide + narrow / 2
    return places


def _numbers(low: float, high: float, count: int, pixels: float, apart: int) -> Ticks:
    low, high = min(low, high), max(low, high)
    needed = (high - low) / pixels * apart
    step = next(each * 10**decade for decade in range(12) for each in ROUND if each * 10**decade >= needed)
    first, last = max(ceil(low / step), 0), min(floor(high / step), (count - 1) // step)
    return [(float(number * step), f"{number * step:,}") for number in range(first, last + 1)]


def _set(axis: Axis, ticks: Ticks) -> None:
    axis.setTicks([ticks])
