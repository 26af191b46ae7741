"""The three regimes of learning rates: too small, just right, too large, read off what the lanes came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, sqrt

NEAR = 0.1  # A rate is usable if its loss lacks at most this share of the way from the first loss to the lowest.


@dataclass(frozen=True)
class Outcome:
    """What a lane came to: its rate and its loss in the end; None where it diverged."""

    rate: float
    loss: float | None


@dataclass(frozen=True)
class Band:
    """The usable rates around the best one. An end is None where no lane lies beyond it: it may reach further."""

    best: float
    low: float | None
    high: float | None
    threshold: float
    """The greatest loss that counts as usable."""


def usable_band(outcomes: Sequence[Outcome], first_loss: float) -> Band | None:
    """The rates whose loss comes within a tenth of the way from the first loss to the lowest; None where no lane got
    below the first loss. Between two lanes the ends are read off a straight line over the logarithm of the rate."""
    row = sorted(outcomes, key=lambda each: each.rate)
    known = [(each.loss, place) for place, each in enumerate(row) if each.loss is not None and isfinite(each.loss)]
    lowest, best = min(known, default=(first_loss, 0))
    if not known or not lowest < first_loss:
        return None
    threshold = lowest + NEAR * (first_loss - lowest)
    return Band(
        row[best].rate,
        _end(row[best::-1], threshold, first_loss),
        _end(row[best:], threshold, first_loss),
        threshold,
    )


def _end(row: Sequence[Outcome], threshold: float, first_loss: float) -> float | None:
    """Where the loss crosses a threshold on the way through outcomes; None where it does not."""
    for inside, outside in pairwise(row):
        if outside.loss is None or not outside.loss <= first_loss:
            # It came to nothing, and how bad that is says nothing of where it began to be bad.
            return sqrt(inside.rate * outside.rate)
        if outside.loss > threshold:
            assert inside.loss is not None
            share = (threshold - inside.loss) / (outside.loss - inside.loss)
            return float(inside.rate * (outside.rate / inside.rate) ** share)
    return None
