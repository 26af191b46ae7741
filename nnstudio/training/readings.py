"""Readings: what can be read off the arrays of a network, in numbers that stay figures whatever the arrays hold."""

from collections.abc import Iterable
from math import sqrt

import numpy as np

from nnstudio.layers.shapes import Array
from nnstudio.training.health import Size
from nnstudio.training.reach import Reach

NEAR = 0.02  # A bounded activation this near to a bound, as a share of its range, has less than 8 % of its slope left.
NEARLY_ALL = 0.95  # Of the answers of a unit: one that still moves for a few samples in a hundred hardly learns.


def sizes(arrays: Iterable[Array]) -> Size | None:
    """The size of all together, summed up in double precision, so that large numbers do not overflow."""
    square, count = 0.0, 0
    for array in arrays:
        square += float(np.square(array, dtype=np.float64).sum())
        count += array.size
    return Size(sqrt(square), sqrt(square / count)) if count else None


def mean_and_deviation(numbers: Array) -> tuple[float, float]:
    """In the numbers' own precision: over a picture's channels, doubles would take three times as long."""
    mean = numbers.mean()
    away = (numbers - mean).reshape(-1)
    return float(mean), sqrt(float(away.dot(away)) / away.size)


def stuck(answers: Array, axis: int, reach: Reach, learns: bool) -> tuple[int | None, int | None]:
    """How many units are dead, and how many saturated."""
    others = tuple(each for each in range(answers.ndim) if each != axis)
    if reach.rectifies:
        # The lowest answer is the flat one, so the highest tells of all.
        return int(np.count_nonzero(answers.max(axis=others) == reach.low)), None
    if reach.bounded and reach.alone and learns:
        low, high = _near(reach)
        flat = (answers < low) | (answers > high)
        return None, int(np.count_nonzero(flat.mean(axis=others) >= NEARLY_ALL))
    return None, None


def _near(reach: Reach) -> tuple[float, float]:
    """Below the first and above the second an answer is near a bound."""
    margin = NEAR * (reach.high - reach.low)
    return reach.low + margin, reach.high - margin


def misled(answers: Array, wanted: Array, reach: Reach) -> int:
    """How many answers lie near a bound, but should lie in the other half."""
    if not reach.bounded:
        return 0
    low, high = _near(reach)
    middle = (reach.low + reach.high) / 2
    return int(np.count_nonzero(((answers < low) & (wanted > middle)) | ((answers > high) & (wanted < middle))))
