"""What the losses of a range test advise: where they fall most steeply, where they are lowest, and a rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FEWEST = 20  # Losses that say anything.
CLEAR = 0.05  # The share of the first loss by which it must fall.
SMOOTHED_OVER = 30  # The part of all steps that a smoothed loss is the mean of.
MEDIAN_OF_NORMAL = 0.6745  # Of the size of a normal number with deviation 1.
CHANCE = 5.0  # And how many times as much as the smoothed loss varies by chance.
SLOPE_OVER = 0.25  # Decades of the rate to either side, over which a slope is taken.


@dataclass(frozen=True)
class Advice:
    """A rate, and the reason for it."""

    rate: float
    steepest: float
    """Where the loss falls most steeply."""
    lowest: float
    """Where the loss is lowest; a tenth of it is the usual other choice."""
    reason: str
    """For a learner."""


def advice_on(rates: Sequence[float], losses: Sequence[float], smoothed: Sequence[float]) -> Advice | None:
    """The advice of a range test; None where its losses do not clearly fall."""
    if len(rates) < FEWEST:
        return None
    line, decades = np.array(smoothed), np.log10(rates)
    # The first smoothed losses are means of a few batches only: one of them may be the lowest by chance.
    settled = max(FEWEST // 4, len(line) // 10)
    first, lowest = float(np.mean(losses[:settled])), settled + int(np.argmin(line[settled:]))
    if not first - line[lowest] > max(CLEAR * abs(first), CHANCE * _chance(np.array(losses), line)):
        return None
    steepest = _steepest(decades, line[: lowest + 1])
    return _advice(float(rates[steepest]), float(rates[lowest]), rises=lowest < len(line) - 2)


def _chance(losses: Numbers, smoothed: Numbers) -> float:
    """How much a smoothed loss varies from batch to batch: by the median, which a steep end does not move."""
    deviation = float(np.median(np.abs(losses - smoothed))) / MEDIAN_OF_NORMAL
    return deviation / sqrt(max(1.0, len(losses) / SMOOTHED_OVER))


def _steepest(decades: Numbers, line: Numbers) -> int:
    """Where a straight line through the losses nearby falls most steeply over the logarithm of the rate."""
    spacing = float(decades[1] - decades[0])
    reach = max(1, min(round(SLOPE_OVER / spacing), (len(line) - 1) // 2))
    if len(line) <= 2 * reach:
        return len(line) - 1
    slopes = np.correlate(line, np.arange(-reach, reach + 1.0), "valid")
    return reach + int(np.argmin(slopes))


def _advice(steepest: float, lowest: float, rises: bool) -> Advice:
    if not rises:
        reason = (
            f"The loss falls most steeply at a rate of {steepest:.2g}. It did not rise again up to {lowest:.2g}, so "
            "how far one may go is not known: try greater rates."
        )
        return Advice(float(f"{steepest:.2g}"), steepest, lowest, reason)
    tenth = lowest / 10
    smaller = "where it is steepest" if steepest <= tenth else "a tenth of the rate where it is lowest"
    reason = (
        f"The loss falls most steeply at a rate of {steepest:.2g}, and is lowest at {lowest:.2g}; beyond, it rises. "
        f"The suggestion is {smaller}: quick, and well clear of the rise."
    )
    return Advice(float(f"{min(steepest, tenth):.2g}"), steepest, lowest, reason)
