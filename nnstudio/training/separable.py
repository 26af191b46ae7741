"""Whether two classes can be separated by a line, decided before the perceptron rule tries."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

MOST = 4_000_000  # Numbers beyond which the question would take too long.


def separable(inputs: Matrix, targets: Matrix) -> bool | None:
    """Whether some w and b have t·(w·x + b) > 0 for every sample (t is −1 or 1); None when it is too much to tell.

    Gordan: no such line exists exactly if a mixture of the points t·(x, 1), with weights λ ≥ 0 that add up to 1, is
    zero. The mixture nearest to zero is found by non-negative least squares; where it is not zero, it is itself a line.
    """
    if inputs.size > MOST:
        return None
    points = np.column_stack((inputs, np.ones(len(inputs)))) * targets[:, None]
    lengths = np.linalg.norm(points, axis=1)
    points = points / np.where(lengths > 0, lengths, 1.0)[:, None]
    system = np.vstack((points.T, np.ones(len(points))))
    goal = np.zeros(len(system))
    goal[-1] = 1.0
    return _leftover(system, goal) > 1e-9


def _leftover(system: Matrix, goal: Matrix) -> float:
    """The length of goal − system·λ for the best λ ≥ 0, by the method of Lawson and Hanson."""
    count = system.shape[1]
    weights = np.zeros(count)
    active = np.zeros(count, bool)
    for _ in range(10 * count):
        rest = goal - system @ weights
        slope = system.T @ rest
        slope[active] = -np.inf
        best = int(np.argmax(slope))
        if slope[best] <= 1e-12:
            break
        active[best] = True
        weights = _step_inside(system, goal, weights, active)
    return float(np.linalg.norm(goal - system @ weights))


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
