"""An axis in the look of the studio, and the faint lines that go out from its numbers."""

from itertools import pairwise
from math import ceil, floor, log10

from PySide6.QtGui import QColor, QFont, QFontMetricsF

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.graphics import AxisItem
from nnstudio.ui.plots.numbers import at_axis, power
from nnstudio.ui.sizes import px, scaled
from nnstudio.ui.theme import Theme

Ticks = list[tuple[float | None, list[float]]]
NARROW = 0.8  # Decades; below that a logarithmic axis has ticks like any other.
FEW = 3.2
OVER = 12  # Pixels that a number may stand beyond the end of the axis.


class Axis(AxisItem):  # type: ignore[misc]
    """`side` is "left" or "bottom"."""

    def __init__(self, side: str, text: str, unit: str, font: QFont) -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=4, maxTickLevel=0, tickTextOffset=4, autoReduceTextSpace=False)
        self.show_font(font)
        self.say(text, unit)

    def show_font(self, font: QFont) -> None:
        """Write in these letters, a little smaller, from now on."""
        small = scaled(font, SMALLER)
        self.style["tickTextWidth"] = self.textWidth = round(QFontMetricsF(small).horizontalAdvance("0.000"))
        self.style["tickTextHeight"] = self.textHeight = round(QFontMetricsF(small).height())
        self.label.setFont(small)
        self.setStyle(tickFont=small, hideOverlappingLabels=px(OVER))

    def say(self, text: str, unit: str = "") -> None:
        """What the axis shows, and in which unit."""
        self.setLabel(text or None, units=unit or None)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        # The edge of the inside is drawn by the grid.
        self.setPen(QColor(0, 0, 0, 0))
        self.setTextPen(theme.color("dim"))
        self.setTickPen(theme.color("border"))

    def lines(self, length: float) -> list[float]:
        """Where lines go out from the axis, in its coordinates."""
        ticks: Ticks = self.tickValues(*self.range, length)
        return ticks[0][1] if ticks else []

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        if not self.logMode:
            return at_axis(values, spacing or 1.0)
        if self._narrow(*self.range):
            plain = [10.0**value for value in values]
            return at_axis(plain, min((b - a for a, b in pairwise(plain)), default=plain[0]))
        return [power(value) for value in values]

    def logTickValues(self, minVal: float, maxVal: float, size: float, stdTicks: Ticks) -> Ticks:
        if not self._narrow(minVal, maxVal):
            return self._decades(minVal, maxVal, stdTicks)
        low, high = 10.0**minVal, 10.0**maxVal
        spacing: float = self.tickSpacing(low, high, size)[0][0]
        first, last = ceil(low / spacing), ceil(high / spacing)
        return [(None, [log10(each * spacing) for each in range(first, last) if each > 0])]

    def _decades(self, low: float, high: float, even: Ticks) -> Ticks:
        """The powers of ten; where there are few, twice and five times as much too."""
        powers = [each for each in even if each[0] and each[0] >= 1] or [(1.0, _whole(low, high))]
        if high - low > FEW:
            return powers
        between = [each + log10(by) for each in range(floor(low), ceil(high)) for by in (2, 5)]
        return [*powers, (None, [each for each in between if low < each < high])]

    @staticmethod
    def _narrow(low: float, high: float) -> bool:
        return abs(high - low) < NARROW


def _whole(low: float, high: float) -> list[float]:
    return [float(each) for each in range(ceil(low), floor(high) + 1)]
