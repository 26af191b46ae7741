"""The scale of a slider: which number stands at which position, evenly or in decades. Numbers only, no widgets."""

from dataclasses import dataclass
from math import floor, log10

from nnstudio.core.rules import Real

PER_DECADE = 20
STEPS = 100
LEAST, MOST = 1e-6, 10.0  # A rule may allow far more, but nobody slides there.
ROUND = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Scale:
    """Positions from 0 to `last`; the first stands for the least number, the last for the greatest."""

    rule: Real
    low: float
    high: float
    last: int
    logarithmic: bool

    def value_at(self, position: int) -> float:
        """The number at a position, rounded so that it reads well."""
        if position <= 0:
            return self.rule.low if self.logarithmic else self.low
        if position >= self.last:
            return self.high
        if self.logarithmic:
            return float(f"{self.low * 10 ** (position / PER_DECADE):.1e}")
        return self._round(self.low + position * self._step)

    def position_of(self, value: float) -> int:
        """The position nearest to a number."""
        if value <= self.low:
            return 0
        if self.logarithmic:
            position = round(log10(value / self.low) * PER_DECADE)
        else:
            position = round((value - self.low) / self._step)
        return min(max(position, 0), self.last)

    def stepped(self, value: float, steps: int) -> float:
        """The number so many steps up or down: 1, 2, 5, 10 on a logarithmic scale."""
        for _ in range(abs(steps)):
            value = self._next(value, 1 if steps > 0 else -1)
        return min(max(value, self.rule.low), self.rule.high)

    @property
    def _step(self) -> float:
        return _even_step(self.low, self.high)

    def _next(self, value: float, way: int) -> float:
        if not self.logarithmic:
            return self._round(value + way * self._step)
        if value <= 0:
            return self.low if way > 0 else self.rule.low
        near = [root * 10.0**decade for decade in _decades(value) for root in ROUND]
        apart = 1e-9 * value
        if way > 0:
            return _tidy(min(each for each in near if each > value + apart))
        below = _tidy(max(each for each in near if each < value - apart))
        return below if below >= self.low else self.rule.low

    def _round(self, value: float) -> float:
        return round(value, max(0, -floor(log10(self._step))))


def scale_of(rule: Real) -> Scale:
    """The scale for a rule: its range, or the part of it where people work."""
    if rule.scale == "log":
        low, high = rule.low if rule.low > 0 else LEAST, _in_use(rule.high)
        return Scale(rule, low, high, max(1, round(log10(high / low) * PER_DECADE)), logarithmic=True)
    low, high = _in_use(rule.low), _in_use(rule.high)
    return Scale(rule, low, high, max(1, round((high - low) / _even_step(low, high))), logarithmic=False)


def _in_use(bound: float) -> float:
    """A bound as it is, unless it is a round one that only keeps nonsense out, such as a million."""
    if abs(bound) <= MOST or not log10(abs(bound)).is_integer():
        return bound
    return MOST if bound > 0 else -MOST


def _even_step(low: float, high: float) -> float:
    return float(10.0 ** round(log10((high - low) / STEPS)))


def _decades(value: float) -> tuple[int, ...]:
    decade = floor(log10(value))
    return decade - 1, decade, decade + 1


def _tidy(value: float) -> float:
    return float(f"{value:.3e}")
