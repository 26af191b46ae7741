"""Weight space: two numbers of a neuron as axes, its vector, the way it went, and the error over both."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.layers.shapes import Array
from nnstudio.ui.panels.neuron_line import draw_arrow
from nnstudio.ui.panels.neuron_site import Range
from nnstudio.ui.plots.colours import class_colours, mixed
from nnstudio.ui.plots.contour import Contour
from nnstudio.ui.plots.frame import Frame
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.raster import Raster
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.plots.trail import Trail
from nnstudio.ui.theme import Theme

LEVELS = 10
NEAR = 12.0  # Pixels.
DEEP = 0.55  # How much of the accent the lowest place gets.
SHADES = 255
FAINT, MANY = 0.75, 40  # Of sample lines; many are fainter still.


class WeightSpace(Plot):
    """Who drags the arrow moves the neuron."""

    def __init__(self, moved: Callable[[float, float], object], begun: Callable[[], object],
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(tr("Weight space"), "w₁", "w₂", parent)
        self.axes.grid.lined = False
        self.axes.keep_shape(1.0)
        self._costs, self._ranges = np.empty((0, 0)), ((-1.0, 1.0), (-1.0, 1.0))
        self._ground, self._heights = CostField(), Contour(ink="dim")
        self.lines, self.path = SampleLines(), Trail("", "text", counted=False)
        self.arrow = WeightArrow(moved, begun)
        for layer in (self._ground, self._heights, self.lines, self.path, self.arrow):
            self.add(layer)
        self.zoom_to(*self._ranges)

    def show_ranges(self, ranges: Sequence[Range]) -> None:
        """Show another part of the weights."""
        if tuple(ranges) != self._ranges:
            self._ranges = ranges[0], ranges[1]
            self.zoom_to(*self._ranges)

    def show_costs(self, costs: Array) -> None:
        """The error on a grid from one end of the ranges to the other: (numbers of the second, of the first)."""
        self._costs = costs
        known = costs[np.isfinite(costs)]
        x, y = (np.linspace(*span, count) for span, count in zip(self._ranges, costs.shape[::-1], strict=True))
        if costs.shape[0] < 2 or costs.shape[1] < 2 or not known.size or known.min() == known.max():
            self._heights.show_heights((), (), np.empty((0, 0)), ())
            self._ground.show_nothing()
            return
        low, high = float(known.min()), float(known.max())
        steps = (np.arange(1, LEVELS + 1) / (LEVELS + 1)) ** 2
        self._heights.show_heights(x, y, costs, (low + (high - low) * steps).tolist())
        self._ground.show_costs(costs, self._ranges, low, high)

    def table(self) -> Table:
        """The error at every place of the grid, then the path."""
        rows, columns = self._costs.shape
        x, y = np.meshgrid(*(np.linspace(*span, count) for span, count in zip(self._ranges, (columns, rows),
                                                                              strict=True)))  # fmt: skip
        names = str(self.axes.bottom.labelText), str(self.axes.side.labelText)
        way = [column for series in self.path.series() for column in series.columns]
        return Table((
            Column(names[0], x.ravel()), Column(names[1], y.ravel()), Column("cost", self._costs.ravel()),
            *(Column(f"path, {name}", column.cells) for name, column in zip(names, way, strict=False)),
        ))  # fmt: skip


class CostField(Raster):
    """Darker or brighter where the error is small."""

    def __init__(self) -> None:
        super().__init__("cost", smooth=True)
        self._heights = np.empty((0, 0))

    def show_costs(self, costs: Array, ranges: Sequence[Range], low: float, high: float) -> None:
        """Costs at the corners of cells; each is drawn as a rectangle around its place."""
        rows, columns = costs.shape
        self._heights = costs
        share = np.sqrt(np.clip(np.nan_to_num((costs - low) / (high - low), nan=1.0, posinf=1.0), 0, 1))
        (left, right), (bottom, top) = ranges
        across, up = (right - left) / (2 * (columns - 1)), (top - bottom) / (2 * (rows - 1))
        place = Extent(left - across, right + across, bottom - up, top + up)
        self.show_shades((share * SHADES).astype(np.uint8), self.colours(self.theme), place)

    def colours(self, theme: Theme) -> tuple[int, ...]:
        """From low places to high ones."""
        return _deep(theme)

    def show_in(self, frame: Frame, theme: Theme) -> None:
        super().show_in(frame, theme)
        self.show_table(self.colours(theme))

    def heading(self, x: float, y: float) -> str:
        cell = self.cell(x, y)
        if cell is None:
            return ""
        here = self.centre(*cell)
        return ", ".join(exact(float(f"{number:.6g}")) for number in here)

    def readings(self, x: float, y: float) -> list[Reading]:
        cell = self.cell(x, y)
        return [Reading(tr("cost"), exact(float(self._heights[cell])), x)] if cell is not None else []


class WeightArrow(Layer):
    """From the origin to the weights; it can be dragged at its tip."""

    def __init__(self, moved: Callable[[float, float], object], begun: Callable[[], object]) -> None:
        super().__init__("", "accent", level=10)
        self._moved, self._begun = moved, begun
        self.at = (0.0, 0.0)

    def show_at(self, x: float, y: float) -> None:
        """Point elsewhere."""
        self.at = x, y
        self.update()

    def pixel(self) -> QPointF:
        """Where its tip is."""
        return self._place(*self.at)

    def draw(self, painter: QPainter) -> None:
        if not np.isfinite(self.at).all():
            return
        origin, tip = self._place(0.0, 0.0), self.pixel()
        painter.setPen(QPen(self.theme.color("dim"), 1))
        painter.drawLine(QLineF(origin.x() - 5, origin.y(), origin.x() + 5, origin.y()))
        painter.drawLine(QLineF(origin.x(), origin.y() - 5, origin.x(), origin.y() + 5))
        draw_arrow(painter, self, origin, tip)

    def readings(self, x: float, y: float) -> list[Reading]:
        here = self._place(x, y)
        if (here - self.pixel()).manhattanLength() > NEAR:
            return []
        return [Reading(tr("now"), ", ".join(exact(float(f"{number:.9g}")) for number in self.at), *self.at)]

    def grasp(self, place: QPointF) -> bool:
        near = (self.pixel() - place).manhattanLength() <= NEAR
        if near:
            self._begun()
        return near

    def drag_to(self, x: float, y: float) -> None:
        self._moved(x, y)

    def _place(self, x: float, y: float) -> QPointF:
        return QPointF(float(self.frame.across(x)), float(self.frame.down(y)))


class SampleLines(Layer):
    """Each sample draws a line: weights on one side of it answer yes, on the other no."""

    def __init__(self) -> None:
        super().__init__(level=-3)
        self._factors = np.empty((0, 3))
        self._classes = np.empty(0, np.intp)

    def show_samples(self, factors: Array, classes: Array) -> None:
        """Lines p·u + q·v + r = 0 over the axes u and v: p, q and r for each sample, and its class."""
        self._factors, self._classes = np.array(factors, np.float64), np.array(classes, np.intp)
        self.update()

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self._factors) <= MANY)
        count = max(2, int(self._classes.max(initial=0)) + 1)
        for number, colour in enumerate(class_colours(self.theme, count)):
            lines = self._ends(self._factors[self._classes == number])
            shade = QColor(colour)
            shade.setAlphaF(FAINT if len(self._factors) <= MANY else FAINT / 3)
            painter.setPen(QPen(shade, 1))
            painter.drawLines([QLineF(*line) for line in lines.tolist()])

    def _ends(self, factors: Array) -> Array:
        """Where lines enter and leave the plot, in pixels."""
        p, q, r = factors.T
        frame = self.frame
        ends = np.full((len(factors), 4), np.nan)
        steep = np.abs(p) > np.abs(q)
        with np.errstate(divide="ignore", invalid="ignore"):
            for place, (u, v) in enumerate(((frame.left, frame.bottom), (frame.right, frame.top))):
                ends[:, 2 * place] = frame.across(np.where(steep, -(q * v + r) / p, u))
                ends[:, 2 * place + 1] = frame.down(np.where(steep, v, -(p * u + r) / q))
        known = np.isfinite(ends).all(axis=1) & (np.abs(ends) < 1e6).all(axis=1)
        found: Array = ends[known]
        return found


def tr(text: str) -> str:
    """A text of weight space in the user's language."""
    return QCoreApplication.translate("WeightSpace", text)


@lru_cache
def _deep(theme: Theme) -> tuple[int, ...]:
    """From the colour of low places to that of the panel."""
    ground, low = theme.color("panel"), theme.color("accent")
    return tuple(mixed(low, ground, 1 - DEEP * (1 - share / SHADES)).rgb() for share in range(SHADES + 1))
