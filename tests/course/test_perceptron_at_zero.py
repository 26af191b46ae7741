"""At a = 0 the threshold unit answers no: a mistake only where yes was wanted."""

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.data.dataset import DataSet


def after_one_epoch(target):
    """Zero weights and one sample x = (1, 2); its class is 1 for yes."""
    inputs = np.array([[1.0, 2.0]], np.float32)
    data = DataSet("one", inputs, np.array([target]), ("no", "yes"), {"train": np.array([0])})
    neuron = nn.Dense(1, weights_start="zeros")
    model = nn.model(
        nn.chain(nn.Input((2,)), neuron, nn.Threshold()),
        loss="perceptron_criterion", optimizer="perceptron_rule", epochs=1,
    )  # fmt: skip
    model.train(data)
    weights = model.project.weights
    return [*weights["dense/weights"][0], *weights["dense/bias"]]


@pytest.mark.parametrize(("target", "weights"), [(0, [0, 0, 0]), (1, [1, 2, 1])])
def test_zero_weights_move_only_where_yes_was_wanted(target, weights):
    """Θ(0) = −1. For t = −1 that is right: nothing moves. For t = 1 it is wrong: w = 0 + 1·1·(1, 2), b = 0 + 1."""
    assert after_one_epoch(target) == weights
