"""Shapes as the user sees them and as the engine lays them out; output shapes and refusals."""

import numpy as np
import pytest

from nnstudio.core.errors import FieldError
from nnstudio.layers.add import Add
from nnstudio.layers.avg_pool import AvgPool
from nnstudio.layers.base import Layer, Refusal
from nnstudio.layers.concatenate import Concatenate
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.global_avg_pool import GlobalAvgPool
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.multiply import Multiply
from nnstudio.layers.reshape import Reshape
from nnstudio.layers.shapes import Shape, engine_shape, feature_axis, from_samples, shown, size_of, to_samples
from nnstudio.layers.site import Value

SHAPES: list[Shape] = [(5,), (1,), (3, 2), (4, 3, 2), (4, 3, 1), (1, 1, 2), (2, 3, 4, 5)]


@pytest.mark.parametrize("shape", SHAPES)
def test_samples_survive_the_way_into_the_engine_and_back(shape: Shape) -> None:
    samples = np.arange(7 * size_of(shape)).reshape(7, *shape)
    inside = from_samples(samples, shape)
    assert inside.shape == engine_shape(shape, 7)
    np.testing.assert_array_equal(to_samples(inside, shape), samples)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_feature_axis_runs_over_the_last_size(shape: Shape) -> None:
    samples = np.zeros((7, *shape)) + np.arange(shape[-1])
    inside = np.moveaxis(from_samples(samples, shape), feature_axis(shape), -1)
    np.testing.assert_array_equal(inside.reshape(-1, shape[-1]), samples.reshape(-1, shape[-1]))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("make", [Value.new, Value.of_samples])
def test_the_flat_view_is_the_same_memory_in_the_visible_order(shape: Shape, make: object) -> None:
    value = make(shape, 7, "float32")  # type: ignore[operator]
    value.array[...] = from_samples(np.arange(7.0 * size_of(shape)).reshape(7, *shape), shape)
    if value.flat is None:
        assert len(shape) == 3
        assert shape[2] > 1
        return
    np.testing.assert_array_equal(value.flat.T.ravel(), np.arange(7.0 * size_of(shape)))
    np.testing.assert_array_equal(value.with_one[-1], np.ones(7))
    assert np.shares_memory(value.flat, value.array)


def test_a_shape_is_written_with_crosses() -> None:
    assert shown((28, 28, 1)) == "28×28×1"


OUTPUTS: list[tuple[Layer, tuple[Shape, ...], Shape]] = [
    (Input(shape=(28, 28, 1)), (), (28, 28, 1)),
    (Dense(units=7), ((5,),), (7,)),
    (Flatten(), ((4, 3, 2),), (24,)),
    (Reshape(shape=(2, 12)), ((4, 3, 2),), (2, 12)),
    (GlobalAvgPool(), ((4, 3, 2),), (2,)),
    (Add(), ((4, 2), (4, 2), (4, 2)), (4, 2)),
    (Multiply(), ((3,), (3,)), (3,)),
    (Concatenate(), ((4, 3, 2), (4, 3, 5)), (4, 3, 7)),
    (Conv2D(filters=8, size=5), ((28, 28, 1),), (28, 28, 8)),
    (Conv2D(filters=8, size=5, padding="valid"), ((28, 28, 1),), (24, 24, 8)),
    (Conv2D(filters=6, size=5, padding=2, stride=2), ((28, 28, 3),), (14, 14, 6)),
    (Conv2D(filters=6, size=3, stride=2), ((7, 8, 3),), (4, 4, 6)),
    (Conv2D(filters=6, size=3, dilation=3, padding="valid"), ((9, 7, 3),), (3, 1, 6)),
    (MaxPool(), ((28, 28, 8),), (14, 14, 8)),
    (MaxPool(), ((7, 5, 2),), (3, 2, 2)),
    (MaxPool(padding="same"), ((7, 5, 2),), (4, 3, 2)),
    (MaxPool(size=3, stride=2, padding=1), ((8, 8, 4),), (4, 4, 4)),
    (AvgPool(size=(1, 3), stride=(0, 1)), ((4, 5, 1),), (4, 3, 1)),
]


@pytest.mark.parametrize(("layer", "inputs", "wanted"), OUTPUTS, ids=lambda each: str(each)[:40])
def test_the_output_shape_is_what_a_hand_works_out(layer: Layer, inputs: tuple[Shape, ...], wanted: Shape) -> None:
    assert layer.output_shape(*inputs) == wanted


REFUSALS: list[tuple[Layer, tuple[Shape, ...], str]] = [
    (Dense(), ((28, 28, 1),), "Dense reads flat data, but gets 28×28×1. Put a Flatten before it."),
    (Dense(units=1 << 20), ((1 << 10,),), "Dense would need weights of 1048576×1025 numbers"),
    (Conv2D(), ((784,),), "Conv2D reads images (height×width×channels), but gets 784. Put a Reshape before it."),
    (Conv2D(), ((5, 4),), "but gets 5×4. Give it an image."),
    (Conv2D(groups=3, filters=6), ((5, 5, 4),), "splits 4 channels and 6 filters into 3 groups"),
    (Conv2D(groups=2, filters=5), ((5, 5, 4),), "splits 4 channels and 5 filters into 2 groups"),
    (Conv2D(size=6, padding="valid"), ((5, 9, 1),), "slides a window of 6×6 over an image of 5×9×1"),
    (Conv2D(size=3, dilation=3, padding="valid"), ((6, 9, 1),), "does not fit"),
    (MaxPool(size=4), ((3, 9, 1),), "Max Pool slides a window of 4×4 over an image of 3×9×1"),
    (MaxPool(size=2, padding=2), ((5, 5, 1),), "Max Pool has a border as wide as its window"),
    (AvgPool(), ((5,),), "Avg Pool reads images"),
    (GlobalAvgPool(), ((5,),), "Global Avg Pool reads images"),
    (Reshape(shape=(3, 3)), ((10,),), "Reshape cannot turn 10 (10 numbers) into 3×3 (9)"),
    (Add(), ((3,), (4,)), "Add needs inputs of one shape, but gets 3 and 4"),
    (Multiply(), ((3,), (3, 1)), "Multiply needs inputs of one shape, but gets 3 and 3×1"),
    (Concatenate(), ((4, 3, 2), (3, 4, 2)), "Concatenate needs inputs that differ only in their last size"),
    (Concatenate(), ((6,), (2, 3)), "Concatenate needs inputs"),
    (Input(shape=(1 << 24, 1 << 24)), (), "Input would need samples of"),
]


@pytest.mark.parametrize(("layer", "inputs", "words"), REFUSALS, ids=lambda each: str(each)[:40])
def test_a_shape_that_does_not_fit_is_refused_with_a_sentence(
    layer: Layer, inputs: tuple[Shape, ...], words: str
) -> None:
    with pytest.raises(Refusal) as refused:
        layer.output_shape(*inputs)
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")


def test_only_dense_behind_an_image_offers_a_bridge() -> None:
    with pytest.raises(Refusal) as refused:
        Dense().output_shape((2, 2, 2))
    assert refused.value.bridge == Flatten()


@pytest.mark.parametrize("wrong", [0, -1, 2**31, "ten", 1.5, True, None, [3]])
def test_a_number_of_neurons_that_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(FieldError, match=r"^Dense: units must be a whole number from 1 to 1,048,576, but is "):
        Dense(units=wrong)  # type: ignore[arg-type]


def test_a_window_may_be_given_by_one_number() -> None:
    assert Conv2D(size=5) == Conv2D(size=(5, 5)) == Conv2D(size=[5, 5])  # type: ignore[arg-type]


def test_a_huge_window_on_a_small_image_is_refused_rather_than_built() -> None:
    with pytest.raises(Refusal, match="Conv2D would need an image with a border of"):
        Conv2D(size=1024, dilation=1024).output_shape((8, 8, 1))
