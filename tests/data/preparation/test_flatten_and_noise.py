"""Flatten is a view in the order of NumPy; noise is normal, and as large as it says."""

import numpy as np
import pytest
from scipy import stats

from nnstudio.data.preparation.base import prepared
from nnstudio.data.preparation.flatten import Flatten
from nnstudio.data.preparation.noise import Noise

from .examples import Array, noise_images, warped


def test_an_image_is_written_out_row_by_row() -> None:
    images = noise_images(4, 3, 2, 5)
    np.testing.assert_array_equal(prepared([Flatten()], images, images.dtype), images.reshape(4, 30))


def test_flattening_copies_nothing() -> None:
    images = noise_images(4, 3, 2, 5)
    tape, flat = Flatten().record(images, np.random.default_rng(0))
    assert tape == []
    assert np.shares_memory(flat, images)


@pytest.mark.parametrize(("shape", "flat"), [((3,), (3,)), ((), (1,)), ((2, 3, 4, 5), (120,))])
def test_any_shape_becomes_one_list(shape: tuple[int, ...], flat: tuple[int, ...]) -> None:
    assert Flatten().shape(shape) == flat


def noise(deviation: float = 1.0, dtype: type = np.float32) -> Array:
    return warped([Noise(deviation=deviation)], np.zeros((400, 100), dtype), np.random.default_rng(8))


@pytest.mark.parametrize("deviation", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_noise_is_normal_with_the_deviation_that_was_asked_for(deviation: float, dtype: type) -> None:
    drawn = noise(deviation, dtype)
    assert drawn.dtype == dtype
    assert stats.kstest(drawn.reshape(-1) / deviation, "norm").pvalue > 0.01


def test_noise_is_added_to_what_is_there() -> None:
    there = np.full((400, 100), 7.0, np.float32)
    np.testing.assert_array_equal(warped([Noise(deviation=1.0)], there, np.random.default_rng(8)), there + noise())


def test_noise_of_0_changes_nothing() -> None:
    np.testing.assert_array_equal(noise(0.0), 0)
