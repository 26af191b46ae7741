"""Elastic: the random field is smoothed as SciPy does it, and moves pixels as far as it says."""

import numpy as np
import pytest
from scipy import ndimage, stats

from nnstudio.data.preparation.elastic import Elastic, bell_curves

from .examples import Array, noise_images, ramps, warped

DOUBLE = np.dtype(np.float64)


class Remembered:
    """Random numbers that can be looked at afterwards."""

    def __init__(self, seed: int) -> None:
        self.random_numbers = np.random.default_rng(seed)
        self.last = np.empty(0)

    def random(self, size: None, dtype: type, out: Array) -> None:
        self.random_numbers.random(size, dtype, out)
        self.last = out.copy()


def moved(pixels: float, smoothness: float, size: int = 64, samples: int = 60, seed: int = 0) -> Array:
    """How far each pixel was moved down and right, (samples, size, size, 2): ramps say where each was read."""
    images = ramps(samples, size, size)
    return warped([Elastic(pixels=pixels, smoothness=smoothness)], images, np.random.default_rng(seed)) - images


def inner(field: Array, margin: int = 16) -> Array:
    return field[:, margin:-margin, margin:-margin]


@pytest.mark.parametrize("size", [(9, 9), (8, 13), (1, 7), (5, 1)])
@pytest.mark.parametrize("smoothness", [0.7, 2.0, 30.0])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_image_is_read_at_places_that_scipy_finds_as_well(
    size: tuple[int, int], smoothness: float, channels: int
) -> None:
    height, width = size
    images = noise_images(3, height, width, channels)
    random = Remembered(7)
    result = warped([Elastic(pixels=2.0, smoothness=smoothness)], images, random)
    fields = random.last.reshape(height, 2, 3, width).transpose(1, 2, 0, 3) - 0.5
    # Where less of the bell curve is on the image, its sum of squares is less: it is made up for.
    strength = np.sqrt(np.multiply.outer(*(_squares(each, smoothness) for each in size)))
    options = {"sigma": (0, 0, smoothness, smoothness), "mode": "constant", "truncate": 60.0}
    down, right = ndimage.gaussian_filter(fields, **options) / strength * 2.0 * np.sqrt(6)
    rows, columns = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    for number, image in enumerate(images):
        places = [rows + down[number], columns + right[number]]
        for channel in range(channels):
            wanted = ndimage.map_coordinates(image[..., channel], places, order=1, mode="nearest")
            np.testing.assert_allclose(result[number, ..., channel], wanted, atol=1e-9)


def _squares(size: int, smoothness: float) -> Array:
    curves = ndimage.gaussian_filter1d(np.eye(size), smoothness, mode="constant", truncate=60.0)
    squares: Array = (curves**2).sum(1)
    return squares


@pytest.mark.parametrize("smoothness", [0.5, 3.0, 50.0])
def test_a_bell_curve_is_that_of_scipy_with_squares_that_add_up_to_1(smoothness: float) -> None:
    theirs = ndimage.gaussian_filter1d(np.eye(20), smoothness, axis=1, mode="constant", truncate=60.0).T
    wanted = theirs / np.sqrt((theirs**2).sum(1, keepdims=True))
    np.testing.assert_allclose(bell_curves(20, smoothness, DOUBLE), wanted, atol=1e-12)


@pytest.mark.parametrize(("pixels", "smoothness"), [(0.5, 1.0), (1.0, 4.0), (3.0, 2.0)])
def test_pixels_move_as_far_as_was_asked_for(pixels: float, smoothness: float) -> None:
    distances = np.hypot(*np.moveaxis(inner(moved(pixels, smoothness)), -1, 0))
    assert np.sqrt((distances**2).mean()) == pytest.approx(pixels, rel=0.05)


def test_pixels_move_as_far_at_the_edge_as_in_the_middle() -> None:
    along_the_left_edge = moved(1.0, 3.0, samples=400, size=32)[:, :, 0, 0]
    assert np.sqrt((along_the_left_edge[:, 8:-8] ** 2).mean()) == pytest.approx(np.sqrt(0.5), rel=0.06)


def test_moves_have_no_direction_of_their_own() -> None:
    far_apart = moved(1.0, 2.0, samples=300)[:, 16:-16:16, 16:-16:16]
    down, right = far_apart.reshape(-1, 2).T
    for direction in (down, right):
        assert stats.kstest(direction * np.sqrt(2), "norm").pvalue > 0.01
    assert abs(stats.pearsonr(down, right).statistic) < 0.1


def test_neighbours_move_alike_as_the_bell_curve_says() -> None:
    down = inner(moved(1.0, 4.0, samples=200))[..., 0]
    apart = 4
    likeness = (down[:, apart:] * down[:, :-apart]).mean() / (down**2).mean()
    # A bell curve smoothed twice: exp(−distance² / 4σ²).
    assert likeness == pytest.approx(np.exp(-(apart**2) / (4 * 4.0**2)), abs=0.05)


def test_every_sample_bends_in_its_own_way() -> None:
    down = inner(moved(1.0, 2.0, samples=40))[..., 0].reshape(40, -1)
    likeness = np.corrcoef(down) - np.eye(40)
    assert np.abs(likeness).max() < 0.5


def test_a_step_of_0_changes_no_bit() -> None:
    images = noise_images(5, 4, 4)
    images[2, 2, 2] = np.inf
    np.testing.assert_array_equal(warped([Elastic(pixels=0)], images, np.random.default_rng(0)), images)


def test_the_longest_moves_end_at_the_edge() -> None:
    images = noise_images(5, 8, 8)
    result = warped([Elastic(pixels=1000, smoothness=0.5)], images, np.random.default_rng(0))
    assert images.min() <= result.min() <= result.max() <= images.max()
