"""The networks of the lectures on the real MNIST: all 10,000 predictions of the exports are ours."""

import os
from importlib.util import find_spec

import pytest

import nnstudio as nn

FOLDER = os.environ.get("NNSTUDIO_TEST_MNIST")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST"),
]


@pytest.fixture(scope="module", params=["mnist-mlp", "mnist-lenet"])
def model(request: pytest.FixtureRequest) -> nn.Model:
    made = nn.new(request.param)
    made.train(FOLDER, epochs=1)
    return made


@pytest.mark.parametrize("kind", ["numpy", "torch"])
def test_all_predictions_are_ours(model: nn.Model, kind: str, tmp_path) -> None:
    if kind == "torch" and find_spec("torch") is None:
        pytest.skip("PyTorch is not installed, so there is nothing to compare with")
    proof = model.export(kind, tmp_path / "out").proof
    assert proof.samples == proof.agreed == 10_000
    assert proof.compared == "logits"
    assert proof.largest_difference <= 1e-4
