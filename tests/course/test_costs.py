"""Costs and regularisation: what an answer costs, and what large weights add."""

from math import exp, log

import numpy as np
import pytest

from nnstudio.layers.dense import Dense
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax

from .by_hand import bias_of, classes, cost_of, descent, neuron, numbers, session_of, sgd, weights_of

ONE = neuron([1], 0)
TWO = {"dense/weights": [[1, 0], [0, 1]], "dense/bias": [0, 0]}
THREE = {"dense/weights": np.eye(3), "dense/bias": [0, 0, 0]}


def a_of(h: float) -> float:
    """The activation at which a sigmoid answers h: ln(h/(1 − h))."""
    return log(h / (1 - h))


@pytest.mark.parametrize(
    ("h", "y", "cost"),
    [
        (0.8, 1, 0.223144),  # −ln 0.8
        (0.4, 0, 0.510826),  # −ln 0.6
        (0.5, 1, 0.693147),  # −ln 0.5
        (0.01, 1, 4.605170),  # −ln 0.01: sure and wrong is dear
    ],
)
def test_the_logistic_cost_of_one_sample(h: float, y: int, cost: float) -> None:
    data = classes([[a_of(h)]], [y])
    with session_of([Dense(units=1), Sigmoid()], data, ONE, loss="binary_cross_entropy") as session:
        assert cost_of(session) == pytest.approx(cost, abs=5e-7)


def test_the_logistic_cost_is_the_mean_over_the_samples() -> None:
    """J = 1/2 (−ln 0.8 − ln 0.6) = (0.223144 + 0.510826)/2."""
    data = classes([[a_of(0.8)], [a_of(0.4)]], [1, 0])
    with session_of([Dense(units=1), Sigmoid()], data, ONE, loss="binary_cross_entropy") as session:
        assert cost_of(session) == pytest.approx(0.366985, abs=5e-7)


def test_the_logistic_cost_of_several_outputs_is_their_sum() -> None:
    """Right are (1, 0) and (0, 1). −ln 0.8 − ln 0.6 = 0.733969; −ln 0.5 − ln 0.9 = 0.798508; half of the sum."""
    data = classes([[a_of(0.8), a_of(0.4)], [a_of(0.5), a_of(0.9)]], [0, 1])
    with session_of([Dense(units=2), Sigmoid()], data, TWO, loss="binary_cross_entropy") as session:
        assert cost_of(session) == pytest.approx(0.766238, abs=1e-6)


def test_the_softmax_cost_is_minus_the_logarithm_of_the_right_class() -> None:
    """Softmax of ln 1, ln 2, ln 7 is 0.1, 0.2, 0.7; the third class is right: −ln 0.7."""
    data = classes([[log(1), log(2), log(7)]], [2], "abc")
    with session_of([Dense(units=3), Softmax()], data, THREE, loss="categorical_cross_entropy") as session:
        assert cost_of(session) == pytest.approx(0.356675, abs=5e-7)


def test_the_softmax_cost_is_the_mean_over_the_samples() -> None:
    """(−ln 0.7 − ln 0.1)/2 = (0.356675 + 2.302585)/2."""
    data = classes([[log(1), log(2), log(7)]] * 2, [2, 0], "abc")
    with session_of([Dense(units=3), Softmax()], data, THREE, loss="categorical_cross_entropy") as session:
        assert cost_of(session) == pytest.approx(1.329630, abs=5e-7)


@pytest.mark.parametrize(
    ("factor", "outputs", "cost"),
    [
        ("1", "mean", 1.5),  # (1 + 4 + 0 + 1) / 4: mean of squares
        ("1/2", "mean", 0.75),
        ("1", "sum", 3.0),  # ((1 + 4) + (0 + 1)) / 2
        ("1/2", "sum", 1.5),  # E = ½(y − f)² per sample, outputs added up, and the mean over two samples
    ],
)
def test_the_squared_error_has_the_factor_that_the_lecture_gives_it(factor: str, outputs: str, cost: float) -> None:
    """Answers (1, 2) and (3, 1) where (0, 4) and (3, 0) are wanted: squares 1, 4 and 0, 1."""
    data = numbers([[1, 2], [3, 1]], [[0, 4], [3, 0]])
    loss = {"kind": "mean_squared_error", "factor": factor, "outputs": outputs}
    with session_of([Dense(units=2)], data, TWO, loss=loss) as session:
        assert cost_of(session) == pytest.approx(cost, rel=1e-14)


def test_half_a_squared_error_is_point_08_where_the_answer_is_point_6_and_right_is_1() -> None:
    """E = ½(1 − 0.6)² = ½ · 0.16."""
    loss = {"kind": "mean_squared_error", "factor": "1/2"}
    with session_of([Dense(units=1)], numbers([[0.6]], [[1]]), ONE, loss=loss) as session:
        assert cost_of(session) == pytest.approx(0.08, rel=1e-13)


# Regularisation. Four samples that the neuron 3x₁ − x₂ + 10 answers perfectly: all cost is the penalty's.
FOUR = numbers([[0, 0], [1, 0], [0, 1], [1, 1]], [[10], [13], [9], [12]])
PERFECT = neuron([3, -1], 10)


def test_regularisation_adds_lambda_over_2m_times_the_squares_of_the_weights() -> None:
    """λ/2m Σw² = 2/(2·4) · (9 + 1) = 2.5; the bias of 10 adds nothing."""
    with session_of([Dense(units=1)], FOUR, PERFECT, penalty={"kind": "l2", "strength": 2}) as session:
        assert session.step() == pytest.approx(2.5, rel=1e-14)


def test_regularisation_shrinks_weights_by_lambda_over_m_and_leaves_the_bias() -> None:
    """w := w − α·λ/m·w = w − 0.1 · 2/4 · w = 0.95 · (3, −1)."""
    settings = {"optimizer": descent(0.1), "penalty": {"kind": "l2", "strength": 2}}
    with session_of([Dense(units=1)], FOUR, PERFECT, **settings) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[2.85, -0.95]], rtol=1e-14)
        assert bias_of(session) == [10]


def test_the_m_of_regularisation_counts_training_samples_not_those_of_a_batch() -> None:
    """Batches of one: still 2/(2·4) · 10 = 2.5 and w := 0.95·w."""
    settings = {"optimizer": sgd(0.1), "batch_size": 1, "penalty": {"kind": "l2", "strength": 2}}
    with session_of([Dense(units=1)], FOUR, PERFECT, **settings) as session:
        assert session.step() == pytest.approx(2.5, rel=1e-14)
        np.testing.assert_allclose(weights_of(session), [[2.85, -0.95]], rtol=1e-14)


def test_mackays_objective_is_m_times_ours_with_alpha_equal_to_lambda() -> None:
    """M(w) = G + α·½Σw². Answers 0.8 and 0.4 to 1 and 0: G = 0.733969; ½ · 0.6 · 1² = 0.3; m = 2."""
    data = classes([[a_of(0.8)], [a_of(0.4)]], [1, 0])
    settings = {"loss": "binary_cross_entropy", "penalty": {"kind": "l2", "strength": 0.6}}
    with session_of([Dense(units=1), Sigmoid()], data, ONE, **settings) as session:
        assert 2 * session.step() == pytest.approx(0.733969 + 0.3, abs=1e-6)


def test_e_to_the_minus_g_is_the_product_of_the_probabilities() -> None:
    """P = 0.8 · 0.6 · 0.9 = 0.432 for the right answers 1, 0, 1; G is the sum, three times the mean."""
    data = classes([[a_of(0.8)], [a_of(0.4)], [a_of(0.9)]], [1, 0, 1])
    with session_of([Dense(units=1), Sigmoid()], data, ONE, loss="binary_cross_entropy") as session:
        assert exp(-3 * cost_of(session)) == pytest.approx(0.432, rel=1e-13)


def test_the_posterior_is_the_likelihood_times_the_prior() -> None:
    """e^−M = 0.432 · e^(−α·½w²) = 0.432 · e^(−0.5·½·1) = 0.432 · 0.778801 = 0.336442."""
    data = classes([[a_of(0.8)], [a_of(0.4)], [a_of(0.9)]], [1, 0, 1])
    settings = {"loss": "binary_cross_entropy", "penalty": {"kind": "l2", "strength": 0.5}}
    with session_of([Dense(units=1), Sigmoid()], data, ONE, **settings) as session:
        assert exp(-3 * session.step()) == pytest.approx(0.336442, abs=5e-7)


def test_training_raises_the_posterior() -> None:
    data = classes([[a_of(0.8)], [a_of(0.4)], [a_of(0.9)]], [1, 0, 1])
    settings = {"loss": "binary_cross_entropy", "penalty": {"kind": "l2", "strength": 0.5}, "optimizer": descent(0.1)}
    with session_of([Dense(units=1), Sigmoid()], data, ONE, **settings) as session:
        assert exp(-3 * session.step()) < exp(-3 * session.step())


def test_a_skip_gram_is_a_softmax_over_products_of_word_vectors() -> None:
    """P(o|c) = e^(u_o·v_c) / Σ_w e^(u_w·v_c). v of the second word is (1, 2); u are (1, 0), (0, 1), (−1, 1).

    The products are 1, 2 and 1: e = 2.718282, e² = 7.389056; P = 2.718282/12.825619, 7.389056/12.825619, the same
    as the first. With the first and the second word around it, the cost is −(ln 0.211942 + ln 0.576117)/2.
    """
    weights = {
        "dense/weights": [[3, 1, 0], [0, 2, 5]], "dense/bias": [0, 0],
        "dense_2/weights": [[1, 0], [0, 1], [-1, 1]], "dense_2/bias": [0, 0, 0],
    }  # fmt: skip
    data = classes([[0, 1, 0], [0, 1, 0]], [0, 1], ("king", "queen", "man"))
    network = [Dense(units=2), Dense(units=3), Softmax()]
    with session_of(network, data, weights, loss="categorical_cross_entropy") as session:
        assert cost_of(session) == pytest.approx(1.051445, abs=5e-7)
