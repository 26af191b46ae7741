"""The stability line: the greatest stable rate, 2/λmax, with what lies beyond it shaded, on an axis of rates."""

from dataclasses import dataclass
from math import isfinite

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from nnstudio.ui.panels.rates_fields import tr
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact

NEAR = 5  # Pixels within which the cursor reads the line.
SHADE = 0.07
ALIKE = 0.03
GAP = 4


@dataclass(frozen=True)
class Limit:
    """The greatest stable rate, and the step at which it was measured."""

    rate: float
    step: int

    @property
    def short(self) -> str:
        """The rate alone."""
        return tr("2/λmax = {}").format(f"{self.rate:.3g}")

    @property
    def words(self) -> str:
        """What stands at the line."""
        where = tr("at the first weights") if not self.step else tr("after step {}").format(f"{self.step:,}")
        return f"{self.short} {where}"


def told_apart(first: Limit | None, latest: Limit | None) -> list[Limit]:
    """Those of two limits that there are; one, where nobody could tell them apart."""
    found = [each for each in (first, latest) if each is not None]
    return found[:1] if len(found) == 2 and abs(found[1].rate / found[0].rate - 1) < ALIKE else found


class StabilityLine(Layer):
    """A dashed upright line with words; what lies beyond it is shaded."""

    def __init__(self, font: QFont, row: int = 1) -> None:
        super().__init__(tr("Stability limit"), "problem", level=-4)
        self._font, self._row = font, row  # Of words, counted from the top.
        self._limits: tuple[Limit, ...] = ()

    def show_limits(self, *limits: Limit) -> None:
        """Draw the first and perhaps a later one, which is finer."""
        if limits != self._limits:
            self._limits = limits
            self.changed()

    def draw(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        for place, limit in enumerate(self._limits):
            x = float(self.frame.across(limit.rate))
            if not isfinite(x):
                continue
            if not place and x < self.frame.width:
                shade = self.theme.color("problem")
                shade.setAlphaF(SHADE)
                painter.fillRect(QRectF(max(x, 0.0), 0, self.frame.width - max(x, 0.0), self.frame.height), shade)
            if 0 <= x <= self.frame.width:
                painter.setPen(QPen(self.colour, 1 if place else 1.6, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(round(x) + 0.5, 0), QPointF(round(x) + 0.5, self.frame.height))
                self._say(painter, metrics, x, limit, place)

    def readings(self, x: float, y: float) -> list[Reading]:
        if not self.frame.drawable:
            return []
        here = float(self.frame.across(x))
        near = [each for each in self._limits if abs(float(self.frame.across(each.rate)) - here) <= NEAR]
        return [Reading(tr("2/λmax"), exact(each.rate), each.rate) for each in near]

    def _say(self, painter: QPainter, metrics: QFontMetricsF, x: float, limit: Limit, place: int) -> None:
        """Under the words at the top, where no loss is that matters; shorter, where there is little room."""
        room = max(self.frame.width - x, x) - 2 * GAP
        words = limit.words if metrics.horizontalAdvance(limit.words) <= room else limit.short
        wide = metrics.horizontalAdvance(words)
        left = x + GAP if x + GAP + wide < self.frame.width else x - GAP - wide
        painter.setPen(self.colour)
        painter.drawText(QPointF(left, metrics.ascent() + GAP + (self._row + place) * (metrics.height() + 2)), words)
