"""One-hot: equal to scikit-learn's OneHotEncoder; zeros for what is outside."""

import numpy as np
import pytest
from sklearn.preprocessing import OneHotEncoder

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.base import prepared
from nnstudio.data.preparation.one_hot import OneHot

from .examples import Array, learned

SINGLE = np.dtype(np.float32)


def numbers(high: int = 6) -> Array:
    return np.random.default_rng(3).integers(0, high, (50, 3))


def of(samples: Array, classes: int = 0) -> OneHot:
    step = learned(OneHot(classes=classes), samples)
    assert isinstance(step, OneHot)
    return step


def test_the_result_is_that_of_scikit_learn() -> None:
    encoder = OneHotEncoder(categories=[range(6)] * 3, sparse_output=False).fit(numbers())
    result = prepared([of(numbers())], numbers(), SINGLE)
    np.testing.assert_array_equal(result.reshape(50, -1), encoder.transform(numbers()))


def test_a_number_becomes_a_list_with_a_one_at_its_place() -> None:
    result = prepared([OneHot(classes=4)], np.array([[2, 0]]), SINGLE)
    np.testing.assert_array_equal(result, [[[0, 0, 1, 0], [1, 0, 0, 0]]])


@pytest.mark.parametrize("outside", [4, -1, 1.5, np.nan, np.inf, 1e30])
def test_what_is_outside_becomes_zeros(outside: float) -> None:
    result = prepared([OneHot(classes=4)], np.array([[outside, 1.0]]), SINGLE)
    np.testing.assert_array_equal(result, [[[0, 0, 0, 0], [0, 1, 0, 0]]])


def test_the_training_part_says_how_many_classes_there_are() -> None:
    inputs = np.array([[0], [4], [9]])
    data = DataSet("some", inputs, np.zeros((3, 1)), parts={"train": np.array([0, 1]), "test": np.array([2])})
    prepared_data = data.prepared_by([OneHot()])
    assert prepared_data.sample_shape == (1, 5)
    assert not prepared(prepared_data.preparation, inputs[2:], SINGLE).any()


def test_a_number_of_classes_that_was_chosen_is_kept() -> None:
    assert of(numbers(), classes=9).shape((3,)) == (3, 9)


def test_other_data_is_counted_anew() -> None:
    assert of(numbers(3)).shape((3,)) == (3, 3)
    assert learned(of(numbers(3)), numbers(6)).shape((3,)) == (3, 6)


def test_images_of_classes_get_one_more_axis() -> None:
    assert OneHot(classes=5).shape((4, 4)) == (4, 4, 5)


def test_missing_and_negative_numbers_need_no_class() -> None:
    assert of(np.array([[np.nan], [2.0], [-5.0], [np.inf]])).found == 3


@pytest.mark.parametrize("classes", [0, 4])
def test_broken_numbers_in_the_training_part_are_refused_with_a_remedy(classes: int) -> None:
    with pytest.raises(DataError, match=r"One-hot reads whole numbers from 0 on, but .* has 0\.5\. Put it"):
        of(np.array([[1.0], [0.5]]), classes)


def test_too_many_classes_are_refused() -> None:
    with pytest.raises(DataError, match="One-hot would need 10,001 classes; 10,000 are the most"):
        of(np.array([[10_000]]))


def test_a_step_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(DataError, match="would make 7,840,000 numbers of each sample; 100,000 are the most"):
        OneHot(classes=10_000).shape((28, 28))
    with pytest.raises(DataError, match="would make 200,000 numbers of each sample"):
        of(np.full((2, 200), 999))


def test_as_long_as_nothing_is_learned_there_is_one_class() -> None:
    assert OneHot().shape((3,)) == (3, 1)
