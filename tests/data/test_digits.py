"""The bundled digits: what scikit-learn has, divided once and for all."""

import numpy as np
import pytest

from nnstudio.core.errors import StudioError
from nnstudio.core.resources import resource
from nnstudio.data.dataset import PARTS
from nnstudio.data.digits import load_digits
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.sources import open_data


def test_digits_are_those_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    ours = load_digits()
    assert np.array_equal(ours.inputs[..., 0], theirs.images)
    assert np.array_equal(ours.targets, theirs.target)


def test_digits_are_bytes_with_a_channel_axis():
    data = load_digits()
    assert data.inputs.dtype == np.uint8
    assert data.inputs.shape == (1797, 8, 8, 1)


def test_digits_are_scaled_by_their_largest_pixel():
    data = load_digits()
    assert data.inputs.max() == 16
    assert data.preparation == (Scale(16),)


def test_digits_have_ten_classes():
    assert load_digits().class_names == tuple("0123456789")


def test_digits_are_divided_64_16_20():
    data = open_data("digits")
    assert [len(data.part(name)) for name in PARTS] == [1150, 288, 359]


def test_every_digit_is_as_frequent_in_the_test_as_in_the_whole():
    data = open_data("digits")
    whole, test = np.bincount(data.targets), np.bincount(data.targets[data.part("test")])
    assert np.abs(test - 0.2 * whole).max() <= 1


def test_the_division_of_the_digits_never_changes():
    data = open_data("digits", seed=5)
    assert data.part("test")[:8].tolist() == [13, 14, 20, 21, 31, 45, 47, 55]


def test_the_digits_name_their_authors():
    assert "Alpaydin" in load_digits().notes[0]


def test_the_attribution_lies_beside_the_digits():
    text = resource("data", "digits.txt").read_text(encoding="utf-8")
    assert all(words in text for words in ("E. Alpaydin, C. Kaynak", "10.24432/C50P49", "CC BY 4.0"))


def test_a_missing_file_of_the_studio_is_named():
    with pytest.raises(StudioError, match=r"data/no-such\.txt is missing"):
        resource("data", "no-such.txt")


@pytest.mark.parametrize("names", [("..", "nnstudio", "__init__.py"), ("/etc/passwd",), ("data", "..", "..")])
def test_a_name_cannot_lead_out_of_the_studio_s_files(names):
    with pytest.raises(StudioError, match="is missing"):
        resource(*names)
