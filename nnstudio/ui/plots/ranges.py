"""Which range an axis shows while its data grow: it changes in steps, seldom, for every change is dear."""

from math import isfinite, log10
from typing import NamedTuple

FULL = 0.7  # A range stays while at least this much of it is needed.
AHEAD = 0.15  # What grew gets so much more room, so that it need not move again at once.
FARTHEST = 1e150
FLAT = 0.5

Range = tuple[float, float]


class Extent(NamedTuple):
    """How far something reaches, in the coordinates of the axes (logarithms where the axis is logarithmic)."""

    left: float
    right: float
    low: float
    high: float

    def joined(self, other: "Extent") -> "Extent":
        """What holds both."""
        return Extent(
            min(self.left, other.left), max(self.right, other.right),
            min(self.low, other.low), max(self.high, other.high),
        )  # fmt: skip


def followed(now: Range | None, low: float, high: float, margin: float) -> Range:
    """The range to show for what lies between two numbers; the present one, as long as it will do."""
    low, high = _sane(low, high)
    size = high - low
    if now is not None:
        if now[0] <= low and high <= now[1] and size >= FULL * (now[1] - now[0]):
            return now
        grew = now[0] <= low < now[1] < high
        return low - margin * size, high + max(margin, AHEAD if grew else 0.0) * size
    return low - margin * size, high + margin * size


def zoomed(now: Range, about: float, factor: float) -> Range:
    """A range so many times as wide, in which one place stays where it is; as it was, where numbers end."""
    low, high = about + (now[0] - about) * factor, about + (now[1] - about) * factor
    finest = 1e-12 * max(abs(about), abs(low), abs(high), 1e-280)
    return (low, high) if finest < high - low < FARTHEST else now


def logarithm(value: float) -> float | None:
    """Where a number stands on a logarithmic axis, if it does."""
    return log10(value) if value > 0 and isfinite(value) else None


def _sane(low: float, high: float) -> Range:
    low, high = max(min(low, FARTHEST), -FARTHEST), max(min(high, FARTHEST), -FARTHEST)
    if high - low > 1e-12 * max(abs(low), abs(high)):
        return low, high
    room = FLAT * abs(low) or FLAT
    return low - room, high + room
