"""How weights are spread: a histogram of now, and beside it how it came about."""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnstudio.live.probes.histograms import Spread, Spreads
from nnstudio.ui.plots.bars import Bars
from nnstudio.ui.plots.colours import mixed
from nnstudio.ui.plots.layer import Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.raster import Raster
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.theme import Theme, theme_of

SHADES = 255
COLUMNS = 160  # Of the picture over time: keyframes need not be equally far from each other.


@lru_cache
def shades_of(theme: Theme) -> tuple[int, ...]:
    """From nothing to the accent."""
    colours = (mixed(theme.color("panel"), theme.color("accent"), place / SHADES) for place in range(SHADES + 1))
    return tuple(colour.rgb() for colour in colours)


class OverTime(Raster):
    """A histogram for each moment, upright, the stronger the more numbers there are."""

    def __init__(self) -> None:
        super().__init__()
        self.spreads: Spreads | None = None

    def show_spreads(self, spreads: Spreads, theme: Theme) -> None:
        """Show histograms at their steps; each holds until the next."""
        self.spreads = spreads
        first, last = int(spreads.steps[0]), max(int(spreads.steps[-1]), int(spreads.steps[0]) + 1)
        moments = np.linspace(first, last, COLUMNS)
        rows = spreads.counts[np.searchsorted(spreads.steps, moments, "right") - 1]
        # The root: what is seldom should be seen beside what is frequent.
        shares = np.sqrt(rows / max(int(spreads.counts.max()), 1))
        place = Extent(first, last, float(spreads.edges[0]), float(spreads.edges[-1]))
        self.show_shades(np.rint(SHADES * shares.T).astype(np.uint8), shades_of(theme), place)
        self.changed()

    def heading(self, x: float, y: float) -> str:
        found = self._found(x, y)
        assert self.spreads is not None or found is None
        return "" if found is None or self.spreads is None else f"step {int(self.spreads.steps[found[0]]):,}"

    def readings(self, x: float, y: float) -> list[Reading]:
        found = self._found(x, y)
        if found is None or self.spreads is None:
            return []
        moment, bin = found
        edges = self.spreads.edges
        between = f"{exact(float(edges[bin]))} … {exact(float(edges[bin + 1]))}"
        return [Reading(between, exact(int(self.spreads.counts[moment, bin])), x)]

    def _found(self, x: float, y: float) -> tuple[int, int] | None:
        if self.spreads is None or self.cell(x, y) is None:
            return None
        moment = int(np.searchsorted(self.spreads.steps, x, "right")) - 1
        bin = int(np.searchsorted(self.spreads.edges, y, "right")) - 1
        return max(moment, 0), min(max(bin, 0), self.spreads.counts.shape[1] - 1)


class WeightSpread(QWidget):
    """Two plots side by side."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.now = Plot(self.tr("Histogram now"), self.tr("weight"), self.tr("how many now"), self, log="y")
        self.over_time = Plot(self.tr("Histogram over time"), self.tr("step"), self.tr("weight"), self, margins=(0, 0))
        self.over_time.axes.grid.lined = False
        self._bars, self._picture = Bars("", signed=True), OverTime()
        self._spread: Spread | None = None
        self.now.add(self._bars)
        self.over_time.add(self._picture)
        self.setFocusProxy(self.now)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.now, 1)
        row.addWidget(self.over_time, 1)

    def say(self, name: str) -> None:
        """What the numbers are called."""
        self.now.say(name, self.tr("how many now"))
        self.over_time.say(self.tr("step"), name)

    def show_spread(self, spread: Spread) -> None:
        """The histogram of now."""
        self._spread = spread
        self._bars.show_bars(spread.edges, spread.counts)

    def show_spreads(self, spreads: Spreads) -> None:
        """The histograms of before."""
        self._picture.show_spreads(spreads, theme_of(self.palette()))

    def table(self) -> Table:
        """The histogram of now, then a column for each moment before."""
        columns: list[Column] = []
        if self._spread is not None:
            edges = self._spread.edges
            columns += [Column("from", edges[:-1]), Column("to", edges[1:]), Column("now", self._spread.counts)]
        spreads = self._picture.spreads
        if spreads is not None:
            columns += [Column("from, over time", spreads.edges[:-1]), Column("to, over time", spreads.edges[1:])]
            columns += [
                Column(f"step {step}", counts) for step, counts in zip(spreads.steps, spreads.counts, strict=True)
            ]
        return Table(tuple(columns))

    def pictured(self) -> list[QWidget]:
        """Both plots."""
        return [self.now, self.over_time]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._picture.show_table(shades_of(theme_of(self.palette())))
