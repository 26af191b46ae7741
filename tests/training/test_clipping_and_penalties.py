"""Clipping bounds a step; penalties and frozen layers say which weights move."""

import numpy as np
import pytest

from nnstudio.data.dataset import DataSet
from nnstudio.layers.dense import Dense
from nnstudio.layers.tanh import Tanh

from .networks import bits_of, line, session_of


def _steep(**settings: object):
    """x = 1, y = 2, w = b = 0: the gradient is (−4, −4), its length 5.656854."""
    data = line(2)
    one = DataSet("line", data.inputs[1:], data.targets[1:], (), {"train": np.arange(1)})
    given = {"optimizer": {"kind": "sgd", "learning_rate": 1.0}, "precision": "float64", **settings}
    return session_of([Dense(units=1, weights_start="zeros")], one, **given)


def test_a_gradient_that_is_too_long_is_shortened_and_keeps_its_direction() -> None:
    """At most 1 long: w = b = 4/5.656854 = 0.707107."""
    with _steep(clip=1.0) as session:
        session.step()
        np.testing.assert_allclose(session.parameters.vector, [0.707107, 0.707107], atol=5e-7)


def test_a_gradient_that_is_short_enough_is_left_alone() -> None:
    with _steep(clip=5.7) as session:
        session.step()
        np.testing.assert_array_equal(session.parameters.vector, [4, 4])


def test_no_clipping_is_the_default() -> None:
    with _steep() as session:
        session.step()
        np.testing.assert_array_equal(session.parameters.vector, [4, 4])


def test_the_recorded_length_is_that_before_clipping() -> None:
    with _steep(clip=1.0) as session:
        session.step()
        assert session.history.lengths[0] == pytest.approx(5.656854, rel=1e-6)


def test_no_clipped_step_is_longer_than_the_rate_times_the_bound() -> None:
    settings = {"clip": 0.5, "optimizer": {"kind": "sgd", "learning_rate": 0.1}, "batch_size": 2, "epochs": 3}
    with session_of([Dense(units=4), Tanh(), Dense(units=1)], line(), precision="float64", **settings) as session:
        while not session.finished:
            before = session.parameters.vector.copy()
            session.step()
            assert np.linalg.norm(session.parameters.vector - before) <= 0.05 * (1 + 1e-12)
        assert max(session.history.lengths) > 0.5


# Data that costs nothing: the answer 3x + 10 is right, so only the penalty moves the weights.
def _content(penalty: dict[str, object]):
    x = np.array([[0.0], [1.0], [2.0], [3.0]])
    data = DataSet("line", x, 3 * x + 10, (), {"train": np.arange(4)})
    weights = {"dense/weights": np.array([[3.0]]), "dense/bias": np.array([10.0])}
    settings = {"penalty": penalty, "precision": "float64", "optimizer": {"kind": "sgd", "learning_rate": 0.5}}
    return session_of([Dense(units=1)], data, weights=weights, **settings)


def test_l2_shrinks_weights_by_a_share_and_leaves_biases() -> None:
    """w − α·λ/m·w = 3 − 0.5 · 2/4 · 3 = 2.25; the cost is λ/2m · 9 = 2.25."""
    with _content({"kind": "l2", "strength": 2}) as session:
        assert session.step() == pytest.approx(2.25, rel=1e-14)
        np.testing.assert_allclose(session.parameters.vector, [2.25, 10], rtol=1e-14)


def test_l1_shrinks_weights_by_a_constant_and_leaves_biases() -> None:
    """w − α·λ/m·sign w = 3 − 0.5 · 2/4 = 2.75; the cost is λ/m · 3 = 1.5."""
    with _content({"kind": "l1", "strength": 2}) as session:
        assert session.step() == pytest.approx(1.5, rel=1e-14)
        np.testing.assert_allclose(session.parameters.vector, [2.75, 10], rtol=1e-14)


def test_a_frozen_layer_stays_while_the_others_learn() -> None:
    layers = [Dense(units=3, frozen=True), Tanh(), Dense(units=1)]
    with session_of(layers, line(), optimizer="adam", epochs=2, penalty={"kind": "l2", "strength": 1}) as session:
        frozen, learning = (session.parameters.of(name)["weights"] for name in ("dense", "dense_2"))
        before = frozen.copy(), learning.copy()
        session.run()
        np.testing.assert_array_equal(frozen, before[0])
        assert (learning != before[1]).all()


def test_a_rate_of_nought_moves_nothing() -> None:
    with session_of([Dense(units=1)], line(), optimizer={"kind": "sgd", "learning_rate": 0}, epochs=2) as session:
        before = bits_of(session)
        session.run()
        assert bits_of(session) == before
