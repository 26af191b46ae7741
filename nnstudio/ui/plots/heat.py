"""The heat map: what a network answers over the plane, with the samples that it learned from on top."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.ui.plots.axes import Label
from nnstudio.ui.plots.barred import Barred
from nnstudio.ui.plots.colour_bar import ColourBar
from nnstudio.ui.plots.colours import MUTED, class_colours, diverging, limit_of, mixed, shades
from nnstudio.ui.plots.contour import Contour, contour_lines
from nnstudio.ui.plots.layer import Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.raster import Raster
from nnstudio.ui.plots.scatter import Scatter
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.theme import Theme, theme_of


def muted(theme: Theme) -> tuple[int, ...]:
    """The scale from orange to blue, so pale that points stand out on it."""
    return diverging(theme, MUTED + 0.2)


class Field(Raster):
    """Answers at the middles of a raster: one number for each, or one for each class."""

    def __init__(self, name: str, smooth: bool = True) -> None:
        super().__init__(name, smooth)
        self.answers: NDArray[np.floating] = np.empty((0, 0))
        self.names: tuple[str, ...] = ()

    def readings(self, x: float, y: float) -> list[Reading]:
        cell = self.cell(x, y)
        if cell is None:
            return []
        if self.answers.ndim == 2:
            return [Reading(self.title, exact(self.answers[cell]), x)]
        answers = self.answers[:, *cell]
        return [Reading(name, exact(answer), x) for name, answer in zip(self.names, answers, strict=False)]


class Heat(Barred):
    """Answers over a rectangle of the plane, the line of the decision, and points. Both mouse buttons are told."""

    clicked = Signal(float, float, object)
    """A place and the mouse button; Enter and Delete click where the cursor is."""

    def __init__(
        self, title: str, x: Label | str = "x₁", y: Label | str = "x₂", parent: QWidget | None = None, *,
        square: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(Plot(title, x, y, margins=(0.0, 0.0)), ColourBar(table=muted), parent)
        self.plot.right_clicks = True
        self.plot.axes.grid.lined = False
        self._field, self.contour, self.points = Field(title), Contour(), Scatter()
        for layer in (self._field, self.contour, self.points):
            self.plot.add(layer)
        self._place, self._size = Extent(-1.0, 1.0, -1.0, 1.0), (0, 0)
        self._names: tuple[str, ...] = ()
        self._square = square
        self._hidden: frozenset[int] = frozenset()
        self.plot.clicked.connect(self.clicked)
        self.plot.legend.toggled.connect(self._show_class)

    def name_answers(self, name: str) -> None:
        """What the answers are called where they are read off."""
        self._field.title = name

    def show_answers(
        self, answers: ArrayLike, place: Extent, middle: float = 0.0, limit: float | None = None, decision: bool = True
    ) -> None:
        """Show numbers (rows, columns), the first row at the bottom, over a rectangle: its outer edges.

        `middle` is the answer of neither class: 0 for tanh, 0.5 for sigmoid. What lies `limit` away is strongest.
        """
        values = np.asarray(answers)
        if values.ndim != 2:
            raise ValueError("answers have rows and columns")
        self._field.answers, self._field.names = values, ()
        from_middle = values - middle
        limit = limit_of(from_middle) if limit is None else limit
        self._take_place(place, values.shape)
        self._field.show_shades(shades(from_middle, limit), muted(theme_of(self.palette())), place)
        self.bar.show_limit(limit, middle)
        self.show_bar(True)
        self._show_contour(from_middle if decision else np.empty((0, 0)))

    def show_classes(self, answers: ArrayLike, place: Extent, names: Sequence[str] = ()) -> None:
        """Show probabilities (classes, rows, columns): each place in the colours of its classes, mixed."""
        values = np.asarray(answers)
        if values.ndim != 3:
            raise ValueError("answers have classes, rows and columns")
        known = tuple(names) or tuple(str(number) for number in range(len(values)))
        self._field.answers, self._field.names = values, known
        self._take_place(place, (values.shape[1], values.shape[2]))
        self._paint_classes()
        self.show_bar(False)
        lines = [contour_lines(*self._middles(), lead, 0.0) for lead in _leads(values)]
        self.contour.show_lines(np.concatenate(lines) if lines else np.empty((0, 4)))

    def show_points(
        self, x: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None, names: Sequence[str] | None = None
    ) -> None:
        """Show samples over it; each class that has a name stands in the legend."""
        self.points.show_points(x, y, classes, names)
        if names is not None and tuple(names) != self._names:
            for number in range(len(self._names)):
                self.plot.legend.remove(number)
            self._names = tuple(names)
            for number, name in enumerate(self._names):
                self.plot.legend.add(number, name, partial(self.points.class_colour, number), dotted=True)

    def table(self) -> Table:
        """A line for each place of the raster, then one for each point."""
        answers = self._field.answers
        stack = answers[None] if answers.ndim == 2 else answers
        across, up = np.meshgrid(*self._middles()) if answers.size else (np.empty(0), np.empty(0))
        series = self.points.series()
        x, y, kinds = (column.cells for column in series[0].columns) if series else ((), (), ())
        names = self._field.names or ("answer",)
        blank = [None] * across.size
        return Table((
            Column("x", [*across.ravel().tolist(), *x]), Column("y", [*up.ravel().tolist(), *y]),
            *(Column(name, each.ravel()) for name, each in zip(names, stack, strict=False)),
            Column("class of the point", [*blank, *kinds]),
        ))  # fmt: skip

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() != QEvent.Type.PaletteChange:
            return
        if self._field.answers.ndim == 3:
            self._paint_classes()
        else:
            self._field.show_table(muted(theme_of(self.palette())))

    def _show_class(self, number: object, shown: bool) -> None:
        if isinstance(number, int):
            self._hidden = self._hidden - {number} if shown else self._hidden | {number}
            self.points.hide_classes(self._hidden)

    def _take_place(self, place: Extent, shape: tuple[int, int]) -> None:
        moved = place != self._place or not self._field.size[0]
        self._place, self._size = place, shape
        if moved:
            self.plot.axes.keep_shape((place.right - place.left) / (place.high - place.low) if self._square else 0.0)
            self.plot.axes.show_range((place.left, place.right), (place.low, place.high))

    def _middles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        rows, columns = self._size
        place = self._place
        x = place.left + (np.arange(columns) + 0.5) / columns * (place.right - place.left)
        return x, place.low + (np.arange(rows) + 0.5) / rows * (place.high - place.low)

    def _show_contour(self, heights: NDArray[np.floating]) -> None:
        if heights.size:
            self.contour.show_heights(*self._middles(), heights)
        else:
            self.contour.show_heights((), (), np.empty((0, 0)))

    def _paint_classes(self) -> None:
        theme = theme_of(self.palette())
        answers = np.nan_to_num(self._field.answers, nan=0.0, posinf=1.0, neginf=0.0)
        ground = theme.color("panel")
        colours = [mixed(ground, colour, MUTED + 0.2) for colour in class_colours(theme, len(answers))]
        table = np.array([[each.blue(), each.green(), each.red()] for each in colours], np.float32)
        mix = np.tensordot(np.clip(answers, 0, 1), table, axes=(0, 0))
        shown = np.full((*mix.shape[:2], 4), 255, np.uint8)
        shown[..., :3] = np.clip(np.rint(mix), 0, 255)
        self._field.show_colours(shown, self._place)


def _leads(answers: NDArray[np.floating]) -> Iterator[NDArray[np.float64]]:
    """For every class, how far it is before the best of the others: it wins where that is positive."""
    answers = np.where(np.isfinite(answers), answers, np.nan)
    for number in range(len(answers)) if len(answers) > 1 else ():
        others = np.delete(answers, number, axis=0)
        yield np.asarray(answers[number] - others.max(axis=0), np.float64)
