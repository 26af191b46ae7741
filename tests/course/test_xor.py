"""XOR by hand: h = max(0, Wx + c), y = wᵀh, and what one neuron can and cannot separate."""

from itertools import product

import numpy as np
import pytest

from nnstudio.layers.dense import Dense
from nnstudio.layers.relu import ReLU
from nnstudio.training.separable import separable

from .by_hand import answers_of

SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]]
HIDDEN = {"dense/weights": [[1, 1], [1, 1]], "dense/bias": [0, -1]}
# Wx + c of the four points: (0, −1), (1, 0), (1, 0), (2, 1); then max(0, ·).
BEHIND = [[0, 0], [1, 0], [1, 0], [2, 1]]
XOR = np.array([-1.0, 1.0, 1.0, -1.0])


def test_the_hidden_layer_moves_the_four_points() -> None:
    np.testing.assert_array_equal(answers_of([Dense(units=2), ReLU()], SQUARE, HIDDEN), BEHIND)


def test_the_network_answers_xor_exactly() -> None:
    """1·h₁ − 2·h₂ = 0, 1, 1, 2 − 2."""
    weights = {**HIDDEN, "dense_2/weights": [[1, -2]], "dense_2/bias": [0]}
    answers = answers_of([Dense(units=2), ReLU(), Dense(units=1)], SQUARE, weights)
    np.testing.assert_array_equal(answers, [[0], [1], [1], [0]])


def test_no_line_separates_xor_before_the_hidden_layer() -> None:
    assert separable(np.array(SQUARE, np.float64), XOR) is False


def test_a_line_separates_xor_behind_the_hidden_layer() -> None:
    assert separable(np.array(BEHIND, np.float64), XOR) is True


# How much a neuron can store: N points in general position can be labelled in 2ᴺ ways, of which a neuron with K
# weights, the bias among them, realises C(N, K) = 2·Σ_{k<K} (N − 1 over k). At N = 2K that is exactly half of them:
# 2 bits a weight. Here K = 3.
@pytest.mark.parametrize(
    ("points", "realised"),
    [
        ([[0, 0], [4, 1], [1, 5]], 8),  # 2(1 + 2 + 1): all of 8
        ([[0, 0], [4, 1], [1, 5], [6, 7]], 14),  # 2(1 + 3 + 3) of 16; the two others are XOR and its opposite
        ([[0, 0], [4, 1], [1, 5], [6, 7], [3, -4], [-5, 2]], 32),  # 2(1 + 5 + 10): half of 64
    ],
)
def test_a_neuron_stores_two_bits_a_weight(points: list[list[int]], realised: int) -> None:
    inputs = np.array(points, np.float64)
    labels = product([-1.0, 1.0], repeat=len(points))
    assert sum(separable(inputs, np.array(each)) is True for each in labels) == realised
