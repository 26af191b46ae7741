"""Backpropagation through three layers, with the deltas by hand."""

import numpy as np
import pytest

from nnstudio.layers.dense import Dense
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax

from .by_hand import bias_of, classes, descent, gradient_of, session_of, weights_of

# Forward, from a⁽¹⁾ = x = (1, 2):
#   z⁽²⁾ = Θ⁽¹⁾a⁽¹⁾ = (1·1 − 1·2, 0·1 + 1·2) = (−1, 2)         a⁽²⁾ = σ(z⁽²⁾) = (0.268941, 0.880797)
#   z⁽³⁾ = Θ⁽²⁾a⁽²⁾ = 2·0.268941 − 1·0.880797 = −0.342914       a⁽³⁾ = σ(z⁽³⁾) = 0.415102
WEIGHTS = {
    "dense/weights": [[1, -1], [0, 1]], "dense/bias": [0, 0],
    "dense_2/weights": [[2, -1]], "dense_2/bias": [0],
}  # fmt: skip
NETWORK = [Dense(units=2), Sigmoid(), Dense(units=1), Sigmoid()]
# Backward, for y = 1:
#   δ⁽³⁾ = a⁽³⁾ − y = −0.584898
#   a⁽²⁾ − a⁽²⁾² = (0.196612, 0.104994)
#   δ⁽²⁾ = Θ⁽²⁾ᵀδ⁽³⁾ ∘ (a⁽²⁾ − a⁽²⁾²) = (−1.169796 · 0.196612, 0.584898 · 0.104994) = (−0.229996, 0.061411)
DELTA_3, DELTA_2 = -0.584898, (-0.229996, 0.061411)
ONE = classes([[1, 2]], [1])
CROSS_ENTROPY = {"loss": "binary_cross_entropy"}


def test_the_forward_pass_ends_in_the_cost_of_its_answer() -> None:
    """−ln 0.415102 = 0.879232."""
    with session_of(NETWORK, ONE, WEIGHTS, **CROSS_ENTROPY) as session:
        assert session.step() == pytest.approx(0.879232, abs=1e-6)


def test_the_gradient_of_the_last_layer_is_its_delta_times_what_it_saw() -> None:
    """(a⁽³⁾ − y)·a⁽²⁾ᵀ = −0.584898 · (0.268941, 0.880797)."""
    with session_of(NETWORK, ONE, WEIGHTS, **CROSS_ENTROPY) as session:
        session.step()
        np.testing.assert_allclose(gradient_of(session, "dense_2"), [[-0.157303, -0.515176]], atol=1e-6)


def test_the_gradient_of_the_layer_before_is_its_delta_times_what_it_saw() -> None:
    """δ⁽²⁾·a⁽¹⁾ᵀ = (−0.229996, 0.061411)ᵀ·(1, 2)."""
    with session_of(NETWORK, ONE, WEIGHTS, **CROSS_ENTROPY) as session:
        session.step()
        wanted = [[-0.229996, -0.459992], [0.061411, 0.122822]]
        np.testing.assert_allclose(gradient_of(session, "dense"), wanted, atol=1e-6)


def test_the_gradient_of_a_bias_is_the_delta_itself() -> None:
    with session_of(NETWORK, ONE, WEIGHTS, **CROSS_ENTROPY) as session:
        session.step()
        np.testing.assert_allclose(gradient_of(session, "dense_2", "bias"), [DELTA_3], atol=1e-6)
        np.testing.assert_allclose(gradient_of(session, "dense", "bias"), DELTA_2, atol=1e-6)


def test_a_step_moves_both_layers_by_the_weights_it_started_from() -> None:
    """α = 1: Θ⁽¹⁾ − ∂J/∂Θ⁽¹⁾ with the old Θ⁽²⁾ in δ⁽²⁾, and Θ⁽²⁾ − ∂J/∂Θ⁽²⁾."""
    with session_of(NETWORK, ONE, WEIGHTS, optimizer=descent(1.0), **CROSS_ENTROPY) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[1.229996, -0.540008], [-0.061411, 0.877178]], atol=1e-6)
        np.testing.assert_allclose(weights_of(session, "dense_2"), [[2.157303, -0.484824]], atol=1e-6)
        np.testing.assert_allclose(bias_of(session), [0.229996, -0.061411], atol=1e-6)


def test_the_gradient_of_two_samples_is_the_mean_of_theirs() -> None:
    """The second sample is x = (0, 0) of class 0: a⁽²⁾ = (0.5, 0.5), z⁽³⁾ = 0.5, a⁽³⁾ = 0.622459 = δ⁽³⁾.

    Its ∂J/∂Θ⁽²⁾ is 0.622459 · (0.5, 0.5) = (0.311230, 0.311230), and with a⁽¹⁾ = 0 its ∂J/∂Θ⁽¹⁾ is zero:
    ((−0.157303 + 0.311230)/2, (−0.515176 + 0.311230)/2), and half of the first sample's ∂J/∂Θ⁽¹⁾.
    """
    with session_of(NETWORK, classes([[1, 2], [0, 0]], [1, 0]), WEIGHTS, **CROSS_ENTROPY) as session:
        session.step()
        np.testing.assert_allclose(gradient_of(session, "dense_2"), [[0.076963, -0.101973]], atol=1e-6)
        wanted = [[-0.114998, -0.229996], [0.030705, 0.061411]]
        np.testing.assert_allclose(gradient_of(session, "dense"), wanted, atol=1e-6)


def test_softmax_with_cross_entropy_has_the_same_delta_output_minus_target() -> None:
    """z⁽³⁾ = (0, 0): a⁽³⁾ = (0.5, 0.5), y = (0, 1), δ⁽³⁾ = (0.5, −0.5); times a⁽²⁾ = (0.268941, 0.880797)."""
    network = [Dense(units=2), Sigmoid(), Dense(units=2), Softmax()]
    weights = {**WEIGHTS, "dense_2/weights": np.zeros((2, 2)), "dense_2/bias": [0, 0]}
    with session_of(network, ONE, weights, loss="categorical_cross_entropy") as session:
        session.step()
        wanted = [[0.134471, 0.440399], [-0.134471, -0.440399]]
        np.testing.assert_allclose(gradient_of(session, "dense_2"), wanted, atol=1e-6)


def test_squared_error_passes_through_the_slope_of_the_last_sigmoid_too() -> None:
    """δ⁽³⁾ = (a⁽³⁾ − y)·a⁽³⁾(1 − a⁽³⁾) = −0.584898 · 0.242792 = −0.142009, for ½(y − f)²."""
    with session_of(NETWORK, ONE, WEIGHTS, loss={"kind": "mean_squared_error", "factor": "1/2"}) as session:
        session.step()
        np.testing.assert_allclose(gradient_of(session, "dense_2", "bias"), [-0.142009], atol=1e-6)
