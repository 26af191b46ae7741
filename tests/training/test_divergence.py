"""Divergence: found at once, named, and survived with weights that still answer."""

import numpy as np
import pytest

from nnstudio.data.dataset import DataSet
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.linear import Linear
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.threshold import Threshold

from .networks import MIXED, bits_of, line, session_of, three_classes

TWO_LAYERS = [Dense(units=4), ReLU(), Dense(units=1)]
HUGE = {"optimizer": {"kind": "sgd", "learning_rate": 1e6}, "batch_size": 5, "epochs": 50}


def _diverged(layers=TWO_LAYERS, data=None, **settings):
    with session_of(layers, data or line(), **{**HUGE, **settings}) as session:
        session.run()
    assert session.diverged is not None
    return session


def test_a_huge_rate_ends_the_training_with_the_batch_whose_numbers_are_not_finite() -> None:
    session = _diverged()
    assert np.isfinite(session.history.losses).all()
    assert len(session.history.losses) == session.diverged.step - 1


def test_a_divergence_names_its_step_layer_and_quantity() -> None:
    session = _diverged()
    assert session.diverged.step > 1
    assert session.diverged.layer in {"Dense", "ReLU", "Dense 2"}
    assert session.diverged.quantity in {"output", "loss", "gradient", "length of the gradient behind the loss"}


def test_a_diverged_training_says_what_to_do() -> None:
    session = _diverged()
    assert session.finished == session.diverged.sentence
    assert f"diverged at step {session.diverged.step}" in session.finished
    assert "Choose a smaller learning rate" in session.finished


def test_the_weights_kept_are_finite_and_give_a_finite_loss() -> None:
    session = _diverged()
    assert np.isfinite(session.parameters.vector).all()
    assert np.isfinite(session.judge("train").mean_loss)


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "rmsprop", "adagrad", "nesterov", "adamw"])
def test_the_weights_kept_are_finite_with_every_optimizer(optimizer: str) -> None:
    with session_of(TWO_LAYERS, line(), optimizer={"kind": optimizer, "learning_rate": 1e6}, epochs=200) as session:
        session.run()
    assert np.isfinite(session.parameters.vector).all()
    assert np.isfinite(session.judge("train").mean_loss)


def test_a_large_network_keeps_weights_of_not_long_ago() -> None:
    """Beyond 20,000 weights they are kept at every 64th step only."""
    layers = [Dense(units=20_001, weights_start="zeros"), Dense(units=1, weights_start="zeros")]
    settings = {"optimizer": {"kind": "sgd", "learning_rate": 1e-6}, "batch_size": 1, "epochs": 50}
    with session_of(layers, line(10), **settings) as session:
        while session.steps_done < 64:
            session.step()
        kept = bits_of(session)
        session.step()
        session.learning_rate = 1e30
        session.run()
        assert session.diverged is not None
        assert bits_of(session) == kept


def test_a_divergence_in_the_first_step_leaves_the_weights_that_were_given() -> None:
    given = {"dense/weights": np.array([[1e30]], np.float32), "dense/bias": np.array([5], np.float32)}
    with session_of([Dense(units=1)], line(), weights=given, batch_size=5) as session:
        session.step()
        assert session.diverged is not None
        np.testing.assert_array_equal(session.parameters.vector, np.array([1e30, 5], np.float32))


def test_weights_that_are_set_later_are_those_that_a_divergence_leaves() -> None:
    later = {"dense/weights": np.array([[1e30]], np.float32), "dense/bias": np.array([5], np.float32)}
    with session_of([Dense(units=1)], line(), batch_size=5) as session:
        session.set_weights(later)
        session.step()
        np.testing.assert_array_equal(session.parameters.vector, np.array([1e30, 5], np.float32))


def test_an_answer_that_is_too_large_for_its_square_is_named_as_the_loss() -> None:
    given = {"dense/weights": np.array([[1e30]], np.float32), "dense/bias": np.array([5], np.float32)}
    with session_of([Dense(units=1)], line(), weights=given) as session:
        session.step()
        assert (session.diverged.step, session.diverged.layer, session.diverged.quantity) == (1, "Dense", "loss")


def test_the_first_layer_whose_answer_is_not_finite_is_named() -> None:
    given = {
        "dense/weights": np.full((2, 1), 1e38, np.float32), "dense/bias": np.zeros(2, np.float32),
        "dense_2/weights": np.ones((1, 2), np.float32), "dense_2/bias": np.zeros(1, np.float32),
    }  # fmt: skip
    with session_of([Dense(units=2), Linear(), Dense(units=1)], line(), weights=given) as session:
        session.step()
        assert (session.diverged.step, session.diverged.layer, session.diverged.quantity) == (1, "Dense", "output")


# A broken input, wherever in the batch it is.
def _with(data: DataSet, sample: int, value: float) -> DataSet:
    inputs = data.inputs.copy()
    inputs[sample].flat[0] = value
    return DataSet(data.name, inputs, data.targets, data.class_names, data.parts)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_an_input_that_is_not_finite_is_named_as_the_input(value: float) -> None:
    with session_of(MIXED, _with(three_classes(), 3, value), batch_size=22) as session:
        session.step()
        assert (session.diverged.step, session.diverged.quantity) == (1, "input")
        wanted = "step 1 met an input that is not a finite number. Look at the data and its preparation"
        assert session.finished == wanted


@pytest.mark.parametrize("sample", [0, 70, 199])
def test_a_broken_image_is_named_as_the_input_in_whichever_part_of_the_batch_it_is(sample: int) -> None:
    """Images are worked on 64 at a time, so that 200 are four parts in one lane or two."""
    random = np.random.default_rng(0)
    images, answers = random.random((200, 6, 6, 1), np.float32), random.integers(0, 2, 200)
    data = DataSet("images", images, answers, ("a", "b"), {"train": np.arange(200)})
    layers = [Conv2D(filters=2), ReLU(), Flatten(), Dense(units=2), Softmax()]
    with session_of(layers, _with(data, sample, np.nan), batch_size=200, shuffle=False) as session:
        session.step()
        assert session.diverged.quantity == "input"


def test_a_broken_input_leaves_finite_weights() -> None:
    with session_of(MIXED, _with(three_classes(), 3, np.nan), batch_size=4, optimizer="adam", epochs=3) as session:
        session.run()
        assert session.diverged.quantity == "input"
        assert np.isfinite(session.parameters.vector).all()


def test_a_broken_input_does_not_keep_the_perceptron_from_saying_so() -> None:
    data = _with(DataSet("pair", np.ones((2, 2)), np.array([0, 1]), ("no", "yes"), {"train": np.arange(2)}), 0, np.nan)
    given = {"loss": "perceptron_criterion", "optimizer": "perceptron_rule"}
    with session_of([Dense(units=1), Threshold()], data, **given) as session:
        session.run()
        assert session.diverged.quantity == "input"


def test_a_training_whose_last_step_leaps_out_of_the_finite_numbers_has_diverged_too() -> None:
    """One step at a rate of 1e30 leaves weights of 1e31: finite, but the loss of the validation is not."""
    data = line(10)
    data = DataSet("line", data.inputs, data.targets, (), {"train": np.arange(8), "validation": np.arange(8, 10)})
    with session_of([Dense(units=1)], data, batch_size=8, epochs=1) as session:
        session.learning_rate = 1e30
        session.run()
        assert session.diverged is not None
        assert np.isfinite(session.judge("validation").mean_loss)
        assert np.isfinite(session.parameters.vector).all()


def test_a_last_step_that_leaps_is_found_without_a_validation_part_too() -> None:
    with session_of([Dense(units=1)], line(10), batch_size=10, epochs=1) as session:
        session.learning_rate = 1e30
        session.run()
        assert (session.diverged.step, session.epoch) == (1, 1)
        assert session.finished == session.diverged.sentence
        assert np.isfinite(session.judge("train").mean_loss)


def test_a_target_that_is_not_finite_is_named_as_the_target() -> None:
    data = line(10)
    targets = data.targets.copy()
    targets[7] = np.nan
    with session_of([Dense(units=1)], DataSet("line", data.inputs, targets, (), data.parts)) as session:
        session.step()
        assert (session.diverged.step, session.diverged.quantity) == (1, "target")


def test_a_broken_input_of_the_validation_is_named_too() -> None:
    data = _with(three_classes(train=22, validation=7), 25, np.nan)
    with session_of(MIXED, data, batch_size=8) as session:
        session.run()
        assert (session.diverged.step, session.diverged.quantity) == (3, "input")
