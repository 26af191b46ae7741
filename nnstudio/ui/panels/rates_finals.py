"""What the lanes came to: the loss in the end against the learning rate, with the usable band."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from nnstudio.experiments.regimes import Band
from nnstudio.ui.panels.rates_curves import ceiling, draw_cross
from nnstudio.ui.panels.rates_fields import shown_rate, tr
from nnstudio.ui.panels.rates_stability import StabilityLine
from nnstudio.ui.plots.bundle import strong_line
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent, logarithm
from nnstudio.ui.plots.table import Column, Series
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import Theme

DOT = 5.0
TOP = 62.0  # Pixels that are left free for words; what climbed out of sight stands there.
NEAR = 14  # Pixels within which a click or the cursor finds a lane.
FOOT = 5  # Pixels within which the cursor reads the model's own rate.
SHADE = 0.13
BESIDE = 0.12  # Decades that stay free beside the first and the last rate.


@dataclass(frozen=True)
class Final:
    """A lane in the end: its loss, or the step at which it blew up."""

    lane: int
    rate: float
    loss: float | None
    blown_up: int | None = None


class Dots(Layer):
    """A dot for each lane, joined by a line; a cross at the top for each that blew up."""

    def __init__(self, colour: Callable[[float, Theme], QColor]) -> None:
        super().__init__(level=10)
        self._colour_of = colour
        self._finals: tuple[Final, ...] = ()
        self._first: float | None = None
        self._chosen: int | None = None

    def show_finals(self, finals: Sequence[Final], first_loss: float | None) -> None:
        """Draw other lanes, by their rates."""
        if (tuple(finals), first_loss) != (self._finals, self._first):
            self._finals, self._first = tuple(finals), first_loss
            self.changed()

    def choose(self, lane: int | None) -> None:
        """Let one stand out."""
        self._chosen = lane
        self.update()

    def draw(self, painter: QPainter) -> None:
        line = [at for each in self._finals if each.blown_up is None and (at := self._pixel(each)) is not None]
        x, y = np.array([at.x() for at in line]), np.array([at.y() for at in line])
        strong_line(painter, self.boundingRect(), x, y, self.theme.color("dim"))
        for final in self._finals:
            at = self._pixel(final)
            if at is None:
                continue
            colour = self._colour_of(final.rate, self.theme)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if final.blown_up is not None:
                draw_cross(painter, at, colour)
            else:
                painter.setPen(QPen(self.theme.color("panel"), 1.2))
                painter.setBrush(colour)
                painter.drawEllipse(at, px(DOT), px(DOT))
            if final.lane == self._chosen:
                painter.setPen(QPen(self.theme.color("accent"), 1.6))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, px(DOT) + 4, px(DOT) + 4)

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        rates = [found for each in self._finals if (found := logarithm(each.rate) if log_x else each.rate) is not None]
        top = ceiling(self._first, log_y) if self._first is not None else float("inf")
        losses = [
            min(found, top) for each in self._finals
            if each.loss is not None and each.blown_up is None
            and (found := logarithm(each.loss) if log_y else each.loss) is not None
        ]  # fmt: skip
        if not rates or not losses:
            return None
        first = None if self._first is None else logarithm(self._first) if log_y else self._first
        high = max([*losses, *([first] if first is not None else [])])
        beside = BESIDE if log_x else 0.0
        return Extent(min(rates) - beside, max(rates) + beside, min(losses), high)

    def readings(self, x: float, y: float) -> list[Reading]:
        final = self.at(x, y)
        if final is None:
            return []
        if final.blown_up is not None:
            words = tr("blew up at step {}").format(f"{final.blown_up:,}")
            return [Reading(tr("Rate {}").format(shown_rate(final.rate)), words, final.rate)]
        assert final.loss is not None
        return [Reading(tr("Rate {}").format(shown_rate(final.rate)), exact(final.loss), final.rate, final.loss)]

    def series(self) -> list[Series]:
        rates = np.array([each.rate for each in self._finals], np.float64)
        losses = [each.loss if each.blown_up is None else None for each in self._finals]
        steps = [each.blown_up for each in self._finals]
        return [Series(rates, (Column(tr("Smoothed loss"), losses), Column(tr("Blew up at step"), steps)))]

    def at(self, x: float, y: float) -> Final | None:
        """The lane whose dot or cross is at a place."""
        here = QPointF(float(self.frame.across(x)), float(self.frame.down(y)))
        places = [(at, each) for each in self._finals if (at := self._pixel(each)) is not None]
        found = min(((at - here).manhattanLength(), place) for place, (at, _) in enumerate(places)) if places else None
        return places[found[1]][1] if found is not None and found[0] <= NEAR else None

    def _pixel(self, final: Final) -> QPointF | None:
        if not self.frame.drawable:
            return None
        x = float(self.frame.across(final.rate))
        if final.blown_up is not None:
            return QPointF(x, px(TOP))
        y = float(self.frame.down(final.loss)) if final.loss is not None else float("nan")
        # One that climbed out of sight stands at the edge.
        return QPointF(x, max(y, px(TOP))) if isfinite(x) and isfinite(y) else None


class Present(Layer):
    """The model's own rate: a fine line with a foot."""

    def __init__(self) -> None:
        super().__init__(tr("Model"), "text", level=-5)
        self._rate: float | None = None

    def show_rate(self, rate: float | None) -> None:
        """Stand elsewhere, or nowhere."""
        if rate != self._rate:
            self._rate = rate
            self.changed()

    def draw(self, painter: QPainter) -> None:
        x = self._pixel()
        if x is None:
            return
        foot = self.frame.height - 1
        painter.setPen(QPen(self.theme.color("dim"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(round(x) + 0.5, 0), QPointF(round(x) + 0.5, foot))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 5, foot), QPointF(x + 5, foot), QPointF(x, foot - 7)]))

    def readings(self, x: float, y: float) -> list[Reading]:
        here = self._pixel()
        if here is None or self._rate is None or abs(here - float(self.frame.across(x))) > FOOT:
            return []
        return [Reading(self.name, exact(self._rate), self._rate)]

    def _pixel(self) -> float | None:
        if self._rate is None or not self.frame.drawable:
            return None
        x = float(self.frame.across(self._rate))
        return x if 0 <= x <= self.frame.width else None


class Regimes(Layer):
    """The usable band, shaded, and a word over each of the three parts."""

    def __init__(self, font: QFont) -> None:
        super().__init__(level=-6)
        self._font = font
        self._band: Band | None = None

    def show_band(self, band: Band | None) -> None:
        """Shade another band, or none."""
        if band != self._band:
            self._band = band
            self.changed()

    def draw(self, painter: QPainter) -> None:
        if self._band is None:
            return
        left, right = self._ends(self._band)
        shade = self.theme.color("good")
        shade.setAlphaF(SHADE)
        painter.fillRect(QRectF(left, 0, right - left, self.frame.height), shade)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        for begin, end, words, ink in (
            (0.0, left, tr("too small"), "dim"), (left, right, tr("just right"), "good"),
            (right, self.frame.width, tr("too large"), "dim"),
        ):  # fmt: skip
            if end - begin > metrics.horizontalAdvance(words) + 8:
                painter.setPen(self.theme.color(ink))
                painter.drawText(QRectF(begin, 3, end - begin, metrics.height()), Qt.AlignmentFlag.AlignCenter, words)

    def _ends(self, band: Band) -> tuple[float, float]:
        width = self.frame.width
        left = 0.0 if band.low is None else float(self.frame.across(band.low))
        right = width if band.high is None else float(self.frame.across(band.high))
        return min(max(left, 0.0), width), min(max(right, 0.0), width)


class FinalPlot(Plot):
    """The three regimes in one picture."""

    def __init__(self, colour: Callable[[float, Theme], QColor]) -> None:
        super().__init__(
            tr("Loss against learning rate"), tr("Learning rate"), tr("Loss in the end"), log="xy", margins=(0.0, 0.12)
        )
        font = self.legend.font()
        self.dots, self.regimes, self.stability = Dots(colour), Regimes(font), StabilityLine(font)
        self.present = Present()
        for layer in (self.regimes, self.stability, self.present, self.dots):
            self.add(layer)
            self.legend.remove(layer)
        self.switches.show_state(True, False)


def words_of(band: Band | None) -> str:
    """The three regimes in words."""
    if band is None:
        return tr("No lane has come below the first loss yet.")
    said = [tr("Too small below {}").format(_short(band.low)) if band.low is not None else tr("None is too small here")]
    if band.low is not None and band.high is not None:
        said.append(tr("just right from {} to {}").format(_short(band.low), _short(band.high)))
    else:
        said.append(tr("best at {}").format(shown_rate(band.best)))
    said.append(tr("too large from {}").format(_short(band.high)) if band.high is not None else tr("none is too large"))
    return " · ".join(said)


def _short(rate: float) -> str:
    return f"{rate:.2g}"
