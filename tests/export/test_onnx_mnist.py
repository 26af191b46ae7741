"""The lectures' networks on the real MNIST answer in onnxruntime as they answer here, all 10,000 times."""

import os
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.data.readers.mnist_folder import MnistFolder
from nnstudio.export.proof import Proof

FOLDER = os.environ.get("NNSTUDIO_TEST_MNIST")
STEPS = 150  # Enough for answers that differ from sample to sample.

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST"),
]
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.mark.parametrize("template", ["mnist-mlp", "mnist-lenet"])
def test_onnxruntime_agrees_on_all_test_samples(tmp_path: Path, template: str) -> None:
    data = MnistFolder().open(Path(str(FOLDER)))
    model = nn.new(template)
    model.arrays = data
    with model.session(data) as session:
        for _ in range(STEPS):
            session.step()
        model.keep(session)
    proof = model.export("onnx", tmp_path / "it.onnx").proof
    assert isinstance(proof, Proof)
    assert proof.runtime.startswith("onnxruntime")
    assert (proof.agreed, proof.samples, proof.compared) == (10_000, 10_000, "logits")
    assert proof.largest_difference <= 1e-4

    back = nn.from_onnx(tmp_path / "it.onnx")
    samples = data.inputs[data.part("test")[:1000]]
    np.testing.assert_allclose(back.predict(samples), model.predict(samples), atol=1e-6)
