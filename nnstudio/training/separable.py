"""Whether two classes can be separated by a line, decided before the perceptron rule tries."""

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.crew import SingleThreadedProducts

Matrix = NDArray[np.float64]

MOST = 1_000_000  # Numbers beyond which the question would take too long.
MOST_WORK = 200_000_000  # Products, of the search below, beyond which it is given up: about a second.
CLEAR = 1e-12  # What rounding may do to a distance; nothing smaller counts as one.
NOUGHT = 1e-6  # A mixture shorter than this is taken for zero when no line was found.


def separable(inputs: Matrix, targets: Matrix) -> bool | None:
    """Whether some w and b have t·(w·x + b) > 0 for every sample (t is −1 or 1); None when it is too much to tell.

    Gordan: no such line exists exactly if a mixture of the points t·(x, 1), with weights λ ≥ 0 that add up to 1, is
    zero. The mixture nearest to zero is searched by non-negative least squares (Lawson and Hanson); where it is not
    zero, it is itself a line, and so may be one that is met on the way.
    """
    if inputs.size > MOST or not np.isfinite(inputs).all():
        return None
    points = _even(inputs) * targets[:, None]
    lengths = np.linalg.norm(points, axis=1)
    points = points / np.where(lengths > 0, lengths, 1.0)[:, None]
    # Many small decompositions: with several threads each they would wait for one another.
    with SingleThreadedProducts():
        return _search(np.vstack((points.T, np.ones(len(points)))))


def _even(inputs: Matrix) -> Matrix:
    """(x, 1) in coordinates in which no direction is longer than another; what a line can do stays the same."""
    lowest, highest = inputs.min(axis=0), inputs.max(axis=0)
    spread = highest - lowest
    centred = (inputs - lowest) / np.where(spread > 0, spread, 1.0) - 0.5
    left, sizes, _ = np.linalg.svd(np.column_stack((centred, np.ones(len(inputs)))), full_matrices=False)
    even: Matrix = left[:, sizes > CLEAR * sizes[0]]
    return even


def _search(system: Matrix) -> bool | None:
    """Look for λ ≥ 0 with system·λ = (0, ..., 0, 1); a line that turns up first is the answer yes."""
    goal = np.zeros(len(system))
    goal[-1] = 1.0
    weights = np.zeros(system.shape[1])
    active = np.zeros(system.shape[1], bool)
    work = 0
    while work < MOST_WORK:
        rest = goal - system @ weights
        mixture = -rest[:-1]
        if (system[:-1].T @ mixture).min() > CLEAR * np.linalg.norm(mixture):
            return True
        slope = system.T @ rest
        slope[active] = -np.inf
        best = int(np.argmax(slope))
        if slope[best] <= CLEAR:
            return False if np.linalg.norm(rest) < NOUGHT else None
        active[best] = True
        weights = _step_inside(system, goal, weights, active)
        work += system.size + len(system) * int(active.sum()) ** 2
    return None


def _step_inside(system: Matrix, goal: Matrix, weights: Matrix, active: NDArray[np.bool_]) -> Matrix:
    """The least-squares weights on the active columns, dropping those that would turn negative on the way."""
    while True:
        wanted = np.zeros_like(weights)
        wanted[active] = np.linalg.lstsq(system[:, active], goal, rcond=None)[0]
        negative = active & (wanted <= 0)
        if not negative.any():
            return wanted
        share = np.min(weights[negative] / (weights[negative] - wanted[negative]), initial=1.0)
        weights = weights + share * (wanted - weights)
        active &= weights > 1e-14
        if not active.any():
            return weights
