"""The bundled iris flowers: what scikit-learn has."""

import numpy as np
import pytest

from nnstudio.core.resources import resource
from nnstudio.data.iris import load_iris


@pytest.fixture(scope="module")
def theirs():
    return pytest.importorskip("sklearn.datasets").load_iris()


def test_the_flowers_are_those_of_scikit_learn(theirs):
    assert np.array_equal(load_iris().inputs, theirs.data.astype(np.float32))


def test_the_species_are_those_of_scikit_learn(theirs):
    ours = load_iris()
    assert np.array_equal(ours.targets, theirs.target)
    assert ours.class_names == tuple(theirs.target_names)


def test_there_are_150_flowers_with_four_lengths_each():
    data = load_iris()
    assert data.inputs.shape == (150, 4)
    assert data.input_names == ("sepal length", "sepal width", "petal length", "petal width")
    assert data.target_names == ("species",)


def test_every_species_has_fifty_flowers():
    assert np.bincount(load_iris().targets).tolist() == [50, 50, 50]


def test_the_flowers_are_not_yet_divided_and_stay_in_centimetres():
    data = load_iris()
    assert data.parts == {}
    assert data.preparation == ()
    assert data.inputs.max() == np.float32(7.9)


def test_the_flowers_name_their_author():
    data = load_iris()
    assert "R. A. Fisher" in data.notes[0]
    assert data.warnings == ()


def test_the_attribution_lies_beside_the_flowers():
    text = resource("data", "iris.txt").read_text(encoding="utf-8")
    assert all(words in text for words in ("R. A. Fisher", "10.24432/C56C76", "CC BY 4.0"))
