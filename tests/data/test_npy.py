"""npy files that are as they should be, equal to what np.load reads; and the data sets that are made of them."""

import io
import time
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy

from nnstudio.core.errors import DataError
from nnstudio.data import layout, mapped
from nnstudio.data.mapped import Mapped
from nnstudio.data.npy import open_npy, read_npy
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.base import reader_for
from nnstudio.data.readers.npy_files import NpyFiles
from nnstudio.data.sources import open_data

NUMBERS = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "g"]
SWAPPED = [f">{each}" for each in NUMBERS if each[-1] not in "?1g"]
TEXTS = ["U7", ">U7", "S7"]
SHAPES = [(), (5,), (5, 1), (3, 4), (2, 3, 4), (2, 1, 3, 2, 2)]
VERSIONS = [(1, 0), (2, 0), (3, 0)]


def an_array(dtype, shape, seed=5):
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype.kind in "US":
        return rng.choice(["", "a", "été" if dtype.kind == "U" else "e", "seven77"], shape).astype(dtype)
    if dtype.kind in "bf":
        return np.asarray(rng.normal(0, 3, shape) if dtype.kind == "f" else rng.random(shape) < 0.5).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype.newbyteorder("="), endpoint=True).astype(dtype)


def saved(path, array, version=None):
    with open(path, "wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns where it writes a newer version than it must.
        np.lib.format.write_array(file, np.asanyarray(array), version=version)
    return path


@pytest.fixture
def everything_mapped(monkeypatch):
    """As if every file were large."""
    monkeypatch.setattr(mapped, "MAPPED_FROM", 1)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", [*NUMBERS, *SWAPPED, *TEXTS])
def test_the_numbers_are_those_that_numpy_loads(tmp_path, dtype, shape):
    path = saved(tmp_path / "a.npy", an_array(dtype, shape))
    assert np.array_equal(read_npy(path), np.load(path))


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_every_version_and_order_is_read(tmp_path, version, order):
    array = np.asarray(an_array("i4", (4, 3, 5)), order=order)
    path = saved(tmp_path / "a.npy", array, version)
    assert np.array_equal(read_npy(path), np.load(path))


@pytest.mark.parametrize("dtype", [*NUMBERS, *SWAPPED, *TEXTS])
@pytest.mark.parametrize("order", "CF")
def test_what_is_read_lies_row_after_row_in_this_computer_s_byte_order(tmp_path, dtype, order):
    found = read_npy(saved(tmp_path / "a.npy", np.asarray(an_array(dtype, (4, 3)), order=order)))
    assert found.dtype == np.dtype(dtype).newbyteorder("=")
    assert found.flags.c_contiguous
    assert found.flags.writeable


@settings(max_examples=150, deadline=1000, database=None)
@given(data=st.data())
def test_any_array_of_numbers_is_read_as_numpy_reads_it(tmp_path_factory, data):
    dtypes = st.sampled_from([np.dtype(each) for each in (*NUMBERS[:-1], *SWAPPED)])
    array = data.draw(hypothesis_numpy.arrays(dtypes, hypothesis_numpy.array_shapes(min_dims=0, max_side=5)))
    path = saved(tmp_path_factory.getbasetemp() / "any.npy", array, data.draw(st.sampled_from(VERSIONS)))
    found, expected = read_npy(path), np.load(path)
    assert found.shape == expected.shape
    assert found.tobytes() == expected.astype(expected.dtype.newbyteorder("=")).tobytes()


HEADERS = {
    "no comma at the end": "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3)}",
    "double quotes": '{"descr": "<i4", "fortran_order": False, "shape": (2, 3), }',
    "no blanks": "{'descr':'<i4','fortran_order':False,'shape':(2,3)}",
    "another order": "{'shape': (2, 3), 'fortran_order': False, 'descr': '<i4'}",
    "a comma after the last size": "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3,)}",
    "long numbers of Python 2": "{'descr': '<i4', 'fortran_order': False, 'shape': (2L, 3L)}",
    "many blanks": "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }" + " " * 5000,
    "by columns": "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }",
    "one dimension": "{'descr': '<i4', 'fortran_order': False, 'shape': (6,), }",
    "no byte order": "{'descr': 'i4', 'fortran_order': False, 'shape': (6,), }",
}


@pytest.mark.filterwarnings("ignore:Reading `.npy`")
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_headers_of_other_programs_are_understood_as_numpy_does(tmp_path, header):
    path = tmp_path / "a.npy"
    start = b"\x93NUMPY\1\0" + (len(header) + 1).to_bytes(2, "little") + header.encode() + b"\n"
    path.write_bytes(start + np.arange(6, dtype="<i4").tobytes())
    assert np.array_equal(read_npy(path), np.load(path))


def test_reading_keeps_the_numbers_in_memory_only_once(tmp_path):
    path = saved(tmp_path / "a.npy", an_array(">i4", (1000, 2000)))
    tracemalloc.start()
    array = read_npy(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < array.nbytes + 2**20


def test_reading_costs_no_more_than_numpy_s_own_way(tmp_path):
    path = saved(tmp_path / "mnist.npy", np.zeros((60_000, 28, 28), np.uint8))

    def timed(read):
        start = time.perf_counter()
        read(path)
        return time.perf_counter() - start

    # The best of many, taken in turns: other programs may slow down any one of them.
    best = np.full(2, np.inf)
    for _ in range(40):
        best = np.minimum(best, [timed(open_npy), timed(np.load)])
        if best[0] <= 1.3 * best[1]:
            return
    pytest.fail(f"{best[0] * 1000:.1f} ms, while NumPy takes {best[1] * 1000:.1f} ms")


def test_more_than_the_limit_is_refused(tmp_path):
    path = saved(tmp_path / "a.npy", np.zeros(1001, np.uint8))
    with pytest.raises(DataError, match="too much to be read into memory"):
        read_npy(path, limit=1000)
    assert len(read_npy(path, limit=1001)) == 1001


def test_a_small_file_is_read_and_does_not_depend_on_the_file_any_more(tmp_path):
    path = saved(tmp_path / "a.npy", np.arange(10))
    array = open_npy(path)
    saved(path, np.zeros(3))
    assert array.tolist() == list(range(10))


@pytest.mark.parametrize("dtype", [*NUMBERS, *SWAPPED])
@pytest.mark.parametrize("shape", SHAPES[1:], ids=str)
def test_mapped_numbers_are_those_that_numpy_loads(tmp_path, everything_mapped, dtype, shape):
    path = saved(tmp_path / "a.npy", an_array(dtype, shape))
    array = open_npy(path)
    assert isinstance(array, Mapped)
    assert np.array_equal(array, np.load(path))


def test_mapped_numbers_cannot_be_changed(tmp_path, everything_mapped):
    array = open_npy(saved(tmp_path / "a.npy", np.arange(10)))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5


KEYS = [
    slice(2, 7), slice(None, None, 3), slice(None, None, -1), slice(20, 30), 5, -1, np.array([7, 0, -2, 7]),
    np.array([], np.intp), [1, 2], (slice(None), 1), np.arange(10) % 2 == 0, ...,
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_whatever_is_picked_from_mapped_numbers_is_what_numpy_picks(tmp_path, everything_mapped, key):
    path = saved(tmp_path / "a.npy", an_array("f4", (10, 3000)))
    assert np.array_equal(open_npy(path)[key], np.load(path)[key])


def test_samples_are_taken_from_mapped_numbers_as_from_any_array(tmp_path, everything_mapped):
    path = saved(tmp_path / "a.npy", an_array(">f4", (10, 3, 2)))
    array, picks, taken = open_npy(path).reshape(10, 6), np.array([9, 0, 3, 3]), np.zeros((4, 6), ">f4")
    array.take(picks, 0, taken, "clip")
    assert np.array_equal(taken, np.load(path).reshape(10, 6)[picks])
    assert np.array_equal(array.take([1, 2]), np.load(path).take([1, 2]))


def test_samples_picked_from_mapped_numbers_are_an_ordinary_array(tmp_path, everything_mapped):
    array = open_npy(saved(tmp_path / "a.npy", an_array("f4", (10, 3))))
    assert type(array[np.array([1, 2])]) is np.ndarray
    assert type(array.take(np.array([1, 2]), 0)) is np.ndarray


@pytest.mark.parametrize("look", [
    lambda array: array[2:], lambda array: array[np.array([99])], lambda array: array[::10][5:],
    lambda array: array.reshape(-1, 1).take(np.array([99]), 0), lambda array: array[:, None][0],
], ids=["slice", "pick", "slice of a slice", "take", "other"])  # fmt: skip
def test_a_file_that_is_made_shorter_while_it_is_in_use_is_a_message_and_no_crash(tmp_path, everything_mapped, look):
    path = saved(tmp_path / "a.npy", np.arange(100_000))
    array = open_npy(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"a\.npy was made shorter by another program\. Open it again"):
        look(array)


def test_a_copy_of_mapped_numbers_no_longer_needs_the_file(tmp_path, everything_mapped):
    path = saved(tmp_path / "a.npy", np.arange(100_000))
    array = open_npy(path)
    copies = array.copy(), array + 0, array[np.arange(100_000)], np.concatenate([array, array])[:100_000]
    path.write_bytes(b"")
    assert [int(copy[99_999]) for copy in copies] == [99_999] * 4


def test_numbers_at_odd_addresses_are_read_rather_than_mapped(tmp_path, everything_mapped):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n"
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + np.arange(3.0).tobytes())
    array = open_npy(path)
    assert not isinstance(array, Mapped)
    assert array.tolist() == [0, 1, 2]


def test_a_large_array_stored_by_columns_is_brought_into_rows(tmp_path, everything_mapped):
    path = saved(tmp_path / "a.npy", np.asarray(an_array(">f4", (4, 3, 5)), order="F"))
    array = open_npy(path)
    assert np.array_equal(array, np.load(path))
    assert type(array) is np.ndarray
    assert array.flags.c_contiguous
    assert array.dtype.isnative


def test_large_images_with_their_channels_first_are_brought_into_memory_and_turned(put, everything_mapped):
    images = an_array(">f4", (3, 3, 9, 8))
    data = NpyFiles().open(put(X=images, y=np.array([0, 1, 1])))
    assert type(data.inputs) is np.ndarray
    assert np.array_equal(data.inputs, np.moveaxis(images, 1, -1))
    assert not any("stay in the file" in note for note in data.notes)


def test_images_too_large_to_be_turned_in_memory_are_refused(put, everything_mapped, monkeypatch):
    images = np.zeros((3, 3, 9, 8))
    monkeypatch.setattr(layout, "LIMIT", images.nbytes - 1)
    path = put(X=images, y=np.array([0, 1, 1]))
    with pytest.raises(DataError, match="too large to bring its channels to the end in memory"):
        NpyFiles().open(path)
    assert NpyFiles(layout="rows").open(path).stored_shape == (216,)


@pytest.fixture
def put(tmp_path):
    """Save arrays under names in one folder; gives back the path of the first."""

    def save(**arrays):
        for name, array in arrays.items():
            saved(tmp_path / f"{name}.npy", array)
        return tmp_path / f"{next(iter(arrays))}.npy"

    return save


PAIRS = [
    ("X", "y"), ("x", "y"), ("X", "Y"), ("inputs", "targets"), ("images", "labels"), ("data", "labels"),
    ("data", "target"), ("x_train", "y_train"), ("X_train", "y_train"), ("train_x", "train_y"),
    ("Images", "Labels"), ("my-features.v2", "my-labels.v2"), ("train images", "train labels"),
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "targets"), PAIRS)
def test_targets_are_found_beside_the_inputs(put, inputs, targets):
    data = NpyFiles().open(put(**{inputs: np.eye(4), targets: np.array([1, 0, 0, 1])}))
    assert data.targets.tolist() == [1, 0, 0, 1]
    assert data.notes == (f"The targets are those in {targets}.npy.",)


def test_targets_may_be_named_beside_the_inputs_or_in_the_working_folder(put, tmp_path, monkeypatch):
    path = put(measured=np.eye(3), answers=np.array([5.5, 6.5, 7.5]))
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    saved(tmp_path / "inner" / "others.npy", np.array([1.5, 2.5, 3.5]))
    assert NpyFiles("answers.npy").open(path).targets[:, 0].tolist() == [5.5, 6.5, 7.5]
    assert NpyFiles("others.npy").open(path).targets[:, 0].tolist() == [1.5, 2.5, 3.5]


def test_the_last_column_can_be_the_targets(put):
    data = open_data(f"{put(table=np.array([[1.5, 2, 0], [3, 4.5, 1], [5, 6, 1]]))},targets=last")
    assert data.inputs.tolist() == [[1.5, 2], [3, 4.5], [5, 6]]
    assert data.inputs.flags.c_contiguous
    assert data.targets.tolist() == [0, 1, 1]
    assert data.notes[0] == "The targets are the last of 3 columns."


def test_an_array_without_columns_has_no_last_one(put):
    with pytest.raises(DataError, match="has no last column to be the targets"):
        NpyFiles("last").open(put(X=np.zeros((3, 4, 5))))


def test_the_file_of_targets_instead_of_the_inputs_is_recognised(put):
    put(x_train=np.eye(3), y_train=np.arange(3))
    with pytest.raises(DataError, match=r"y_train\.npy holds the targets of x_train\.npy\. Choose that file"):
        NpyFiles().open(put(y_train=np.arange(3)))


@pytest.mark.parametrize(("name", "usual"), [("X_test", "y_test.npy"), ("stuff", "y.npy for an X.npy")])
def test_missing_targets_are_asked_for_by_the_usual_name(put, name, usual):
    with pytest.raises(DataError, match=f"There are no targets beside .*Put them there as {usual}.*targets=last"):
        NpyFiles().open(put(**{name: np.eye(3)}))


def test_texts_are_classes(put):
    data = NpyFiles().open(put(X=np.eye(3), y=np.array(["dog", "cat", "dog"])))
    assert data.class_names == ("cat", "dog")
    assert data.targets.tolist() == [1, 0, 1]


def test_the_task_decides_where_it_is_not_plain(put):
    path = put(X=np.eye(4), y=np.array([3, 4, 3, 4]))
    assert NpyFiles().open(path).class_names == ("3", "4")
    assert NpyFiles(task="numbers").open(path).targets.tolist() == [[3], [4], [3], [4]]


def test_only_pixels_of_one_byte_are_scaled(put):
    y = np.array([0, 1, 1])
    assert NpyFiles().open(put(X=np.zeros((3, 9, 9), np.uint8), y=y)).preparation == (Scale(255),)
    assert NpyFiles().open(put(X=np.zeros((3, 9, 9), np.float32), y=y)).preparation == ()


LAYOUTS = [
    ("u1", (3, 5, 7), "auto", (5, 7, 1)), ("f4", (3, 8, 8), "auto", (8, 8, 1)), ("f4", (3, 7, 7), "auto", (7, 7)),
    ("f4", (3, 8, 9), "auto", (8, 9)), ("f4", (3, 8, 9), "images", (8, 9, 1)), ("u1", (3, 5, 7), "rows", (35,)),
    ("u1", (3, 5, 7, 3), "auto", (5, 7, 3)), ("u1", (3, 3, 5, 7), "auto", (5, 7, 3)),
    ("f4", (3, 1, 9, 9), "auto", (9, 9, 1)), ("f4", (3, 4, 9, 8), "auto", (9, 8, 4)),
    ("u1", (3, 3, 5, 3), "auto", (3, 5, 3)), ("u1", (3, 3, 5, 7), "images", (3, 5, 7)),
    ("f4", (3, 2, 9, 8), "auto", (2, 9, 8)), ("f4", (3, 2, 9, 8), "channels_first", (9, 8, 2)),
    ("u1", (3, 3, 5, 7), "rows", (105,)), ("f8", (3,), "auto", (1,)), ("f8", (3, 4), "auto", (4,)),
    ("f4", (3, 2, 2, 2, 2), "auto", (2, 2, 2, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("dtype", "shape", "chosen", "expected"), LAYOUTS)
def test_the_axes_are_laid_out_as_the_shape_shows_or_the_user_says(put, dtype, shape, chosen, expected):
    array = an_array(dtype, shape)
    data = NpyFiles(layout=chosen).open(put(X=array, y=np.array([0, 1, 1])))
    moved = len(expected) == 3 and len(shape) == 4 and expected != shape[1:]
    reference = np.moveaxis(array, 1, -1) if moved else array
    assert np.array_equal(data.inputs, reference.reshape(3, *expected))
    assert data.inputs.flags.c_contiguous


def test_what_was_done_to_the_axes_is_said(put):
    y = np.array([0, 1, 1])
    data = NpyFiles().open(put(X=np.zeros((3, 3, 9, 9), np.uint8), y=y))
    assert "The 3 channels of an image came before its height and width; now they come last." in data.notes
    data = NpyFiles().open(put(X=np.zeros((3, 9, 8), np.uint8), y=y))
    assert "Each sample is a grey image of 9×8 pixels." in data.notes


@pytest.mark.parametrize(("shape", "chosen"), [((3, 4), "images"), ((3, 9, 9), "channels_first"), ((3,), "images")])
def test_a_layout_that_the_array_does_not_have_is_refused(put, shape, chosen):
    with pytest.raises(DataError, match=r"this layout needs samples, .*Leave the option 'layout' out"):
        NpyFiles(layout=chosen).open(put(X=np.zeros(shape), y=np.array([0, 1, 1])))


def test_large_inputs_stay_in_their_file_and_a_note_says_so(put, everything_mapped):
    data = NpyFiles().open(put(X=np.zeros((3, 9, 9), np.uint8), y=np.array([0, 1, 1])))
    assert isinstance(data.inputs, Mapped)
    assert data.notes[-1].startswith("The 0 MiB of X.npy stay in the file and are read when they are needed")


def test_options_and_parts_work_as_for_every_data_set(put):
    data = open_data(f"{put(X=np.zeros((40, 9, 9), np.float32), y=np.arange(40) % 2)},layout=rows,test=8,validation=0")
    assert [len(data.part(name)) for name in ("train", "validation", "test")] == [32, 0, 8]
    assert data.sample_shape == (81,)


@pytest.mark.parametrize("name", ["a.npy", "A.NPY", "no-ending"])
def test_an_npy_file_is_recognised_by_its_start_or_its_name(tmp_path, name):
    buffer = io.BytesIO()
    np.save(buffer, np.eye(3))
    (tmp_path / name).write_bytes(buffer.getvalue() if name == "no-ending" else b"damaged")
    assert reader_for(tmp_path / name) is NpyFiles
