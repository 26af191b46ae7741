"""The numbers that stand for a class: as the network's end asks, or as a step says."""

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.core.errors import ModelError
from nnstudio.data.sources import open_data
from nnstudio.training.samples import samples_of


def model(*end: object, **settings: object) -> nn.Model:
    return nn.model(nn.chain(nn.Input((2,)), *end), **settings)


def targets(model: nn.Model, typed: str) -> np.ndarray:
    data = open_data(typed)
    return samples_of(model.plan(data), data).targets


def test_without_a_step_the_end_of_the_network_decides() -> None:
    assert set(np.unique(targets(model(nn.Dense(1), nn.Sigmoid()), "circle"))) == {0, 1}
    assert set(np.unique(targets(model(nn.Dense(1), nn.Tanh()), "circle"))) == {-1, 1}


def test_plus_and_minus_one_can_be_chosen() -> None:
    wanted = targets(model(nn.Dense(1), nn.Sigmoid()), "circle,target-code=plus_minus_one")
    assert set(np.unique(wanted)) == {-1, 1}


def test_one_hot_writes_one_at_the_place_of_the_class_and_zero_elsewhere() -> None:
    data = open_data("circle,target-code=one_hot")
    plan = model(nn.Dense(2), nn.Tanh()).plan(data)
    np.testing.assert_array_equal(samples_of(plan, data).targets, np.eye(2)[data.targets])


def test_answers_are_judged_halfway_between_no_and_yes() -> None:
    data = open_data("circle,target-code=plus_minus_one")
    assert model(nn.Dense(1)).plan(data).encoding.middle == 0


def test_a_step_that_is_off_leaves_it_to_the_network() -> None:
    assert set(np.unique(targets(model(nn.Dense(1), nn.Tanh()), "circle,target-code=off"))) == {-1, 1}


def test_a_code_that_the_loss_is_not_made_for_is_refused() -> None:
    logistic = model(nn.Dense(1), nn.Sigmoid(), loss="binary_cross_entropy")
    with pytest.raises(ModelError, match="made for targets 0 and 1, but the target code of circle writes -1 and 1"):
        logistic.plan(open_data("circle,target-code=plus_minus_one"))


def test_training_with_a_chosen_code_learns() -> None:
    linear = model(nn.Dense(1), optimizer={"kind": "adam", "learning_rate": 0.05}, epochs=40)
    linear.train("gauss,target-code=plus_minus_one")
    assert linear.evaluate("gauss,target-code=plus_minus_one").accuracy > 0.95
