"""MNIST, Fashion-MNIST and KMNIST: four IDX files each."""

import gzip

import numpy as np
import pytest

from nnstudio.data.collections.base import collections
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from tests.data.collections.published import (
    PAGE,
    PICKLE,
    TEST,
    TRAIN,
    four,
    idx,
    images,
    labels,
    make_mnist_like,
    opened,
    refusal,
    zeros_packed,
)

KINDS = ("mnist", "fashion-mnist", "kmnist")
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
def test_pixels_and_labels_are_those_in_the_files(kind, tmp_path):
    make_mnist_like(tmp_path)
    data = opened(kind, tmp_path)
    train, train_labels, test, test_labels = four()
    assert data.inputs.shape == (TRAIN + TEST, 28, 28, 1)
    assert np.array_equal(data.inputs[..., 0], np.concatenate([train, test]))
    assert np.array_equal(data.targets, np.concatenate([train_labels, test_labels]))


@pytest.mark.parametrize(
    ("kind", "mean", "deviation"),
    [("mnist", 0.1307, 0.3081), ("fashion-mnist", 0.2860, 0.3530), ("kmnist", 0.1918, 0.3483)],
)
def test_pixels_are_scaled_and_normalised_by_the_numbers_of_the_set(kind, mean, deviation, tmp_path):
    make_mnist_like(tmp_path)
    assert opened(kind, tmp_path).preparation == (Scale(255), Normalise(mean, deviation))


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        ("mnist", 7, "7"),
        ("fashion-mnist", 0, "T-shirt/top"),
        ("fashion-mnist", 9, "Ankle boot"),
        ("kmnist", 3, "つ tsu"),
    ],
)
def test_classes_have_names(kind, number, name):
    names = collections().find(kind).class_names
    assert len(names) == 10
    assert names[number] == name


@kinds
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("dotted", [True, False])
def test_a_file_is_there_in_every_usual_spelling(kind, dotted, packed, tmp_path):
    for name, array in zip(NAMES, four(), strict=True):
        spelled = (name.replace("-idx", ".idx") if dotted else name) + (".gz" if packed else "")
        (tmp_path / spelled).write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    assert collections().find(kind).missing(tmp_path) == ()
    assert len(opened(kind, tmp_path).inputs) == TRAIN + TEST


@pytest.mark.parametrize(
    ("kind", "place"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST"), ("kmnist", "KMNIST")]
)
def test_the_folders_of_torchvision_are_found(kind, place, tmp_path):
    make_mnist_like(tmp_path / place / "raw")
    assert collections().find(kind).missing(tmp_path) == ()
    assert len(opened(kind, tmp_path).inputs) == TRAIN + TEST


@kinds
def test_only_what_is_not_there_is_missing(kind, tmp_path):
    make_mnist_like(tmp_path)
    (tmp_path / f"{NAMES[2]}.gz").unlink()
    assert [remote.name for remote in collections().find(kind).missing(tmp_path)] == [f"{NAMES[2]}.gz"]
    assert f"lacks {NAMES[2]}.gz" in refusal(kind, tmp_path)


def test_as_many_samples_as_published_are_no_reason_to_warn(tmp_path):
    arrays = (
        np.zeros((60_000, 28, 28), np.uint8),
        labels(60_000),
        np.zeros((10_000, 28, 28), np.uint8),
        labels(10_000),
    )
    for name, array in zip(NAMES, arrays, strict=True):
        (tmp_path / name).write_bytes(idx(array))
    assert opened("kmnist", tmp_path).warnings == ()


BAD = {
    "a web page": ({f"{NAMES[0]}.gz": PAGE}, "is a web page"),
    "nothing": ({f"{NAMES[1]}.gz": b""}, "is empty"),
    "a pickle": ({f"{NAMES[0]}.gz": PICKLE}, "is not an IDX file"),
    "a packed pickle": ({f"{NAMES[3]}.gz": gzip.compress(PICKLE)}, "is not an IDX file"),
    "cut short": ({f"{NAMES[0]}.gz": gzip.compress(idx(images(TRAIN)))[:-900]}, "is incomplete"),
    "a bomb": ({f"{NAMES[0]}.gz": zeros_packed(idx(images(TRAIN)), 1024)}, "goes on"),
    "labels for images": ({f"{NAMES[0]}.gz": gzip.compress(idx(labels(TRAIN)))}, "Perhaps the two files were swapped"),
    "images for labels": ({f"{NAMES[1]}.gz": gzip.compress(idx(images(TRAIN)))}, "Perhaps the two files were swapped"),
    "training for test images": ({f"{NAMES[2]}.gz": gzip.compress(idx(images(TRAIN)))}, "Take both from the same"),
    "an eleventh class": ({f"{NAMES[1]}.gz": gzip.compress(idx(labels(TRAIN, 11)))}, "not all from 0 to 9"),
}


@kinds
@pytest.mark.parametrize(("contents", "reason"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_for_the_right_reason(kind, contents, reason, tmp_path):
    make_mnist_like(tmp_path)
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert reason in refusal(kind, tmp_path)


@kinds
def test_images_of_another_size_are_refused(kind, tmp_path):
    small = [array[:, :20, :20] if array.ndim == 3 else array for array in four()]
    make_mnist_like(tmp_path, [np.ascontiguousarray(array) for array in small])
    assert "are not of 28×28 pixels" in refusal(kind, tmp_path)
