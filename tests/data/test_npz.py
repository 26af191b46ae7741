"""npz files that are as they should be, equal to what np.load reads; and the data sets that are made of them."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import PARTS
from nnstudio.data.npz import opened_npz
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.base import reader_for
from nnstudio.data.readers.npz_file import NpzFile
from nnstudio.data.sources import open_data

SAVERS = [np.savez, np.savez_compressed]
DTYPES = ["?", "i1", "i2", ">i4", "i8", "u1", ">u2", "u8", "f2", "f4", ">f8", "U4", ">U4", "S4"]
RNG = np.random.default_rng(3)
X, Y = RNG.integers(0, 256, (40, 9, 9)).astype(np.uint8), np.arange(40) % 4


@pytest.fixture(params=SAVERS, ids=lambda saver: saver.__name__)
def put(request, tmp_path):
    """Save arrays as npz, plain or compressed."""

    def save(*arrays, **named):
        request.param(tmp_path / "set.npz", *arrays, **named)
        return tmp_path / "set.npz"

    return save


def read(path, key):
    with opened_npz(path) as archive:
        return archive.read(key)


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_numbers_are_those_that_numpy_loads(put, dtype, order):
    array = np.asarray(RNG.integers(0, 2, (4, 3, 2)).astype(dtype), order=order)
    path = put(other=np.eye(2), a=array)
    with np.load(path) as loaded:
        assert np.array_equal(read(path, "a"), loaded["a"])
    assert read(path, "a").dtype == np.dtype(dtype).newbyteorder("=")


@settings(max_examples=60, deadline=1000, database=None)
@given(data=st.data())
def test_any_arrays_are_read_as_numpy_reads_them(tmp_path_factory, data):
    dtypes = st.sampled_from([np.dtype(each) for each in DTYPES if "U" not in each and "S" not in each])
    arrays = hypothesis_numpy.arrays(dtypes, hypothesis_numpy.array_shapes(min_dims=0, max_side=5))
    given = data.draw(st.dictionaries(st.text("abc_.ü /", min_size=1, max_size=6), arrays, min_size=1, max_size=4))
    path = tmp_path_factory.getbasetemp() / "any.npz"
    data.draw(st.sampled_from(SAVERS))(path, **given)
    with opened_npz(path) as archive, np.load(path) as loaded:
        assert sorted(archive.keys) == sorted(loaded.files)
        for key in loaded.files:
            native = loaded[key].astype(loaded[key].dtype.newbyteorder("="))
            assert archive.read(key).tobytes() == native.tobytes()
            assert archive.header(key).shape == native.shape


def test_reading_keeps_the_numbers_in_memory_only_once(put):
    path = put(x_train=np.zeros((3000, 1000), np.uint8), x_test=np.ones((1000, 1000), np.uint8))
    tracemalloc.start()
    with opened_npz(path) as archive:
        array = archive.read_together(["x_train", "x_test"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < array.nbytes + 2**20
    assert array.sum() == 1_000_000


PAIRS = [
    ("x", "y"), ("X", "y"), ("X", "Y"), ("inputs", "targets"), ("data", "target"), ("data", "targets"),
    ("data", "labels"), ("images", "labels"), ("features", "labels"), ("x_train", "y_train"),
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "targets"), PAIRS)
def test_inputs_and_targets_are_known_by_their_usual_names(put, inputs, targets):
    data = NpzFile().open(put(**{targets: Y, inputs: X}))
    assert np.array_equal(data.inputs[..., 0], X)
    assert data.targets.tolist() == Y.tolist()
    assert data.parts == {}
    assert data.notes[-1] == f"The inputs are '{inputs}', the targets '{targets}'."


OFFICIAL = [
    {"train": ("x_train", "y_train"), "test": ("x_test", "y_test")},
    {"train": ("x_train", "y_train"), "validation": ("x_val", "y_val"), "test": ("x_test", "y_test")},
    {"train": ("train_images", "train_labels"), "validation": ("val_images", "val_labels"),
     "test": ("test_images", "test_labels")},
    {"train": ("X_train", "Y_train"), "validation": ("X_valid", "Y_valid")},
    {"train": ("training_data", "training_targets"), "test": ("testing_data", "testing_targets")},
    {"train": ("trainX", "trainy"), "test": ("testX", "testy")},
]  # fmt: skip


@pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: "-".join(pair[0] for pair in official.values()))
def test_official_parts_are_kept(put, official):
    cuts = {"train": slice(0, 20), "validation": slice(20, 30), "test": slice(30, 40)}
    arrays = {}
    for part, (inputs, targets) in official.items():
        arrays = {targets: Y[cuts[part]], inputs: X[cuts[part]], **arrays}
    data = NpzFile().open(put(**arrays))
    for part in PARTS:
        picks = data.part(part)
        assert np.array_equal(data.inputs[picks, ..., 0], X[cuts[part]] if part in official else X[:0])
        assert data.targets[picks].tolist() == (Y[cuts[part]].tolist() if part in official else [])


def test_labels_in_a_column_of_their_own_are_class_numbers(put):
    """As MedMNIST has them."""
    parts = {f"{name}_images": X[:9] for name in ("train", "val", "test")}
    parts |= {f"{name}_labels": Y[:9, None] for name in ("train", "val", "test")}
    data = NpzFile().open(put(**parts))
    assert data.class_names == tuple("0123")
    assert data.targets.tolist() == Y[:9].tolist() * 3


def test_two_arrays_without_names_are_inputs_and_targets_in_this_order(put):
    data = NpzFile().open(put(X, Y))
    assert np.array_equal(data.inputs[..., 0], X)
    assert data.targets.tolist() == Y.tolist()


def test_the_arrays_can_be_named(put):
    data = open_data(f"{put(pixels=X, digit=Y, y=Y + 1)},inputs=pixels,targets=digit")
    assert np.array_equal(data.inputs[..., 0], X)
    assert data.class_names == tuple("0123")


@pytest.mark.parametrize("option", ["inputs=x_test", "targets=y_test"])
def test_of_a_named_part_only_that_is_read(put, option):
    data = open_data(f"{put(x_train=X, y_train=Y, x_test=X[:12] + 1, y_test=Y[:12])},{option}")
    assert np.array_equal(data.inputs[..., 0], X[:12] + 1)


def test_one_array_can_be_named_and_the_other_found(put):
    assert len(NpzFile(inputs="pixels").open(put(pixels=X, y=Y)).inputs) == 40
    assert len(NpzFile(targets="digit").open(put(X=X, digit=Y)).inputs) == 40


def test_of_several_usual_names_the_first_is_taken_and_a_note_says_which(put):
    """As scikit-learn's digits have them."""
    data = NpzFile().open(put(data=X.reshape(40, 81), images=X, target=Y, target_names=np.arange(10)))
    assert data.stored_shape == (9, 9, 1)
    assert data.notes[-1] == "The inputs are 'images', the targets 'target'."


def test_arrays_that_are_not_recognised_are_listed_with_their_shapes(put):
    with pytest.raises(DataError) as caught:
        NpzFile().open(put(pixels=X, digit=Y, note=np.array("hello")))
    message = str(caught.value)
    assert "set.npz holds pixels (40×9×9), digit (40), note (one number)." in message
    assert message.endswith("Say which are inputs and targets, as in set.npz,inputs=KEY,targets=KEY.")


def test_of_a_crowd_of_arrays_only_some_are_listed(put):
    with pytest.raises(DataError, match=r"k11 \(3\) and 8 more\. Say which"):
        NpzFile().open(put(**{f"k{number}": np.zeros(3) for number in range(20)}))


def test_a_misspelt_name_is_answered_with_the_nearest(put):
    with pytest.raises(DataError, match=r"no array 'pixel', as the option 'inputs' says\. Did you mean pixels\?"):
        NpzFile(inputs="pixel").open(put(pixels=X, y=Y))


def test_objects_that_are_not_asked_for_do_not_matter(put):
    data = NpzFile().open(put(x=X, y=Y, about=np.array({"licence": "none"}, object)))
    assert len(data.inputs) == 40


def test_other_files_in_the_archive_do_not_matter(put):
    path = put(x=X, y=Y)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("readme.txt", "hello")
    assert len(NpzFile().open(path).inputs) == 40


@pytest.mark.parametrize("dtypes", [(">f4", "<f4"), ("<f4", ">f4")])
def test_parts_of_different_byte_orders_go_together(put, dtypes):
    first, second = (X[start : start + 20].astype(dtype) for start, dtype in zip((0, 20), dtypes, strict=True))
    second = np.asfortranarray(second)
    data = NpzFile().open(put(x_train=first, y_train=Y[:20], x_test=second, y_test=Y[20:]))
    assert np.array_equal(data.inputs[..., 0], X)


@pytest.mark.parametrize("other", [X[:5, :8], X[:5].astype("f4")], ids=["size", "type"])
def test_parts_of_different_sizes_or_types_are_refused(put, other):
    with pytest.raises(DataError, match=r"has samples of 9×9 \(uint8\), but 'x_test' of"):
        NpzFile().open(put(x_train=X, y_train=Y, x_test=other, y_test=Y[:5]))


@pytest.mark.parametrize("other", [np.array(list("abcde")), np.eye(5)], ids=["texts", "rows"])
def test_targets_of_different_kinds_are_refused(put, other):
    with pytest.raises(DataError, match="is of another kind than 'y_test'"):
        NpzFile().open(put(x_train=X, y_train=Y, x_test=X[:5], y_test=other))


def test_different_numbers_of_inputs_and_targets_are_refused_with_both(put):
    with pytest.raises(DataError, match=r"'x' in .* has 40 samples, but .*'y' in .* has 39 targets"):
        NpzFile().open(put(x=X, y=Y[:39]))


def test_swapped_inputs_and_targets_are_recognised(put):
    with pytest.raises(DataError, match="Perhaps inputs and targets were swapped"):
        NpzFile(inputs="y", targets="x").open(put(x=X, y=Y))


def test_channels_that_come_first_are_brought_to_the_end(put):
    images = RNG.random((6, 3, 9, 8)).astype("f4")
    data = NpzFile().open(put(x=images, y=np.arange(6) % 2))
    assert np.array_equal(data.inputs, np.moveaxis(images, 1, -1))


def test_layout_task_and_preparation_work_as_for_every_data_set(put):
    data = open_data(f"{put(x=X, y=Y)},layout=rows,task=numbers,noise=0.1")
    assert data.stored_shape == (81,)
    assert data.targets.shape == (40, 1)
    assert data.preparation[0] == Scale(255)
    assert len(data.part("test")) == 8


@pytest.mark.parametrize("name", ["a.npz", "A.NPZ", "no-ending"])
def test_an_npz_file_is_recognised_by_its_start_or_its_name(tmp_path, name):
    buffer = io.BytesIO()
    np.savez(buffer, a=np.eye(3))
    (tmp_path / name).write_bytes(buffer.getvalue() if name == "no-ending" else b"damaged")
    assert reader_for(tmp_path / name) is NpzFile
