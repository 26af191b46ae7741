"""Folders laid out like MNIST: a small one made here, and the real one where NNSTUDIO_TEST_MNIST says it is."""

import gzip
import hashlib
import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import PARTS
from nnstudio.data.idx import read_idx
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.base import look_at
from nnstudio.data.readers.mnist_folder import FILES, MnistFolder
from nnstudio.data.sources import open_data


@pytest.fixture
def replace(small_mnist, idx_bytes):
    """Put other numbers into one of the four files."""

    def put(name, array):
        (small_mnist / f"{name}.gz").write_bytes(gzip.compress(idx_bytes(array)))

    return put


def refusal(folder):
    with pytest.raises(DataError) as caught:
        MnistFolder().open(folder)
    return str(caught.value)


def test_images_are_bytes_with_a_channel_axis(small_mnist):
    inputs = MnistFolder().open(small_mnist).inputs
    assert inputs.dtype == np.uint8
    assert inputs.shape == (42, 28, 28, 1)


def test_the_training_images_come_first_and_all_are_in_file_order(small_mnist):
    inputs = MnistFolder().open(small_mnist).inputs[..., 0]
    assert np.array_equal(inputs[:30], read_idx(small_mnist / f"{FILES[0]}.gz"))
    assert np.array_equal(inputs[30:], read_idx(small_mnist / f"{FILES[2]}.gz"))


def test_labels_belong_to_their_images(small_mnist):
    targets = MnistFolder().open(small_mnist).targets
    assert targets.tolist() == [*np.arange(30) % 10, *np.arange(12) % 10]


def test_the_parts_are_those_published_and_nothing_is_kept_back_for_validation(small_mnist):
    data = MnistFolder().open(small_mnist)
    assert [data.part(name).tolist() for name in PARTS] == [list(range(30)), [], list(range(30, 42))]


def test_training_images_can_be_kept_back_for_validation(small_mnist):
    data = open_data(f"{small_mnist},validation=10")
    assert sorted([*data.part("train"), *data.part("validation")]) == list(range(30))
    assert sorted(data.targets[data.part("validation")]) == list(range(10))
    assert data.part("test").tolist() == list(range(30, 42))


def test_more_validation_than_images_is_refused(small_mnist):
    with pytest.raises(DataError, match="more than 95 % of the 30 samples"):
        open_data(f"{small_mnist},validation=30")


def test_the_published_test_part_cannot_be_chosen_anew(small_mnist):
    with pytest.raises(DataError, match="has a test part of its own"):
        open_data(f"{small_mnist},test=5")


def test_classes_are_named_by_their_numbers(small_mnist):
    assert MnistFolder().open(small_mnist).class_names == tuple("0123456789")


def test_a_set_of_two_classes_has_two_names(small_mnist, replace):
    replace(FILES[1], (np.arange(30) % 2).astype("u1"))
    replace(FILES[3], (np.arange(12) % 2).astype("u1"))
    assert MnistFolder().open(small_mnist).class_names == ("0", "1")


def test_the_set_is_named_after_its_folder(small_mnist):
    assert MnistFolder().open(small_mnist).name == "small"


def test_images_of_28_by_28_are_scaled_and_normalised_as_mnist_is(small_mnist):
    assert MnistFolder().open(small_mnist).preparation == (Scale(255), Normalise(0.1307, 0.3081))


def test_images_of_another_size_are_only_scaled(small_mnist, replace):
    replace(FILES[0], np.zeros((30, 16, 12), "u1"))
    replace(FILES[2], np.zeros((12, 16, 12), "u1"))
    data = MnistFolder().open(small_mnist)
    assert data.sample_shape == (16, 12, 1)
    assert data.preparation == (Scale(255),)


@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_every_usual_spelling_of_the_names_is_found(small_mnist, dotted, packed):
    expected = MnistFolder().open(small_mnist).inputs
    for name in FILES:
        old = small_mnist / f"{name}.gz"
        content = old.read_bytes() if packed else gzip.decompress(old.read_bytes())
        old.unlink()
        new = name.replace("-idx", ".idx") if dotted else name
        (small_mnist / (f"{new}.gz" if packed else new)).write_bytes(content)
    assert np.array_equal(MnistFolder().open(small_mnist).inputs, expected)


def test_the_folders_of_torchvision_are_found(small_mnist, tmp_path):
    (tmp_path / "root" / "MNIST").mkdir(parents=True)
    small_mnist.rename(tmp_path / "root" / "MNIST" / "raw")
    assert len(MnistFolder().open(tmp_path / "root").inputs) == 42


def test_a_folder_named_like_a_file_does_not_hide_the_file(small_mnist):
    (small_mnist / FILES[0]).mkdir()
    assert len(MnistFolder().open(small_mnist).inputs) == 42


def test_missing_files_are_all_named(small_mnist):
    (small_mnist / f"{FILES[1]}.gz").unlink()
    (small_mnist / f"{FILES[2]}.gz").unlink()
    message = refusal(small_mnist)
    assert f"lacks {FILES[1]}.gz, {FILES[2]}.gz" in message


def test_a_missing_folder_is_refused(tmp_path):
    assert "No such file or directory" in refusal(tmp_path / "none")


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "cannot be opened" in refusal(tmp_path / "loop")


def test_a_pipe_among_the_files_is_refused_without_waiting(small_mnist):
    (small_mnist / f"{FILES[0]}.gz").unlink()
    os.mkfifo(small_mnist / f"{FILES[0]}.gz")
    assert "is not an ordinary file" in refusal(small_mnist)


def test_different_numbers_of_images_and_labels_are_refused_with_both(small_mnist, replace):
    replace(FILES[1], np.zeros(29, "u1"))
    message = refusal(small_mnist)
    assert "30 images" in message
    assert "29 labels" in message


@pytest.mark.parametrize("part", ["train", "t10k"])
def test_swapped_images_and_labels_are_recognised(small_mnist, part):
    images, labels = (small_mnist / f"{part}-{what}-ubyte.gz" for what in ("images-idx3", "labels-idx1"))
    images.rename(small_mnist / "aside")
    labels.rename(images)
    (small_mnist / "aside").rename(labels)
    assert "holds labels, not images. Perhaps the two files were swapped" in refusal(small_mnist)


def test_images_instead_of_labels_are_recognised(small_mnist, replace):
    replace(FILES[1], np.zeros((30, 28, 28), "u1"))
    assert "holds images, not labels" in refusal(small_mnist)


@pytest.mark.parametrize("label", [-1, 256, 2**31 - 1])
def test_a_label_outside_a_byte_is_refused(small_mnist, replace, label):
    replace(FILES[3], np.array([0] * 11 + [label], "i4"))
    assert "a label outside 0 to 255" in refusal(small_mnist)


def test_labels_of_a_wider_type_are_read(small_mnist, replace):
    replace(FILES[3], np.array([9] * 12, "i4"))
    assert MnistFolder().open(small_mnist).targets[30:].tolist() == [9] * 12


@pytest.mark.parametrize("labels", [np.zeros(30, "f4"), np.zeros((30, 10), "u1")], ids=["floats", "one-hot"])
def test_labels_that_are_not_one_whole_number_each_are_refused(small_mnist, replace, labels):
    replace(FILES[1], labels)
    assert "one whole number for each image" in refusal(small_mnist)


@pytest.mark.parametrize("images", [np.zeros((30, 28, 28), "f4"), np.zeros((30, 784), "u1")], ids=["floats", "flat"])
def test_images_that_are_not_bytes_in_rows_are_refused(small_mnist, replace, images):
    replace(FILES[0], images)
    assert "grey images of one byte a pixel" in refusal(small_mnist)


def test_training_and_test_images_of_different_sizes_are_refused(small_mnist, replace):
    replace(FILES[2], np.zeros((12, 20, 20), "u1"))
    message = refusal(small_mnist)
    assert "28×28" in message
    assert "20×20" in message


@pytest.mark.parametrize("shape", [(0, 28, 28), (30, 0, 28)])
def test_a_file_without_images_is_refused(small_mnist, replace, shape):
    replace(FILES[0], np.zeros(shape, "u1"))
    assert "holds no images" in refusal(small_mnist)


def test_images_of_more_than_4_gib_together_are_refused(small_mnist, replace):
    header = bytes([0, 0, 8, 3]) + struct.pack(">3I", 3_500_000, 28, 28)
    for name in (FILES[0], FILES[2]):
        (small_mnist / f"{name}.gz").write_bytes(gzip.compress(header + bytes(3_000_000), 0))
    for name in (FILES[1], FILES[3]):
        replace(name, np.zeros(3_500_000, "u1"))
    assert "more than 4 GiB together" in refusal(small_mnist)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(small_mnist, name):
    path = small_mnist / f"{name}.gz"
    path.write_bytes(path.read_bytes()[:-20])
    assert str(path) in refusal(small_mnist)


@pytest.fixture
def real_mnist():
    """The folder with the real MNIST, which is not part of the project."""
    folder = os.environ.get("NNSTUDIO_TEST_MNIST")
    if not folder:
        pytest.skip("NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
    return folder


def test_mnist_has_the_published_pixels_and_labels(real_mnist):
    data = MnistFolder().open(Path(real_mnist))
    train, test = data.part("train"), data.part("test")
    pieces = [data.inputs[train], data.targets[train].astype("u1"), data.inputs[test], data.targets[test].astype("u1")]
    assert [hashlib.sha256(piece.tobytes()).hexdigest() for piece in pieces] == [
        "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    ]


def test_mnist_is_divided_as_published(real_mnist):
    data = MnistFolder().open(Path(real_mnist))
    assert [len(data.part(name)) for name in PARTS] == [60_000, 0, 10_000]


def test_the_pixels_of_mnist_are_in_memory_only_once(real_mnist):
    tracemalloc.start()
    data = MnistFolder().open(Path(real_mnist))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data.inputs.nbytes == 70_000 * 784
    assert peak < data.inputs.nbytes + 4 * 2**20


def test_a_class_of_pictures_called_raw_is_not_taken_for_it(tmp_path):
    (tmp_path / "raw").mkdir()
    assert not MnistFolder.takes(look_at(tmp_path))


def test_the_folders_of_torchvision_are_taken(small_mnist, tmp_path):
    place = tmp_path / "root" / "MNIST"
    place.mkdir(parents=True)
    small_mnist.rename(place / "raw")
    assert MnistFolder.takes(look_at(tmp_path / "root"))
