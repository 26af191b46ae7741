"""Digits drawn anywhere on a pad, larger and smaller, are read as well as in the data set; without the stages not."""

import os
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.classify.way import stages_for, way
from nnstudio.data.readers.mnist_folder import MnistFolder
from tests.classify.drawing import drawn, hands

FOLDER = os.environ.get("NNSTUDIO_TEST_MNIST")
COUNT = 200
EVERY = ("crop", "invert", "scale", "centre", "normalise")

pytestmark = pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST")


@pytest.fixture(scope="module")
def mnist():
    return MnistFolder().open(Path(FOLDER))


@pytest.fixture(scope="module")
def picks(mnist):
    return np.random.default_rng(1).choice(mnist.part("test"), COUNT, replace=False)


@pytest.fixture(scope="module")
def pads(mnist, picks):
    return [drawn(mnist.inputs[pick, ..., 0], hand) for pick, hand in zip(picks, hands(COUNT), strict=True)]


@pytest.fixture(scope="module", params=["mnist-mlp", "mnist-lenet"])
def network(request, mnist):
    """Trained for a few epochs; with convolutions, the bundled one, which has the layers of mnist-lenet."""
    if request.param == "mnist-lenet":
        model = nn.new("mnist-trained")
        assert [node.layer for node in model.project.graph.nodes] == [
            node.layer for node in nn.new("mnist-lenet").project.graph.nodes
        ]
        return model.network(alone=True)
    model = nn.new(request.param)
    model.train(mnist, epochs=4)
    return model.network(alone=True)


def right(network, samples, mnist, picks):
    """The share of right answers in per cent."""
    return 100 * float((network.outputs(samples).argmax(axis=1) == mnist.targets[picks]).mean())


def test_drawn_digits_are_read_as_well_as_their_originals(network, mnist, picks, pads):
    stored, shares = network.stored, {"originals": right(network, mnist.inputs[picks], mnist, picks)}
    for name, off in {"all on": (), **{f"without {key}": (key,) for key in EVERY}, "all off": EVERY}.items():
        samples = np.stack([way(pad, stages_for(stored, off), stored).sample for pad in pads])
        shares[name] = right(network, samples, mnist, picks)
    print("; ".join(f"{name}: {share:.1f} %" for name, share in shares.items()))
    assert shares["originals"] > 95
    assert shares["all on"] >= shares["originals"] - 1.5
    assert shares["all off"] < 50
    assert shares["without crop"] < shares["all on"] - 5


def test_pads_are_as_large_as_they_are_said_to_be_and_drawn_all_over(pads):
    assert {pad.shape for pad in pads} == {(280, 280)}
    heights = [np.ptp(np.flatnonzero((pad < 128).any(axis=1))) for pad in pads]
    tops = [np.flatnonzero((pad < 128).any(axis=1))[0] for pad in pads]
    assert min(heights) < 130
    assert max(heights) > 260
    assert np.ptp(tops) > 100
