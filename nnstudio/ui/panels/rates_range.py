"""The range test: loss against a rate that rises from batch to batch, and the rate that it suggests."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, log, log10

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from nnstudio.experiments.range_advice import SMOOTHED_OVER
from nnstudio.live.laboratory.records import RangeRecord
from nnstudio.ui.panels.rates_curves import HEADROOM, HEADROOM_LOG
from nnstudio.ui.panels.rates_fields import tr
from nnstudio.ui.panels.rates_finals import Present
from nnstudio.ui.panels.rates_stability import StabilityLine
from nnstudio.ui.plots.bundle import strong_line
from nnstudio.ui.plots.colours import colour_of
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.frame import placed
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.rate_colours import scale_colour
from nnstudio.ui.plots.smoothing import smoothed
from nnstudio.ui.plots.source import Points
from nnstudio.ui.plots.table import Column, Series

BESIDE = 4  # Pixels between a line and its words.
ROWS = 2  # Of words, before those of the stability line.
SHADES = 32  # Pieces of the line, each in the colour of its rates.
ALIKE = 0.08  # The suggestion is rounded.
TENTH = 0.1  # Of the rate with the lowest loss: the usual other choice.


class RangeCurve(Curve):
    """The losses, faintly, or the line through them. What runs away does not set the range."""

    def __init__(self, name: str, strong: bool) -> None:
        super().__init__(name, Points((), ()), "dim", faint=not strong)
        self._strong, self._first = strong, inf
        self._ends = (1.0, 10.0)
        self.setZValue(1.0 if strong else 0.0)

    def show_losses(self, rates: np.ndarray, losses: np.ndarray, ends: tuple[float, float]) -> None:
        """Draw other losses, on the way from the least to the greatest rate."""
        self._ends = ends
        self._first = float(losses[0]) if len(losses) else inf
        self.show_source(Points(rates, losses))

    def draw(self, painter: QPainter) -> None:
        if not self._strong:
            super().draw(painter)
            return
        first, last = self.frame.across(self._ends).tolist()
        edges = np.linspace(first, last, SHADES + 1)
        for (x, y), _ in self._made_lines():
            for place in range(SHADES):
                begin, end = np.searchsorted(x, edges[place : place + 2])
                # With the neighbour, so that there is no gap.
                part = slice(max(begin - 1, 0), end)
                colour = scale_colour(self.theme, (place + 0.5) / SHADES)
                strong_line(painter, self.boundingRect(), x[part], y[part], colour)

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        found = super().extent(log_x, log_y)
        if found is None:
            return None
        left, right = placed(self._ends, log_x).tolist()
        found = found._replace(left=left, right=right)
        if not isfinite(self._first) or self._first <= 0:
            return found
        top = log10(self._first * HEADROOM_LOG) if log_y else self._first * HEADROOM
        return found._replace(low=min(found.low, top), high=min(found.high, top))


@dataclass(frozen=True)
class Sign:
    """A rate that matters, and why."""

    rate: float
    words: str
    ink: str = "dim"


class Signs(Layer):
    """An upright line at each rate; the words stand in rows, so that they do not cover one another."""

    def __init__(self, font: QFont) -> None:
        super().__init__(tr("Mark"), "dim", level=-5)
        self._font = font
        self._signs: tuple[Sign, ...] = ()

    def show_signs(self, signs: Sequence[Sign]) -> None:
        """Mark other rates."""
        if tuple(signs) != self._signs:
            self._signs = tuple(sorted(signs, key=lambda sign: sign.rate))
            self.changed()

    def draw(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        free: list[float] = []
        for sign in self._signs:
            x = float(self.frame.across(sign.rate))
            if not 0 <= x <= self.frame.width:
                continue
            colour = colour_of(self.theme, sign.ink)
            painter.setPen(QPen(colour, 1.6 if sign.ink != self.ink else 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(round(x) + 0.5, 0), QPointF(round(x) + 0.5, self.frame.height))
            wide = metrics.horizontalAdvance(sign.words) + 2 * BESIDE
            left = x if x + wide < self.frame.width else x - wide
            row = next((row for row, end in enumerate(free) if end < left), len(free))
            free[row : row + 1] = [left + wide]
            painter.setPen(colour)
            down = metrics.ascent() + BESIDE + row * (metrics.height() + 2)
            painter.drawText(QPointF(left + BESIDE, down), sign.words)

    def readings(self, x: float, y: float) -> list[Reading]:
        if not self.frame.drawable:
            return []
        here = float(self.frame.across(x))
        near = [sign for sign in self._signs if abs(float(self.frame.across(sign.rate)) - here) <= BESIDE]
        return [Reading(sign.words, exact(sign.rate), sign.rate) for sign in near]

    def series(self) -> list[Series]:
        rates = np.array([sign.rate for sign in self._signs], np.float64)
        return [Series(rates, (Column(self.name, [sign.words for sign in self._signs]),))]


class RangePlot(Plot):
    """The losses of a range test, with marks at what matters."""

    def __init__(self) -> None:
        super().__init__(tr("Range test"), tr("Learning rate"), tr("Loss of the batch"), log="xy")
        font = self.legend.font()
        self.losses, self.line = RangeCurve(tr("Batches"), strong=False), RangeCurve(tr("Smoothed"), strong=True)
        self.signs, self.present, self.stability = Signs(font), Present(), StabilityLine(font, row=ROWS)
        for layer in (self.stability, self.signs, self.present, self.losses, self.line):
            self.add(layer)
            self.legend.remove(layer)
        self.set_log(True, False)

    def show_range(self, record: RangeRecord | None, least: float, greatest: float) -> None:
        """Draw what a range test has come to so far."""
        rates = np.array(record.rates if record else (), np.float64)
        losses = np.array(record.losses if record else (), np.float64)
        ends = (least, greatest) if len(rates) else (1.0, 10.0)
        self.losses.show_losses(rates, losses, ends)
        self.line.show_losses(rates, smooth_losses(rates, losses, least, greatest), ends)
        self._show_marks(record)

    def _show_marks(self, record: RangeRecord | None) -> None:
        advice = record.advice if record else None
        if advice is None:
            self.signs.show_signs([])
            return
        places = {
            tr("steepest"): advice.steepest, tr("a tenth of the lowest"): TENTH * advice.lowest,
            tr("lowest"): advice.lowest,
        }  # fmt: skip
        same = [words for words, at in places.items() if abs(at / advice.rate - 1) < ALIKE]
        suggestion = ": ".join([tr("try {}").format(f"{advice.rate:.2g}"), *same[:1]])
        others = [Sign(at, words) for words, at in places.items() if words not in same]
        self.signs.show_signs([Sign(advice.rate, suggestion, "good"), *others])


def smooth_losses(rates: np.ndarray, losses: np.ndarray, least: float, greatest: float) -> np.ndarray:
    """The line that the advice is read off: a mean over the latest thirtieth of all batches of the test."""
    if len(rates) < 2:
        return losses
    # How many there would be in all: the test may have ended early.
    planned = round(log(greatest / least) / log(rates[1] / rates[0])) + 1
    beta = 1 - min(1.0, SMOOTHED_OVER / planned)
    return smoothed(np.arange(len(losses), dtype=np.float64), losses, beta)
