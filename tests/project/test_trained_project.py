"""The bundled network for handwritten digits: small, whole, and good at what it promises."""

import os
from pathlib import Path

import numpy as np
import pytest

from nnstudio import api
from nnstudio.data.readers.mnist_folder import MnistFolder
from nnstudio.project.file import bytes_of_project
from nnstudio.project.templates import load_template, template_names, trained_project
from tests.classify.test_way import seven

NAME = "mnist-trained"
FOLDER = os.environ.get("NNSTUDIO_TEST_MNIST")


@pytest.fixture(scope="module")
def model():
    return api.new(NAME)


def test_it_stands_among_the_starting_points():
    assert template_names()[-1] == NAME
    assert trained_project(NAME) is not None
    assert trained_project("mnist-lenet") is None
    assert trained_project("../projects/mnist-trained") is None


def test_it_is_small_and_holds_nothing_that_only_a_training_needs(model):
    project = model.project
    assert trained_project(NAME).stat().st_size <= 300_000
    assert {array.dtype for array in project.weights.values()} == {np.dtype(np.float32)}
    assert (project.checkpoint, project.best) == (None, None)
    assert len(project.history) == project.settings.epochs


def test_it_is_the_very_file_that_would_be_saved(model):
    assert bytes_of_project(load_template(NAME)) == trained_project(NAME).read_bytes()


def test_it_knows_its_classes_and_its_preparation_without_the_data(model, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert model.project.data == "mnist"
    assert model.project.class_names == tuple("0123456789")
    assert model.classify(seven()).answer == "7"


@pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
def test_it_reads_mnist(model):
    data = MnistFolder().open(Path(FOLDER))
    picks = data.part("test")[:3000]
    assert (model.predict(data.inputs[picks]).argmax(axis=1) == data.targets[picks]).mean() >= 0.985
