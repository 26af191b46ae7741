"""Scale to 0…1: equal to scikit-learn's MinMaxScaler."""

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler

from nnstudio.core.errors import FieldError
from nnstudio.data.preparation.base import prepared
from nnstudio.data.preparation.min_max import MinMax

from .examples import Array, learned

DOUBLE = np.dtype(np.float64)


def table() -> Array:
    return np.random.default_rng(2).normal(100, 30, (303, 4)) * [1, 1e-6, 1e6, -3]


def of(samples: Array, per: str = "feature") -> MinMax:
    step = learned(MinMax(per=per), samples, 50)
    assert isinstance(step, MinMax)
    return step


def theirs(samples: Array, new: Array | None = None) -> Array:
    scaled: Array = MinMaxScaler().fit(samples).transform(samples if new is None else new)
    return scaled


def test_the_result_is_that_of_scikit_learn() -> None:
    np.testing.assert_allclose(prepared([of(table())], table(), DOUBLE), theirs(table()), atol=1e-12)


def test_new_data_may_lie_beyond_as_in_scikit_learn() -> None:
    new = table() * 2 - 7
    result = prepared([of(table())], new, DOUBLE)
    np.testing.assert_allclose(result, theirs(table(), new), atol=1e-9)
    assert result.min() < 0 < 1 < result.max()


def test_the_smallest_and_the_largest_are_kept_as_they_are() -> None:
    step = of(table())
    assert step.lowest == tuple(table().min(0))
    assert step.highest == tuple(table().max(0))


def test_the_training_part_reaches_from_0_to_1() -> None:
    result = prepared([of(table())], table(), DOUBLE)
    np.testing.assert_allclose(result.min(0), 0, atol=1e-14)
    np.testing.assert_allclose(result.max(0), 1, rtol=1e-14)


def test_missing_numbers_stay_and_are_not_counted_as_in_scikit_learn() -> None:
    samples = table()
    samples[np.random.default_rng(3).random(samples.shape) < 0.3] = np.nan
    np.testing.assert_allclose(prepared([of(samples)], samples, DOUBLE), theirs(samples), atol=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9 / 3, 1e30])
def test_an_input_that_never_changes_becomes_0(value: float) -> None:
    samples = np.full((100, 2), value)
    np.testing.assert_array_equal(prepared([of(samples)], samples, DOUBLE), 0)


def test_an_input_without_any_number_is_left_alone() -> None:
    step = of(np.full((9, 1), np.nan))
    assert (step.lowest, step.highest) == ((0.0,), (0.0,))
    np.testing.assert_array_equal(prepared([step], np.array([[3.0]]), DOUBLE), [[3.0]])


@pytest.mark.parametrize(("per", "axes"), [("feature", (0,)), ("channel", (0, 1, 2)), ("all", (0, 1, 2, 3))])
def test_images_are_scaled_by_feature_channel_or_all_together(per: str, axes: tuple[int, ...]) -> None:
    images = np.random.default_rng(6).integers(0, 256, (40, 6, 5, 3)).astype(np.uint8)
    low, high = images.min(axes, keepdims=True).astype(float), images.max(axes, keepdims=True)
    result = prepared([of(images.astype(float), per)], images, DOUBLE)
    np.testing.assert_allclose(result, (images - low) / (high - low), atol=1e-14)


def test_as_long_as_nothing_is_learned_nothing_is_changed() -> None:
    np.testing.assert_array_equal(prepared([MinMax()], table(), DOUBLE), table())


def test_unequal_lists_are_refused() -> None:
    with pytest.raises(FieldError, match="lowest and highest must be equally many numbers"):
        MinMax(lowest=(1.0,), highest=())


def test_a_largest_below_the_smallest_does_no_harm() -> None:
    step = MinMax(lowest=(5.0,), highest=(1.0,))
    np.testing.assert_array_equal(prepared([step], np.array([[6.0]]), DOUBLE), [[1.0]])
