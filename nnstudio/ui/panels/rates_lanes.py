"""The lanes in sight: their curves, the key, and the loss that each came to against its rate."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnstudio.experiments.regimes import Band
from nnstudio.live.laboratory.records import LaneRecord
from nnstudio.ui.panels.rates_curves import Blown, LanePlot
from nnstudio.ui.panels.rates_finals import FinalPlot
from nnstudio.ui.panels.rates_key import LaneKey
from nnstudio.ui.panels.rates_stability import Limit, told_apart
from nnstudio.ui.panels.rates_words import band_of, finals_of
from nnstudio.ui.plots.rate_colours import rate_colour
from nnstudio.ui.plots.table import Table, joined
from nnstudio.ui.theme import Theme


class LanesView(QWidget):
    """Two plots and the key between them; a lane can be picked in each."""

    picked = Signal(object)
    """The lane at which was clicked, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves, self.finals = LanePlot(self._colour_of), FinalPlot(self._colour_of)
        self.key = LaneKey(self)
        self.band: Band | None = None
        self.smoothing = 0.0
        self._lanes: list[LaneRecord] = []
        self._ends = (1.0, 1.0)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        for part, share in ((self.curves, 5), (self.key, 0), (self.finals, 4)):
            across.addWidget(part, share)
        self.key.picked.connect(self.picked)
        self.curves.clicked.connect(self._pick_curve)
        self.finals.clicked.connect(self._pick_dot)

    def pictured(self) -> list[QWidget]:
        """Both plots and what the colours are."""
        return [self.curves, self.key, self.finals]

    def table(self) -> Table:
        """Every batch of every lane."""
        return joined(self.tr("Step"), [each for curve in self.curves.curves.values() for each in curve.series()])

    def show_lanes(self, lanes: list[LaneRecord]) -> bool:
        """Draw these lanes; whether they are others than before."""
        if self._lanes == lanes:
            return False
        self._lanes = lanes
        rates = [lane.rate for lane in lanes]
        self._ends = (min(rates), max(rates)) if rates else self._ends
        self.curves.show_lanes(lanes, self.smoothing)
        self.key.show_lanes(lanes)
        return True

    def grow(self, at_once: bool = True) -> None:
        """There are new batches."""
        self.curves.grow(at_once)

    def fit(self) -> None:
        """All has come: nothing more needs room, unless the user has moved the range."""
        for plot in (self.curves, self.finals):
            if plot.following:
                plot.fit()

    def look(self, first_loss: float | None) -> None:
        """See what the lanes came to so far."""
        finals = finals_of(self._lanes, self.smoothing)
        self.band = band_of(finals, first_loss)
        self.finals.dots.show_finals(finals, first_loss)
        self.finals.regimes.show_band(self.band)
        self.curves.crosses.show_blown(Blown(each.rate, each.blown_up) for each in finals if each.blown_up is not None)
        self.key.show_blown_up({each.lane: each.blown_up for each in finals})

    def show_limits(self, first: Limit | None, latest: Limit | None) -> None:
        """Draw the stability lines: at the first weights, and where it was measured later."""
        self.finals.stability.show_limits(*told_apart(first, latest))
        self.key.show_limit(first)

    def smooth(self, smoothing: float) -> None:
        """Average over the latest batches."""
        self.smoothing = smoothing
        self.curves.smooth(smoothing)

    def choose(self, lane: int | None) -> None:
        """Let a lane stand out."""
        for part in (self.curves, self.key, self.finals.dots):
            part.choose(lane)

    def _pick_curve(self, x: float, y: float, button: object) -> None:
        self.picked.emit(self.curves.lane_at(x, y))

    def _pick_dot(self, x: float, y: float, button: object) -> None:
        final = self.finals.dots.at(x, y)
        self.picked.emit(None if final is None else final.lane)

    def _colour_of(self, rate: float, theme: Theme) -> QColor:
        return rate_colour(theme, rate, *self._ends)
