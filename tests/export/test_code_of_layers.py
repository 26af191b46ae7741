"""Every layer alone, written in NumPy, PyTorch and Keras, answers as the studio does."""

import numpy as np
import pytest

from nnstudio.core.errors import StudioError
from nnstudio.graph.edits import chain
from nnstudio.layers.base import layers
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from tests.contract.examples import Example, all_examples, one_of_each
from tests.export.code_models import layer_alone, samples_for, trained
from tests.export.scripts import Numbers, by_keras, by_numpy, by_torch, files_of

CLOSE = 1e-5  # Of the largest answer, or of 1.

IMAGES = [each for each in all_examples() if each.layer.group == "Images"]
ONE_OF_EACH_AND_IMAGES = [*IMAGES, *(each for each in one_of_each() if each.layer.group != "Images")]

every_example = pytest.mark.parametrize("example", all_examples(), ids=str)


def error(found: Numbers, wanted: Numbers) -> float:
    assert np.asarray(found).reshape(len(wanted), -1).shape == wanted.shape
    return float(np.abs(np.asarray(found).reshape(wanted.shape) - wanted).max() / max(1.0, np.abs(wanted).max()))


@every_example
def test_a_layer_in_numpy_answers_as_ours(example: Example) -> None:
    model = layer_alone(example)
    samples = samples_for(model)
    assert error(by_numpy(model, samples)[0], model.answers(samples).outputs) <= CLOSE


@every_example
def test_a_layer_in_pytorch_answers_as_ours(example: Example) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    model = layer_alone(example)
    samples = samples_for(model)
    assert error(by_torch(model, samples)[0], model.answers(samples).outputs) <= CLOSE


@pytest.mark.parametrize("example", ONE_OF_EACH_AND_IMAGES, ids=str)
def test_a_layer_in_keras_answers_as_ours(example: Example, keras: None) -> None:
    model = layer_alone(example)
    samples = samples_for(model)
    assert error(by_keras(model, samples)[0], model.answers(samples).outputs) <= CLOSE


@pytest.mark.parametrize("by", [by_numpy, by_torch])
def test_double_precision_stays_double(by) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    model = trained(chain(Input(shape=(5,)), Dense(units=7), ReLU(), Dense(units=3)), precision="float64")
    samples = samples_for(model).astype(np.float64)
    found = by(model, samples)[0]
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, model.answers(samples).outputs, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("kind", sorted(layers().kinds()))
@pytest.mark.parametrize("words", ["in_torch", "in_keras"])
def test_every_layer_says_its_own_words(kind: str, words: str) -> None:
    assert words in vars(layers().find(kind)), f"Say in layers/{kind}.py what it is called there."


def test_a_layer_without_words_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    model = trained(chain(Input(shape=(3,)), Dense(units=2), ReLU()))
    for words, by in (("in_torch", "torch"), ("in_keras", "keras")):
        monkeypatch.setattr(ReLU, words, lambda self, *inputs: None)
        with pytest.raises(StudioError, match=r"how ReLU is written"):
            files_of(model, by)
