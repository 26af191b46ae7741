"""Smoothing: the mean of what came before, in which older values count less and less."""

import numpy as np
from numpy.typing import NDArray

MEMORY = 8  # What is so many times older than the usual age counts nothing.
MOST = 0.999


def smoothed(positions: NDArray[np.float64], values: NDArray[np.float64], smoothing: float) -> NDArray[np.float64]:
    """s(k) = Σ βᵏ⁻ʲ v(j) / Σ βᵏ⁻ʲ over all j ≤ k, where β is the smoothing. What is no number is left out.

    Values that stand for several steps count as often; between two values β counts as often as there are steps.
    """
    if smoothing <= 0 or len(values) < 2:
        return values
    steps = np.diff(positions)
    decay = smoothing ** np.concatenate(([np.median(steps)], steps))
    known = np.isfinite(values)
    sums = _decayed(np.stack((np.where(known, values, 0.0), known.astype(np.float64))) * (1 - decay), decay)
    means = np.full(len(values), np.nan)
    np.divide(sums[0], sums[1], out=means, where=sums[1] > 0)
    return means


def memory(smoothing: float) -> int:
    """How many steps back a value still counts."""
    return int(MEMORY / (1 - smoothing)) if smoothing > 0 else 0


def _decayed(terms: NDArray[np.float64], decay: NDArray[np.float64]) -> NDArray[np.float64]:
    """s(k) = d(k) s(k−1) + t(k), for a whole row at once: each round doubles how far back it reaches."""
    sums, factors, reach = terms, decay, 1
    while reach < terms.shape[-1] and (factors[reach:] > 1e-12).any():
        later, earlier = sums[:, reach:], sums[:, :-reach]
        sums = np.concatenate((sums[:, :reach], later + factors[reach:] * earlier), axis=1)
        factors = np.concatenate((factors[:reach], factors[reach:] * factors[:-reach]))
        reach *= 2
    return sums
