"""Gradient descent on a line and a parabola: where it ends, and which rates are too small, right, and too large."""

from typing import Any

import numpy as np
import pytest

from nnstudio.data.dataset import DataSet
from nnstudio.data.generated import LinearRegression
from nnstudio.data.split import undivided
from nnstudio.layers.dense import Dense
from nnstudio.training.session import Session

from .by_hand import bias_of, cost_of, descent, neuron, numbers, session_of, sgd, weights_of

START = neuron([0.1], 0)


def lecture() -> DataSet:
    """y = θx + noise with θ = 1, 100 points and x ~ N(0, 2)."""
    return undivided(LinearRegression(slope=1.0, samples=100).make(np.random.default_rng(0)))


def trained(data: DataSet, rate: float, epochs: int, **settings: Any) -> Session:
    with session_of([Dense(units=1)], data, START, optimizer=descent(rate), epochs=epochs, **settings) as session:
        session.run()
    return session


def test_descent_on_the_noisy_line_ends_at_the_least_squares_solution() -> None:
    data = lecture()
    session = trained(data, 0.1, 300)
    system = np.column_stack((data.inputs[:, 0], np.ones(100))).astype(np.float64)
    theta, offset = np.linalg.lstsq(system, data.targets[:, 0].astype(np.float64), rcond=None)[0]
    assert weights_of(session)[0, 0] == pytest.approx(theta, abs=1e-9)
    assert bias_of(session)[0] == pytest.approx(offset, abs=1e-9)


def test_descent_on_the_noisy_line_ends_near_the_true_slope() -> None:
    """The slope is uncertain by noise/√(Σx²) = 0.5/√(100 · 4) = 0.025; four times that is allowed."""
    assert weights_of(trained(lecture(), 0.1, 300))[0, 0] == pytest.approx(1.0, abs=0.1)


def test_full_batch_descent_with_a_small_rate_never_goes_uphill() -> None:
    losses = np.array(trained(lecture(), 0.02, 100).history.losses)
    assert (np.diff(losses) <= 0).all()
    assert losses[-1] < losses[0]


def test_the_cost_of_stochastic_descent_is_jagged() -> None:
    settings = {"optimizer": sgd(0.02), "batch_size": 1, "epochs": 1, "shuffle": True}
    with session_of([Dense(units=1)], lecture(), START, **settings) as session:
        costs = [cost_of(session)]
        while not session.finished:
            session.step()
            costs.append(cost_of(session))
    assert (np.diff(costs) > 0).any()
    assert costs[-1] < costs[0]


# The parabola. x = 2 and −2 with y = x: J = mean (wx − x)² = 4(w − 1)², J' = 8(w − 1), J'' = 8 = λmax.
# From w = 0 the distance d = 1 − w becomes (1 − 8α)·d at each step; b stays 0 since the two samples cancel.
PARABOLA = numbers([[2], [-2]], [[2], [-2]])


def _distances(rate: float, steps: int) -> list[float]:
    with session_of([Dense(units=1)], PARABOLA, neuron([0], 0), optimizer=descent(rate), epochs=steps) as session:
        found = []
        while not session.finished:
            session.step()
            found.append(1 - weights_of(session)[0, 0])
        assert bias_of(session) == [0]
    return found


def test_a_rate_that_is_too_small_creeps() -> None:
    """1 − 8 · 0.01 = 0.92."""
    np.testing.assert_allclose(_distances(0.01, 3), [0.92, 0.8464, 0.778688], rtol=1e-12)


def test_the_right_rate_arrives_in_one_step() -> None:
    """α = 1/λ = 0.125: 1 − 8 · 0.125 = 0."""
    assert _distances(0.125, 2) == [0, 0]


def test_a_rate_that_is_large_jumps_across_the_valley_and_still_arrives() -> None:
    """1 − 8 · 0.2 = −0.6."""
    np.testing.assert_allclose(_distances(0.2, 3), [-0.6, 0.36, -0.216], rtol=1e-12)


def test_at_twice_the_right_rate_the_steps_jump_to_and_fro_for_ever() -> None:
    """α = 2/λ = 0.25: 1 − 8 · 0.25 = −1."""
    assert _distances(0.25, 4) == [-1, 1, -1, 1]


def test_a_rate_that_is_too_large_climbs_out_of_the_valley() -> None:
    """1 − 8 · 0.3 = −1.4."""
    np.testing.assert_allclose(_distances(0.3, 3), [-1.4, 1.96, -2.744], rtol=1e-12)


def _limit(data: DataSet) -> float:
    """2/λmax of the second derivatives of J = mean (wx + b − y)², H = 2/m·[x 1]ᵀ[x 1]."""
    system = np.column_stack((data.inputs[:, 0], np.ones(len(data.inputs)))).astype(np.float64)
    return float(2 / np.linalg.eigvalsh(2 / len(system) * system.T @ system)[-1])


def test_the_limit_of_the_parabola_is_a_quarter() -> None:
    assert _limit(PARABOLA) == pytest.approx(0.25, rel=1e-14)


def test_descent_still_arrives_just_below_the_limit() -> None:
    """The distance shrinks by |1 − 0.99 · 2| = 0.98 a step: 0.98²⁰⁰⁰ = 3e-18."""
    data = lecture()
    below = weights_of(trained(data, 0.99 * _limit(data), 2000))[0, 0]
    assert below == pytest.approx(weights_of(trained(data, 0.1, 300))[0, 0], abs=1e-9)


def test_descent_diverges_just_above_the_limit_and_says_so() -> None:
    """The distance grows by |1 − 1.01 · 2| = 1.02 a step: its square passes 3.4e38 after about 2,200 steps."""
    data = lecture()
    session = trained(data, 1.01 * _limit(data), 10_000, precision="float32")
    assert session.diverged is not None
    assert session.diverged.layer == "Dense"
    assert 1_500 < session.diverged.step < 3_000
    assert session.finished == session.diverged.sentence
    assert "Choose a smaller learning rate" in session.finished
