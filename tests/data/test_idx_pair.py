"""Data sets from a single IDX file and the labels beside it."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data import mapped
from nnstudio.data.idx import open_idx, read_idx
from nnstudio.data.mapped import Mapped
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.base import reader_for
from nnstudio.data.readers.idx_pair import IdxPair
from nnstudio.data.readers.mnist_folder import FILES, MnistFolder
from nnstudio.data.sources import open_data

RNG = np.random.default_rng(4)
IMAGES = RNG.integers(0, 256, (30, 8, 6)).astype(np.uint8)
LABELS = (np.arange(30) % 10).astype(np.uint8)
TYPES = ["u1", "i1", "i2", "i4", "f4", "f8"]


@pytest.fixture
def put(tmp_path, idx_bytes):
    """Save an array as IDX in one folder, compressed where the name says so."""

    def save(name, array):
        content = idx_bytes(np.asarray(array))
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return tmp_path / name

    return save


@pytest.fixture
def everything_mapped(monkeypatch):
    """As if every file were large."""
    monkeypatch.setattr(mapped, "MAPPED_FROM", 1)


PAIRS = [
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz"),
    ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
    ("t10k-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte"),
    ("emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters-test-labels-idx1-ubyte.gz"),
]


@pytest.mark.parametrize(("images", "labels"), PAIRS)
def test_labels_are_found_beside_their_images(put, images, labels):
    put(labels, LABELS)
    put("other-labels-idx1-ubyte", LABELS[::-1])
    data = open_data(str(put(images, IMAGES)))
    assert np.array_equal(data.inputs[..., 0], IMAGES)
    assert data.targets.tolist() == LABELS.tolist()
    assert f"The targets are those in {labels}." in data.notes


def test_labels_may_be_named_by_their_file(put):
    put("answers", LABELS)
    assert open_data(f"{put('pictures', IMAGES)},targets=answers").targets.tolist() == LABELS.tolist()


def test_grey_images_have_a_channel_axis_and_are_scaled(put):
    put("train-labels-idx1-ubyte", LABELS)
    data = IdxPair().open(put("train-images-idx3-ubyte", IMAGES))
    assert data.sample_shape == (8, 6, 1)
    assert data.preparation == (Scale(255),)


def test_classes_are_named_by_their_numbers_as_in_a_folder_of_mnist(small_mnist):
    folder = MnistFolder().open(small_mnist)
    pair = IdxPair().open(small_mnist / f"{FILES[2]}.gz")
    test = folder.part("test")
    assert pair.class_names == folder.class_names
    assert np.array_equal(pair.inputs, folder.inputs[test])
    assert np.array_equal(pair.targets, folder.targets[test])


def test_a_class_that_does_not_occur_keeps_its_number(put):
    put("train-labels-idx1-ubyte", LABELS // 2 * 2)
    data = IdxPair().open(put("train-images-idx3-ubyte", IMAGES))
    assert data.class_names == tuple("012345678")
    assert data.targets.tolist() == (LABELS // 2 * 2).tolist()


@pytest.mark.parametrize("element", TYPES)
@pytest.mark.parametrize("shape", [(30,), (30, 4), (30, 3, 5), (30, 4, 4, 3), (30, 2, 2, 2, 2)], ids=str)
def test_inputs_may_be_of_every_type_and_rank(put, element, shape):
    array = RNG.integers(0, 99, shape).astype(element)
    put("labels", LABELS)
    data = IdxPair("labels").open(put("inputs.idx", array))
    expected = array.reshape(*shape, 1) if len(shape) in (1, 3) else array
    assert np.array_equal(data.inputs, expected)
    assert data.inputs.dtype == element


def test_targets_may_be_rows_of_numbers_or_one_hot(put):
    rows = RNG.random((30, 2)).astype("f4")
    path = put("inputs.idx", IMAGES)
    put("rows", rows)
    put("one-hot", np.eye(10, dtype="u1")[LABELS])
    assert np.array_equal(IdxPair("rows").open(path).targets, rows)
    assert IdxPair("one-hot").open(path).targets.tolist() == LABELS.tolist()


def test_labels_can_be_numbers_to_predict(put):
    put("train-labels-idx1-ubyte", LABELS)
    data = open_data(f"{put('train-images-idx3-ubyte', IMAGES)},task=numbers")
    assert data.targets[:, 0].tolist() == LABELS.tolist()


@pytest.mark.parametrize("labels", [np.arange(30) % 3 - 1, np.arange(30) % 2 + 500], ids=["negative", "large"])
def test_labels_that_are_no_class_numbers_are_named_by_their_value(put, labels):
    put("train-labels-idx1-ubyte", labels.astype("i2"))
    data = IdxPair().open(put("train-images-idx3-ubyte", IMAGES))
    assert data.class_names == tuple(str(each) for each in np.unique(labels))


def refusal(text):
    with pytest.raises(DataError) as caught:
        open_data(str(text))
    return str(caught.value)


def test_a_file_of_labels_is_recognised_and_its_images_are_named(put):
    put("train-images-idx3-ubyte.gz", IMAGES)
    message = refusal(put("train-labels-idx1-ubyte", LABELS))
    assert "holds labels, not images. Choose the file with the images, such as train-images-idx3-ubyte.gz" in message


def test_a_file_of_labels_alone_is_recognised(put):
    assert "Choose the file with the images, such as train-images" in refusal(put("digits.idx1-ubyte", LABELS))


def test_swapped_files_are_recognised(put):
    put("train-labels-idx1-ubyte", IMAGES)
    message = refusal(put("train-images-idx3-ubyte", LABELS))
    assert "train-images-idx3-ubyte holds labels, not images. Perhaps inputs and targets were swapped" in message


def test_images_instead_of_labels_are_recognised(put):
    put("train-labels-idx1-ubyte", IMAGES)
    message = refusal(put("train-images-idx3-ubyte", IMAGES))
    assert "train-labels-idx1-ubyte holds images, not labels. Perhaps inputs and targets were swapped" in message


def test_missing_labels_are_asked_for_by_their_name(put):
    message = refusal(put("t10k-images-idx3-ubyte.gz", IMAGES))
    assert "(t10k-labels-idx1-ubyte.gz), or name it with the option targets=FILE" in message


def test_different_numbers_of_images_and_labels_are_refused_with_both(put):
    put("train-labels-idx1-ubyte", LABELS[:29])
    message = refusal(put("train-images-idx3-ubyte", IMAGES))
    assert "has 30 samples, but" in message
    assert "has 29 targets. Take both from the same data set." in message


def test_named_labels_that_are_not_there_are_refused(put):
    message = refusal(f"{put('train-images-idx3-ubyte', IMAGES)},targets=none")
    assert "There is no file none, neither beside" in message


@pytest.mark.parametrize("shape", [(), (0, 8, 8), (30, 0, 8)], ids=str)
def test_a_file_without_samples_is_refused(put, shape):
    put("labels", np.zeros(shape[:1] or (1,), "u1"))
    message = refusal(f"{put('inputs.idx', np.zeros(shape, 'u1'))},targets=labels")
    assert "holds no samples" in message or "holds a single value, not one for each sample" in message


@pytest.mark.parametrize("name", ["any", "any.gz", "train-images-idx3-ubyte", "broken.idx3-ubyte.gz"])
def test_an_idx_file_is_recognised_by_its_start_or_its_name(put, tmp_path, name):
    path = put(name, IMAGES)
    if "idx" in name:
        path.write_bytes(b"damaged")
    assert reader_for(path) is IdxPair


@pytest.mark.parametrize("element", TYPES)
@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4), (2, 1, 3, 2)], ids=str)
def test_numbers_left_in_their_file_are_those_that_are_read(put, everything_mapped, element, shape):
    path = put("plain", RNG.integers(-99, 99, shape).astype(element))
    assert np.array_equal(open_idx(path), read_idx(path))


def test_only_many_numbers_in_a_plain_file_are_left_in_it(put, monkeypatch):
    monkeypatch.setattr(mapped, "MAPPED_FROM", IMAGES.nbytes)
    kept = [isinstance(open_idx(put(*each)), Mapped) for each in (("a", IMAGES), ("a.gz", IMAGES), ("a", IMAGES[1:]))]
    assert kept == [True, False, False]


def test_numbers_at_odd_addresses_are_read_rather_than_mapped(put, everything_mapped):
    """The header of an array of two axes has 12 bytes, and NumPy wants 8 or 16 before numbers of 8 bytes."""
    assert [isinstance(open_idx(put("a", np.zeros((4,) * rank))), Mapped) for rank in (1, 2, 3)] == [True, False, True]


def test_images_left_in_their_file_are_images_like_others(put, everything_mapped):
    put("train-labels-idx1-ubyte", LABELS)
    data = IdxPair().open(put("train-images-idx3-ubyte", IMAGES))
    assert isinstance(data.inputs, Mapped)
    assert np.array_equal(data.inputs[np.array([3, 1])][..., 0], IMAGES[[3, 1]])
    assert data.notes[-1].startswith("The 0 MiB of train-images-idx3-ubyte stay in the file")


def test_a_file_that_is_made_shorter_while_it_is_in_use_is_a_message_and_no_crash(put, everything_mapped):
    path = put("a", np.zeros((100, 1000), "u1"))
    array = open_idx(path)
    os.truncate(path, 1000)
    with pytest.raises(DataError, match="was made shorter by another program"):
        array.take(np.array([99]), 0)


def test_the_real_mnist_opens_by_a_single_file():
    folder = os.environ.get("NNSTUDIO_TEST_MNIST")
    if not folder:
        pytest.skip("NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
    data = IdxPair().open(Path(folder) / f"{FILES[2]}.gz")
    assert data.inputs.shape == (10_000, 28, 28, 1)
    assert np.bincount(data.targets).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
