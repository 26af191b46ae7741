"""Rotate and zoom: equal to SciPy and Pillow, and as far as they say."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage, stats

from nnstudio.data.preparation.rotate import Rotate
from nnstudio.data.preparation.zoom import Zoom

from .examples import Always, Array, noise_images, ramps, warped

SIZES = [(9, 9), (8, 8), (7, 12), (1, 6), (6, 1), (1, 1)]
DRAWN = np.array([0.0, 0.1, 0.37, 0.5, 0.8, 0.999])

every_size = pytest.mark.parametrize("size", SIZES)
channels_too = pytest.mark.parametrize("channels", [1, 3])


def read_by_scipy(images: Array, matrices: list[Array]) -> Array:
    """Each image read through its matrix about its middle."""
    results = []
    for image, matrix in zip(images, matrices, strict=True):
        middle = (np.array(image.shape[:2]) - 1) / 2
        planes = [
            ndimage.affine_transform(plane, matrix, middle - matrix @ middle, order=1, mode="nearest")
            for plane in np.moveaxis(image, -1, 0)
        ]
        results.append(np.stack(planes, -1))
    return np.array(results)


@every_size
@channels_too
def test_a_rotation_is_that_of_scipy(size: tuple[int, int], channels: int) -> None:
    images = noise_images(6, *size, channels)
    angles = np.radians(40) * (2 * DRAWN - 1)
    matrices = [np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) for a in angles]
    result = warped([Rotate(degrees=40)], images, Always(DRAWN))
    np.testing.assert_allclose(result, read_by_scipy(images, matrices), atol=1e-12)


def test_a_positive_angle_turns_to_the_left_as_in_scipy_and_pillow() -> None:
    images = noise_images(1, 9, 9)
    quarter = warped([Rotate(degrees=90)], images, Always(1.0))[0, :, :, 0]
    np.testing.assert_allclose(quarter, np.rot90(images[0, :, :, 0]), atol=1e-12)
    np.testing.assert_allclose(quarter, ndimage.rotate(images[0, :, :, 0], 90, reshape=False, order=1), atol=1e-12)
    by_pillow = Image.fromarray(images[0, :, :, 0].astype(np.float32)).rotate(90)
    np.testing.assert_allclose(quarter, np.asarray(by_pillow), atol=1e-6)


@pytest.mark.parametrize("angle", [10, 25])
def test_a_rotation_of_what_is_in_the_middle_is_that_of_pillow(angle: int) -> None:
    images = np.zeros((1, 21, 21, 1))
    images[0, 6:15, 6:15] = noise_images(1, 9, 9)
    result = warped([Rotate(degrees=angle)], images, Always(1.0))[0, :, :, 0]
    by_pillow = Image.fromarray(images[0, :, :, 0].astype(np.float32)).rotate(angle, Image.Resampling.BILINEAR)
    np.testing.assert_allclose(result, np.asarray(by_pillow), atol=1e-3)


def test_every_angle_is_equally_likely() -> None:
    result = warped([Rotate(degrees=30)], ramps(3000, 5, 5), np.random.default_rng(4))
    # One pixel right of the middle: what stood there says where it is.
    down, right = (result[:, 2, 3, axis] - 2 for axis in range(2))
    np.testing.assert_allclose(np.hypot(down, right), 1, rtol=1e-12)
    angles = np.degrees(np.arctan2(down, right))
    assert stats.kstest(angles, stats.uniform(-30, 60).cdf).pvalue > 0.01


@every_size
@channels_too
def test_a_zoom_is_that_of_scipy(size: tuple[int, int], channels: int) -> None:
    images = noise_images(6, *size, channels)
    factors = 1 + 0.6 * (2 * DRAWN - 1)
    result = warped([Zoom(by=0.6)], images, Always(DRAWN))
    np.testing.assert_allclose(result, read_by_scipy(images, [np.eye(2) / f for f in factors]), atol=1e-12)


def test_every_factor_is_equally_likely_and_the_same_for_height_and_width() -> None:
    result = warped([Zoom(by=0.4)], ramps(3000, 9, 9), np.random.default_rng(5))
    down, right = result[:, 5, 4, 0] - 4, result[:, 4, 5, 1] - 4
    np.testing.assert_allclose(down, right, rtol=1e-12)
    assert stats.kstest(1 / down, stats.uniform(0.6, 0.8).cdf).pvalue > 0.01


@pytest.mark.parametrize("step", [Rotate(degrees=0), Zoom(by=0)])
def test_a_step_of_0_changes_no_bit(step: Rotate | Zoom) -> None:
    images = noise_images(5, 4, 4)
    images[2, 2, 2] = np.inf
    np.testing.assert_array_equal(warped([step], images, np.random.default_rng(0)), images)


@every_size
@pytest.mark.parametrize("step", [Rotate(degrees=180), Zoom(by=0.9)])
def test_nothing_comes_in_from_another_image(step: Rotate | Zoom, size: tuple[int, int]) -> None:
    images = np.arange(50.0).reshape(50, 1, 1, 1) * np.ones((50, *size, 2))
    np.testing.assert_array_equal(warped([step], images, np.random.default_rng(0)), images)


@every_size
@pytest.mark.parametrize("step", [Rotate(degrees=180), Zoom(by=0.9)])
def test_nothing_comes_in_from_a_broken_image(step: Rotate | Zoom, size: tuple[int, int]) -> None:
    images = np.ones((9, *size, 2))
    images[3:6] = np.nan
    result = warped([step], images, np.random.default_rng(0))
    np.testing.assert_array_equal(result, images)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_broken_pixel_stays_in_its_neighbourhood(broken: float) -> None:
    images = noise_images(10, 15, 15)
    clean = warped([Rotate(), Zoom()], images, np.random.default_rng(6))
    images[:, 7, 7] = broken
    result = warped([Rotate(), Zoom()], images, np.random.default_rng(6))
    far = np.ones((15, 15), bool)
    far[5:10, 5:10] = False
    np.testing.assert_array_equal(result[:, far], clean[:, far])
