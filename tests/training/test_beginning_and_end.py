"""What a session refuses to begin with, and what it leaves behind when it is closed."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nnstudio.core.errors import ModelError, TrainingError
from nnstudio.data.dataset import DataSet
from nnstudio.layers.dense import Dense
from nnstudio.layers.threshold import Threshold

from .networks import LARGE, NEURON, bits_of, session_of, ten_classes, two_classes


def test_data_without_training_samples_is_refused_by_name() -> None:
    data = two_classes(4)
    empty = DataSet("leftovers", data.inputs, data.targets, data.class_names, {"test": np.arange(4)})
    with pytest.raises(TrainingError, match="The data leftovers has no training samples"):
        session_of(NEURON, empty)


@pytest.mark.parametrize("loss", ["mean_squared_error", "hinge"])
def test_the_perceptron_rule_wants_the_perceptron_criterion(loss: str) -> None:
    with pytest.raises(TrainingError, match="The perceptron rule goes with the perceptron criterion, not with"):
        session_of([Dense(units=1), Threshold()], two_classes(), loss=loss, optimizer="perceptron_rule")


def test_given_weights_are_where_the_training_begins() -> None:
    given = {"dense/weights": np.array([[0.25, -0.5]], np.float32), "dense/bias": np.array([0.75], np.float32)}
    with session_of(NEURON, two_classes(), weights=given) as session:
        np.testing.assert_array_equal(session.parameters.vector, np.array([0.25, -0.5, 0.75], np.float32))


def test_the_same_seed_begins_with_the_same_weights_whatever_the_optimizer() -> None:
    with session_of(NEURON, two_classes(), optimizer="adam") as one, session_of(NEURON, two_classes()) as other:
        assert bits_of(one) == bits_of(other)


def test_the_data_is_not_changed_by_training() -> None:
    data = two_classes(validation=3)
    before = data.inputs.tobytes(), data.targets.tobytes()
    with session_of(NEURON, data, epochs=3) as session:
        session.run()
    assert (data.inputs.tobytes(), data.targets.tobytes()) == before


@pytest.fixture
def two_threads() -> Iterator[None]:
    np.ones((4, 4)) @ np.ones((4, 4))
    with threadpool_limits(limits=2, user_api="blas"):
        if 2 not in _threads():
            pytest.skip("this machine's matrix products cannot use two threads")
        yield


def _threads() -> set[int]:
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


def test_a_closed_session_leaves_no_thread_alive() -> None:
    before = set(threading.enumerate())
    with session_of(LARGE, ten_classes(), threads=2, batch_size=300) as session:
        session.step()
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) == before


@pytest.mark.usefixtures("two_threads")
def test_a_closed_session_gives_matrix_products_their_threads_back() -> None:
    before = _threads()
    with session_of(NEURON, two_classes()):
        assert _threads() == {1}
    assert _threads() == before


@pytest.mark.usefixtures("two_threads")
def test_a_session_that_is_refused_gives_matrix_products_their_threads_back() -> None:
    before = _threads()
    with pytest.raises(ModelError, match="The weights do not fit the model"):
        session_of(NEURON, two_classes(), weights={})
    assert _threads() == before


def test_a_closed_session_still_has_its_weights_and_history() -> None:
    with session_of(NEURON, two_classes(), epochs=2) as session:
        session.run()
    assert np.isfinite(session.parameters.vector).all()
    assert len(session.history.epochs) == 2
