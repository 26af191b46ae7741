"""The loss of every lane over its steps, coloured by rate; those that diverge end with a cross and their step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite, log10

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from nnstudio.live.laboratory.records import LaneRecord
from nnstudio.ui.panels.rates_fields import shown_rate, tr
from nnstudio.ui.plots.bundle import strong_line
from nnstudio.ui.plots.curve import Curve, Line
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.smoothing import memory
from nnstudio.ui.plots.source import Steps
from nnstudio.ui.plots.strokes import stroke
from nnstudio.ui.theme import GAP, Theme

NEAR = 14  # Pixels within which a click or the cursor finds a lane.
HEADROOM = 1.6  # How many times the first loss the range reaches up to: what diverges runs out of it,
HEADROOM_LOG = 6.0  # and so many times on a logarithmic axis.
CROSS = 4.5
BACKING = 0.85
APART, AT_ONCE = 6, 2  # Milliseconds between two turns, and the lanes of one.
WIDTH = 2  # Pixels of a line,
STRONG = 4  # and of that of the chosen lane.


class LaneCurve(Curve):
    """The smoothed losses of a lane; of the chosen one every batch stands faintly behind."""

    def __init__(self, record: LaneRecord, colour: Callable[[float, Theme], QColor]) -> None:
        super().__init__(tr("Rate {}").format(shown_rate(record.rate)), Steps(record.losses))
        self.record, self._colour_of = record, colour
        self.chosen = False

    @property
    def colour(self) -> QColor:
        return self._colour_of(self.record.rate, self.theme)

    def grow(self) -> None:
        """Make the line of what is new; it is painted with the others."""
        self._extent.clear()
        if self.frame.drawable:
            self._lines, self._drawn_for = self._made_lines(), self.frame

    def draw(self, painter: QPainter) -> None:
        if self._lines is None or self._drawn_for != self.frame:
            self._lines, self._drawn_for = self._made_lines(), self.frame
        for (x, y), strong in self._lines:
            if strong:
                strong_line(painter, self.boundingRect(), x, y, self.colour, STRONG if self.chosen else WIDTH)
            else:
                stroke(painter, self.boundingRect(), x, y, self._shade(False))

    def _made_lines(self) -> list[tuple[Line, bool]]:
        lines = super()._made_lines()
        # Only the strong one: eight faint ones would be a fog.
        return lines if self.chosen else lines[-1:]

    def choose(self, chosen: bool) -> None:
        """Stand out, or not."""
        if chosen != self.chosen:
            self.chosen, self._lines = chosen, None
            self.setZValue(1.0 if chosen else 0.0)
            self.update()

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        found = super().extent(log_x, log_y)
        if found is None:
            return None
        top = ceiling(self.record.losses[0], log_y)
        return found._replace(low=min(found.low, top), high=min(found.high, top))

    def readings(self, x: float, y: float) -> list[Reading]:
        found = super().readings(x, y)[-1:]
        if not found or not self.frame.drawable or not self._is_near(found[0], y):
            return []
        return [Reading(self.name, found[0].value, found[0].x, found[0].y)]

    def away(self, x: float, y: float) -> float:
        """How many pixels it passes above or below a place."""
        count = len(self.record.losses)
        if not self.frame.drawable or not count or x > count + self._pixel(x) * NEAR:
            return float("inf")
        found = super().readings(x, y)
        away = abs(float(self.frame.down(found[-1].y)) - float(self.frame.down(y))) if found else float("inf")
        return away if isfinite(away) else float("inf")

    def _is_near(self, reading: Reading, y: float) -> bool:
        return abs(float(self.frame.down(reading.y)) - float(self.frame.down(y))) <= NEAR


@dataclass(frozen=True)
class Blown:
    """A lane that blew up, and the step at which it did."""

    rate: float
    step: int


class Crosses(Layer):
    """Where lanes blew up, each with its rate and its step in words."""

    def __init__(self, colour: Callable[[float, Theme], QColor], font: QFont) -> None:
        super().__init__(level=20)
        self._colour_of, self._font = colour, font
        self.blown: tuple[Blown, ...] = ()

    def show_blown(self, blown: Iterable[Blown]) -> None:
        """Mark these, the largest rate first."""
        found = tuple(sorted(blown, key=lambda each: -each.rate))
        if found != self.blown:
            self.blown = found
            self.changed()

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        for place, each in enumerate(self.blown):
            # In the upper part, under one another: they blow up close together, and far above what is in sight.
            x = min(max(float(self.frame.across(each.step)), CROSS + 2), self.frame.width - CROSS - 2)
            at = QPointF(x, (metrics.height() + 1) * (place + 0.8))
            draw_cross(painter, at, self._colour_of(each.rate, self.theme))
            words = tr("{} blew up at step {}").format(shown_rate(each.rate), f"{each.step:,}")
            self._say(painter, metrics, at, words)

    def _say(self, painter: QPainter, metrics: QFontMetricsF, at: QPointF, words: str) -> None:
        wide = metrics.horizontalAdvance(words)
        left = at.x() + CROSS + GAP
        if left + wide > self.frame.width:
            left = at.x() - CROSS - GAP - wide
        # Readable over whatever curve passes there.
        backing = self.theme.color("panel")
        backing.setAlphaF(BACKING)
        painter.fillRect(QRectF(left - 2, at.y() - metrics.height() / 2, wide + 4, metrics.height()), backing)
        painter.setPen(self.theme.color("text"))
        painter.drawText(QPointF(left, at.y() + metrics.ascent() / 2 - 1), words)


class LanePlot(Plot):
    """Draws the lanes of an experiment, and finds the one at a place."""

    def __init__(self, colour: Callable[[float, Theme], QColor]) -> None:
        super().__init__(tr("Loss"), tr("Step"), tr("Loss"), log="xy")
        self._colour = colour
        self.curves: dict[int, LaneCurve] = {}
        self.crosses = Crosses(colour, self.legend.font())
        self.add(self.crosses)
        self._waiting: list[LaneCurve] = []
        self._turns = QTimer(self, interval=APART)
        self._turns.timeout.connect(self._grow_some)

    def show_lanes(self, lanes: Iterable[LaneRecord], smoothing: float) -> None:
        """Draw other lanes."""
        for curve in self.curves.values():
            self.remove(curve)
        self.curves, self._waiting = {}, []
        for record in lanes:
            curve = self.curves[record.number] = LaneCurve(record, self._colour)
            curve.smoothing = smoothing
            self.add(curve)
            # The key beside it says which colour is which rate.
            self.legend.remove(curve)

    def grow(self, at_once: bool = True) -> None:
        """There are new batches. Many lanes take turns, so that keys and clicks come in between."""
        if not self._waiting:
            self._waiting = list(self.curves.values())
        if at_once:
            for curve in self.curves.values():
                curve.changed()
            self._waiting = []
        elif not self._turns.isActive():
            self._turns.start()

    def _grow_some(self) -> None:
        for curve in self._waiting[:AT_ONCE]:
            curve.grow()
        del self._waiting[:AT_ONCE]
        if not self._waiting:
            self._turns.stop()
            # The range may follow now.
            self.crosses.changed()

    def smooth(self, smoothing: float) -> None:
        """Draw lines through the batches' losses."""
        for curve in self.curves.values():
            curve.smoothing = smoothing

    def choose(self, lane: int | None) -> None:
        """Let one lane stand out."""
        for number, curve in self.curves.items():
            curve.choose(number == lane)

    def lane_at(self, x: float, y: float) -> int | None:
        """The lane that passes nearest to a place, if one does."""
        found = {number: curve.away(x, y) for number, curve in self.curves.items()}
        best = min(found, key=found.__getitem__, default=None)
        return best if best is not None and found[best] <= NEAR else None


def final_loss(record: LaneRecord, smoothing: float) -> float | None:
    """The smoothed loss of a lane's last batch; None where there is none."""
    count = len(record.losses)
    if not count:
        return None
    back = min(count, memory(smoothing) + 1)
    losses = record.losses.since(max(count - back, record.losses.first_single))
    weights = smoothing ** np.arange(len(losses))[::-1]
    with np.errstate(over="ignore", invalid="ignore"):
        value = float(weights @ losses / weights.sum())
    return value if isfinite(value) else None


def ceiling(first: float, log_y: bool) -> float:
    """How far up the range of losses goes, in the coordinates of the axis."""
    if not isfinite(first) or first <= 0:
        return float("inf")
    return log10(first * HEADROOM_LOG) if log_y else first * HEADROOM


def draw_cross(painter: QPainter, at: QPointF, colour: QColor) -> None:
    """The sign of a lane that diverged."""
    painter.setPen(QPen(colour, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for up in (-CROSS, CROSS):
        painter.drawLine(QPointF(at.x() - CROSS, at.y() - up), QPointF(at.x() + CROSS, at.y() + up))
