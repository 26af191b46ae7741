"""How one neuron learns: a step by hand, a batch, the squared error, and when to stop."""

import numpy as np
import pytest

from nnstudio.layers.dense import Dense
from nnstudio.layers.linear import Linear
from nnstudio.layers.sigmoid import Sigmoid

from .by_hand import bias_of, classes, descent, gradient_of, neuron, numbers, session_of, sgd, weights_of

NEURON = [Dense(units=1), Sigmoid()]
ASLEEP = neuron([0, 0], 0)


def test_one_step_of_a_neuron_moves_its_weights_by_rate_times_error_times_input() -> None:
    """y = σ(0) = 0.5, e = t − y = 0.5; Δw = η·e·x = 0.1 · 0.5 · (2, −1) = (0.1, −0.05); Δb = 0.1 · 0.5."""
    settings = {"loss": "binary_cross_entropy", "optimizer": sgd(0.1)}
    with session_of(NEURON, classes([[2, -1]], [1]), ASLEEP, **settings) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[0.1, -0.05]], rtol=1e-14)
        np.testing.assert_allclose(bias_of(session), [0.05], rtol=1e-14)


def test_an_answer_that_is_too_high_moves_the_weights_the_other_way() -> None:
    """t = 0: e = −0.5."""
    settings = {"loss": "binary_cross_entropy", "optimizer": sgd(0.1)}
    with session_of(NEURON, classes([[2, -1]], [0]), ASLEEP, **settings) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[-0.1, 0.05]], rtol=1e-14)


# e = 0.5 on (2, −1) and −0.5 on (1, 1): Σ e·x = (1 − 0.5, −0.5 − 0.5) = (0.5, −1), Σ e = 0.
PAIR = classes([[2, -1], [1, 1]], [1, 0])


def test_a_batch_moves_the_weights_by_the_mean_over_its_samples() -> None:
    """Δw = η/m Σ e·x = 0.1/2 · (0.5, −1) = (0.025, −0.05)."""
    with session_of(NEURON, PAIR, ASLEEP, loss="binary_cross_entropy", optimizer=descent(0.1)) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[0.025, -0.05]], rtol=1e-14)
        np.testing.assert_allclose(bias_of(session), [0], atol=1e-17)


def test_the_rate_of_the_sum_is_ours_divided_by_the_number_of_samples() -> None:
    """The lecture's Δw = η_sum Σ e·x with η_sum = 0.1 is our step with η_mean = m·η_sum = 0.2."""
    with session_of(NEURON, PAIR, ASLEEP, loss="binary_cross_entropy", optimizer=descent(0.2)) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[0.1 * 0.5, 0.1 * -1]], rtol=1e-14)


def test_the_same_sample_twice_in_a_batch_moves_no_further_than_once() -> None:
    moved = []
    for count in (1, 2):
        data = classes([[2, -1]] * count, [1] * count)
        with session_of(NEURON, data, ASLEEP, loss="binary_cross_entropy", optimizer=descent(0.1)) as session:
            session.step()
            moved.append(weights_of(session))
    np.testing.assert_allclose(moved[1], moved[0], rtol=1e-14)


def test_one_sample_at_a_time_moves_the_weights_twice_in_an_epoch() -> None:
    """First w = (0.1, −0.05), b = 0.05 as above. Then a = 0.1 − 0.05 + 0.05 = 0.1, σ(0.1) = 0.524979, e = −0.524979:
    w = (0.1 − 0.052498, −0.05 − 0.052498) and b = 0.05 − 0.052498."""
    settings = {"loss": "binary_cross_entropy", "optimizer": sgd(0.1), "batch_size": 1, "epochs": 1}
    with session_of(NEURON, PAIR, ASLEEP, **settings) as session:
        session.run()
        assert session.steps_done == 2
        np.testing.assert_allclose(weights_of(session), [[0.047502, -0.102498]], atol=5e-7)
        np.testing.assert_allclose(bias_of(session), [-0.002498], atol=5e-7)


def test_the_gradient_points_uphill() -> None:
    """θ := θ − α·∂J/∂θ, so the gradient is minus the move: −e·x = (−1, 0.5)."""
    with session_of(NEURON, classes([[2, -1]], [1]), ASLEEP, loss="binary_cross_entropy") as session:
        session.step()
        np.testing.assert_allclose(gradient_of(session, "dense"), [[-1, 0.5]], rtol=1e-14)


# Squared error on a sigmoid neuron: w = (0.5, −0.25), b = 0 and x = (1, 2), so a = 0 and f = 0.5.
HALF = {"kind": "mean_squared_error", "factor": "1/2"}
START = neuron([0.5, -0.25], 0)
SAMPLE = numbers([[1, 2]], [[1]])


def test_half_the_squared_error_moves_a_sigmoid_neuron_by_its_delta() -> None:
    """δ₀ = (y − f)·f·(1 − f) = 0.5 · 0.5 · 0.5 = 0.125; w := w + 0.8 · 0.125 · (1, 2); b := 0 + 0.8 · 0.125."""
    with session_of(NEURON, SAMPLE, START, loss=HALF, optimizer=sgd(0.8)) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[0.6, -0.05]], rtol=1e-13)
        np.testing.assert_allclose(bias_of(session), [0.1], rtol=1e-14)


def test_the_second_step_starts_where_the_first_one_ended() -> None:
    """a = 0.6 − 0.1 + 0.1 = 0.6, f = 0.645656, δ₀ = 0.354344 · 0.645656 · 0.354344 = 0.081068;
    w = (0.6 + 0.064855, −0.05 + 0.129709), b = 0.1 + 0.064855."""
    with session_of(NEURON, SAMPLE, START, loss=HALF, optimizer=sgd(0.8), epochs=2) as session:
        session.run()
        np.testing.assert_allclose(weights_of(session), [[0.664855, 0.079709]], atol=5e-7)
        np.testing.assert_allclose(bias_of(session), [0.164855], atol=5e-7)


def test_the_mean_of_squares_moves_twice_as_far_as_half_of_it() -> None:
    """Without the ½ the derivative keeps its 2: w := w + 0.8 · 2 · 0.125 · (1, 2)."""
    with session_of(NEURON, SAMPLE, START, loss="mean_squared_error", optimizer=sgd(0.8)) as session:
        session.step()
        np.testing.assert_allclose(weights_of(session), [[0.7, 0.15]], rtol=1e-13)


def test_a_sigmoid_that_is_sure_and_wrong_hardly_learns_from_the_squared_error() -> None:
    """At a = 10 with t = 0: f(1 − f) = 4.54e-5 makes δ₀ tiny; cross-entropy keeps e = −0.99995."""
    gradients = {}
    for loss, data in ((HALF, numbers([[10]], [[0]])), ({"kind": "binary_cross_entropy"}, classes([[10]], [0]))):
        with session_of(NEURON, data, neuron([1], 0), loss=loss) as session:
            session.step()
            gradients[loss["kind"]] = gradient_of(session, "dense", "bias")[0]
    assert gradients["mean_squared_error"] == pytest.approx(4.5394e-5, rel=1e-4)
    assert gradients["binary_cross_entropy"] == pytest.approx(0.9999546, rel=1e-7)


# J = (w + b)² for x = 1 and y = 0. The step takes α·2(w + b) off w and off b: with α = 1/8, w + b is halved,
# so J = 1, 1/4, 1/16, 1/64, 1/256, ... and the changes are 0.75, 0.1875, 0.046875, 0.01171875.
LINE, AT_ONE = [Dense(units=1), Linear()], numbers([[1]], [[0]])


def _halving(threshold: float) -> dict[str, object]:
    stops = [{"kind": "small_change", "threshold": threshold}]
    return {"optimizer": descent(0.125), "stops": stops, "epochs": 100}


def test_the_cost_that_is_recorded_belongs_to_the_weights_before_the_step() -> None:
    with session_of(LINE, AT_ONE, neuron([1], 0), **_halving(0.05)) as session:
        session.run()
        assert list(session.history.losses) == [1, 0.25, 0.0625, 0.015625]


@pytest.mark.parametrize(("threshold", "epochs"), [(0.75, 2), (0.5, 3), (0.046875, 4), (0.046, 5)])
def test_training_stops_once_the_cost_changes_by_no_more_than_the_threshold(threshold: float, epochs: int) -> None:
    with session_of(LINE, AT_ONE, neuron([1], 0), **_halving(threshold)) as session:
        session.run()
        assert session.epoch == epochs
        assert session.finished == f"the loss changed by no more than {threshold:g}"


# Two samples, x = 1 of class 1 and x = −1 of class 0: by symmetry b stays 0, and Σ e·x = 2(1 − σ(w)).
MIRRORED = classes([[1], [-1]], [1, 0])


def test_weights_grow_without_bound_on_classes_that_a_line_separates() -> None:
    """dw/dt = 1 − σ(w) = 1/(1 + eʷ) is never 0: w + eʷ = 1 + t, so after 1,000 steps w is near ln 994 = 6.9."""
    settings = {"loss": "binary_cross_entropy", "optimizer": descent(1.0), "epochs": 1_000}
    with session_of(NEURON, MIRRORED, neuron([0], 0), **settings) as session:
        seen = []
        while not session.finished:
            session.step()
            seen.append(weights_of(session)[0, 0])
        assert (np.diff(seen) > 0).all()
        assert seen[-1] == pytest.approx(6.90, abs=0.02)


def test_weights_settle_where_the_penalty_balances_the_errors() -> None:
    """λw = Σ e·x = 2(1 − σ(w)). For w = ln 4, σ(w) = 0.8: λ = 0.4/1.386294 = 0.288539."""
    settings = {
        "loss": "binary_cross_entropy", "optimizer": descent(1.0), "epochs": 300,
        "penalty": {"kind": "l2", "strength": 0.288539},
    }  # fmt: skip
    with session_of(NEURON, MIRRORED, neuron([0], 0), **settings) as session:
        session.run()
        np.testing.assert_allclose(weights_of(session), [[1.386294]], atol=5e-6)
