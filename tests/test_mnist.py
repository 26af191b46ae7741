"""The lectures' networks reach the lectures' accuracies on the real MNIST."""

import os
from pathlib import Path

import pytest

import nnstudio as nn
from nnstudio.data.readers.mnist_folder import MnistFolder

FOLDER = os.environ.get("NNSTUDIO_TEST_MNIST")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST"),
]


@pytest.fixture(scope="module")
def mnist():
    return MnistFolder().open(Path(FOLDER))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_hidden_layer_reaches_the_lectures_97_1_percent(mnist, seed):
    """The lecture's own run ends at 97.27 %, PyTorch with three seeds at 97.22, 97.29 and 97.38 %."""
    model = nn.new("mnist-mlp")
    model.train(mnist, seed=seed, epochs=10)
    assert model.evaluate(mnist).accuracy >= 0.971


@pytest.mark.parametrize("seed", [0, 1])
def test_convolutions_reach_98_3_percent_in_three_epochs(mnist, seed):
    """PyTorch with two seeds: 98.63 and 98.41 %."""
    model = nn.new("mnist-lenet")
    model.train(mnist, seed=seed, epochs=3)
    assert model.evaluate(mnist).accuracy >= 0.983
