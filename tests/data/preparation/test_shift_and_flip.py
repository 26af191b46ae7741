"""Shift and flip move whole pixels: every result is an exact copy, and every possibility is equally likely."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from nnstudio.data.preparation.flip import Flip
from nnstudio.data.preparation.shift import Shift

from .examples import Always, Array, noise_images, warped


def shifted(image: Array, down: int, right: int) -> Array:
    """An image moved by so many pixels, with its edge repeated: cut out of a larger one."""
    height, width, _ = image.shape
    room = 8
    large = np.pad(image, ((room, room), (room, room), (0, 0)), mode="edge")
    return large[room - down : room - down + height, room - right : room - right + width]


def distance(image: Array, result: Array, most: int) -> tuple[int, int]:
    """By how much the result is shifted; it must be exactly one of the possibilities."""
    reach = range(-most, most + 1)
    found = [(d, r) for d in reach for r in reach if np.array_equal(shifted(image, d, r), result)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [(7, 9), (8, 8), (9, 6)])
def test_every_image_is_moved_by_whole_pixels_with_its_edge_repeated(
    channels: int, dtype: type, size: tuple[int, int]
) -> None:
    images = noise_images(40, *size, channels, dtype)
    results = warped([Shift(pixels=3)], images, np.random.default_rng(0))
    assert len({distance(image, result, 3) for image, result in zip(images, results, strict=True)}) > 20


def test_every_distance_is_equally_likely() -> None:
    image = noise_images(1, 5, 5)[0]
    results = warped([Shift(pixels=2)], np.repeat(image[np.newaxis], 5000, 0), np.random.default_rng(1))
    known = {result.tobytes(): distance(image, result, 2) for result in np.unique(results, axis=0)}
    counts = Counter(known[result.tobytes()] for result in results)
    assert len(counts) == 25
    assert stats.chisquare(list(counts.values())).pvalue > 0.01


@pytest.mark.parametrize(("drawn", "moved"), [(0.0, -2), (0.5, 0), (1 - 2**-53, 2)])
def test_the_largest_distances_are_reached_but_not_passed(drawn: float, moved: int) -> None:
    images = noise_images(3, 6, 6)
    np.testing.assert_array_equal(
        warped([Shift(pixels=2)], images, Always(drawn)), [shifted(image, moved, moved) for image in images]
    )


def test_a_shift_beyond_the_image_leaves_the_edge() -> None:
    images = noise_images(2, 4, 5)
    result = warped([Shift(pixels=100)], images, Always(1 - 2**-53))
    np.testing.assert_array_equal(result, np.broadcast_to(images[:, :1, :1], images.shape))


def test_a_shift_of_0_pixels_is_none() -> None:
    images = noise_images(5, 4, 4)
    np.testing.assert_array_equal(warped([Shift(pixels=0)], images, np.random.default_rng(0)), images)


MIRRORED = {"horizontal": np.s_[:, ::-1], "vertical": np.s_[::-1]}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
@pytest.mark.parametrize("size", [(5, 8), (8, 5)])
def test_an_image_is_mirrored_exactly_or_left_alone(channels: int, direction: str, size: tuple[int, int]) -> None:
    images = noise_images(1000, *size, channels, np.float32)
    results = warped([Flip(direction=direction)], images, np.random.default_rng(2))
    mirrored = sum(
        np.array_equal(image[MIRRORED[direction]], result) for image, result in zip(images, results, strict=True)
    )
    same = sum(np.array_equal(image, result) for image, result in zip(images, results, strict=True))
    assert mirrored + same == 1000
    assert stats.binomtest(mirrored, 1000).pvalue > 0.01


def test_in_both_directions_all_four_views_are_equally_likely() -> None:
    images = noise_images(1000, 4, 5)
    results = warped([Flip(direction="both")], images, np.random.default_rng(3))
    views = [np.s_[:, :], np.s_[::-1], np.s_[:, ::-1], np.s_[::-1, ::-1]]
    counts = [
        sum(np.array_equal(image[view], result) for image, result in zip(images, results, strict=True))
        for view in views
    ]
    assert sum(counts) == 1000
    assert stats.chisquare(counts).pvalue > 0.01


@pytest.mark.parametrize("order", ["flip first", "shift first"])
def test_flip_and_shift_act_in_their_order(order: str) -> None:
    images = noise_images(20, 6, 7, 3)
    # Always moved by 2, always mirrored.
    steps = [Flip(), Shift(pixels=2)] if order == "flip first" else [Shift(pixels=2), Flip()]
    random = Always(0.0)
    wanted = [
        shifted(image[:, ::-1], -2, -2) if order == "flip first" else shifted(image, -2, -2)[:, ::-1]
        for image in images
    ]
    np.testing.assert_array_equal(warped(steps, images, random), wanted)


def test_what_left_the_image_does_not_come_back() -> None:
    images = noise_images(4, 6, 6)
    steps = [Shift(pixels=2), Flip(direction="both"), Shift(pixels=2)]
    result = warped(steps, images, Always(0.0))
    wanted = [shifted(shifted(image, -2, -2)[::-1, ::-1], -2, -2) for image in images]
    np.testing.assert_array_equal(result, wanted)


def test_numbers_that_are_none_are_moved_like_others() -> None:
    images = noise_images(1, 5, 5)
    images[0, 2, 2] = np.nan
    images[0, 2, 3] = np.inf
    result = warped([Shift(pixels=1)], images, Always(1 - 2**-53))
    np.testing.assert_array_equal(result[0], shifted(images[0], 1, 1))
