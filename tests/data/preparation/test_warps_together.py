"""Several warps: as if done one after another in their order, but read once; and what cannot be moved is refused."""

from itertools import permutations

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.elastic import Elastic
from nnstudio.data.preparation.flatten import Flatten
from nnstudio.data.preparation.flip import Flip
from nnstudio.data.preparation.rotate import Rotate
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.shift import Shift
from nnstudio.data.preparation.warp import Warp
from nnstudio.data.preparation.zoom import Zoom

from .examples import Always, Array, noise_images, ramps, warped

WARPS: tuple[Warp, ...] = (Elastic(), Flip(), Rotate(), Shift(), Zoom())
STEADY: tuple[Warp, ...] = (Flip(), Rotate(degrees=12), Shift(pixels=2), Zoom(by=0.2))


def one_by_one(steps: tuple[Warp, ...], images: Array, random: object) -> Array:
    for step in steps:
        images = warped([step], images, random)
    return images


@pytest.mark.parametrize("steps", list(permutations(STEADY)), ids=lambda steps: "-".join(step.kind for step in steps))
@pytest.mark.parametrize("drawn", [0.1, 0.9])
def test_all_together_is_as_one_after_another(steps: tuple[Warp, ...], drawn: float) -> None:
    # Between the pixels of a ramp nothing is blurred, so that reading it four times is as good as once.
    images = ramps(2, 41, 40)
    together = warped(steps, images, Always(drawn))
    apart = one_by_one(steps, images, Always(drawn))
    # Near the edge, one after another blurs the corner where the repeated edge begins.
    np.testing.assert_allclose(together[:, 13:-13, 13:-13], apart[:, 13:-13, 13:-13], atol=1e-11)


def test_the_order_makes_a_difference() -> None:
    images = ramps(1, 21, 21)
    turned_first = warped([Rotate(degrees=90), Shift(pixels=3)], images, Always(1 - 2**-53))
    shifted_first = warped([Shift(pixels=3), Rotate(degrees=90)], images, Always(1 - 2**-53))
    # 3 down and 3 right; a quarter to the left makes 3 up of 3 right.
    np.testing.assert_allclose(turned_first[0, 13, 13], [10, 10], atol=1e-9)
    np.testing.assert_allclose(shifted_first[0, 7, 13], [10, 10], atol=1e-9)


def test_elastic_last_in_the_list_bends_what_the_others_left() -> None:
    images = ramps(3, 41, 41)
    steps = (Rotate(degrees=10), Zoom(by=0.1), Elastic(pixels=1.0))
    first = warped(steps[:2], images, Always(0.9))
    bent = warped([Elastic(pixels=1.0)], first, np.random.default_rng(1))
    random = _Mixed(0.9, np.random.default_rng(1))
    np.testing.assert_allclose(warped(steps, images, random)[:, 10:-10, 10:-10], bent[:, 10:-10, 10:-10], atol=1e-11)


class _Mixed:
    """One number for what is drawn for each sample, and random ones for a whole field."""

    def __init__(self, drawn: float, random: np.random.Generator) -> None:
        self.drawn, self.generator = drawn, random

    def random(self, size: None, dtype: type, out: Array) -> None:
        if out.ndim == 3:
            out.fill(self.drawn)
        else:
            self.generator.random(size, dtype, out)


def test_several_steps_blur_an_image_only_once() -> None:
    checks = (np.indices((20, 20)).sum(0) % 2).astype(float).reshape(1, 20, 20, 1)
    steps = (Rotate(degrees=7), Zoom(by=0.05), Rotate(degrees=3))
    assert warped(steps, checks, Always(0.9)).std() > 1.5 * one_by_one(steps, checks, Always(0.9)).std()


def test_another_step_between_two_warps_leaves_them_in_their_places() -> None:
    images = noise_images(4, 9, 9)
    result = warped([Shift(pixels=2), Scale(2), Flip()], images, Always(0.0))
    np.testing.assert_array_equal(result, warped([Shift(pixels=2), Flip()], images, Always(0.0)) / 2)


def test_numbers_that_do_not_move_leave_a_whole_pixel_exact_among_others() -> None:
    images = noise_images(4, 9, 9)
    images[2, 4, 4] = np.inf
    result = warped([Shift(pixels=2), Rotate(degrees=0), Zoom(by=0)], images, Always(0.0))
    np.testing.assert_array_equal(result, warped([Shift(pixels=2)], images, Always(0.0)))


@pytest.mark.parametrize("step", WARPS, ids=lambda step: step.kind)
@pytest.mark.parametrize(
    ("shape", "said"),
    [((4,), "4 numbers"), ((1,), "1 number"), ((8, 8), "8×8 numbers"), ((2, 3, 4, 5), "2×3×4×5 numbers")],
)
def test_what_is_no_image_is_refused_with_a_remedy(step: Warp, shape: tuple[int, ...], said: str) -> None:
    with pytest.raises(DataError) as refused:
        step.shape(shape)
    assert str(refused.value) == (
        f"{step.title} moves images, but gets samples of {said}. Put it before Flatten, or leave it out."
    )


def test_a_data_set_refuses_a_warp_after_flatten() -> None:
    images = DataSet("some", noise_images(3, 4, 4), np.zeros((3, 1)))
    with pytest.raises(DataError, match="Shift moves images, but gets samples of 16 numbers"):
        images.prepared_by([Flatten(), Shift()])
    assert images.prepared_by([Shift(), Flatten()]).sample_shape == (16,)


@pytest.mark.parametrize("step", WARPS, ids=lambda step: step.kind)
@pytest.mark.parametrize("size", [(1, 1), (1, 5), (5, 1), (2, 2)])
def test_the_smallest_images_can_be_moved(step: Warp, size: tuple[int, int]) -> None:
    images = noise_images(7, *size, 2)
    result = warped([step], images, np.random.default_rng(0))
    assert (result <= images.max((1, 2), keepdims=True) + 1e-12).all()
    assert (result >= images.min((1, 2), keepdims=True) - 1e-12).all()
