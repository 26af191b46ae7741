"""SVHN: two MAT files, checked before SciPy reads them."""

import struct
import sys
import zlib

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.collections.mat import Variable, variables
from tests.data.collections.published import (
    MEBI,
    PAGE,
    PICKLE,
    TEST,
    TRAIN,
    make_svhn,
    mat,
    opened,
    refusal,
    svhn_arrays,
)

NAMES = ("train_32x32.mat", "test_32x32.mat")
ARRAYS = svhn_arrays(TRAIN)
GOOD = mat(ARRAYS)
PLAIN = mat(ARRAYS, packed=False)
START = GOOD[:128]


def test_images_are_rows_columns_and_colours_of_each_sample(tmp_path):
    make_svhn(tmp_path)
    data = opened("svhn", tmp_path)
    expected = np.concatenate([np.moveaxis(scipy.io.loadmat(tmp_path / name)["X"], 3, 0) for name in NAMES])
    assert data.inputs.shape == (TRAIN + TEST, 32, 32, 3)
    assert data.inputs.flags.c_contiguous
    assert np.array_equal(data.inputs, expected)


def test_more_images_than_are_put_in_order_at_once_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.collections.svhn.AT_ONCE", 7)
    test_images_are_rows_columns_and_colours_of_each_sample(tmp_path)


def test_the_label_10_is_the_digit_0(tmp_path):
    make_svhn(tmp_path)
    stored = np.concatenate([scipy.io.loadmat(tmp_path / name)["y"][:, 0] for name in NAMES])
    targets = opened("svhn", tmp_path).targets
    assert 10 in stored
    assert np.array_equal(targets, np.where(stored == 10, 0, stored))


def test_that_a_label_was_changed_is_told(tmp_path):
    make_svhn(tmp_path)
    assert opened("svhn", tmp_path).notes == ("The label 10 of the files is the digit 0.",)


def test_the_first_file_trains_and_the_second_tests(tmp_path):
    make_svhn(tmp_path)
    data = opened("svhn", tmp_path)
    assert [len(data.part("train")), len(data.part("test"))] == [TRAIN, TEST]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("element", ["u1", "f8"])
def test_labels_of_both_types_are_read_packed_or_not(element, packed, tmp_path):
    make_svhn(tmp_path)
    arrays = {"X": ARRAYS["X"], "y": ARRAYS["y"].astype(element)}
    (tmp_path / NAMES[0]).write_bytes(mat(arrays, packed))
    data = opened("svhn", tmp_path)
    assert data.targets[:TRAIN].tolist() == (ARRAYS["y"][:, 0] % 10).tolist()


def test_labels_that_matlab_stored_in_fewer_bytes_are_read(tmp_path):
    make_svhn(tmp_path)
    labels = array_of((TRAIN, 1), TRAIN, ARRAYS["y"].tobytes() + bytes(-TRAIN % 8), name=b"y", kind=6)
    (tmp_path / NAMES[0]).write_bytes(mat({"X": ARRAYS["X"]}) + element(packed(labels)))
    assert np.array_equal(scipy.io.loadmat(tmp_path / NAMES[0])["y"], ARRAYS["y"])
    assert variables(tmp_path / NAMES[0])[1] == Variable("y", (TRAIN, 1), "double")
    assert opened("svhn", tmp_path).targets[:TRAIN].tolist() == (ARRAYS["y"][:, 0] % 10).tolist()


@pytest.mark.parametrize("packed", [True, False])
def test_what_a_file_states_is_what_scipy_says_of_it(packed, tmp_path):
    (tmp_path / NAMES[0]).write_bytes(mat({**ARRAYS, "y": ARRAYS["y"].astype("f8")}, packed))
    expected = scipy.io.whosmat(tmp_path / NAMES[0])
    assert variables(tmp_path / NAMES[0]) == [Variable(*each) for each in expected]


def test_without_scipy_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    make_svhn(tmp_path)
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    with pytest.raises(DataError, match="`pip install 'nnstudio\\[svhn\\]'`"):
        opened("svhn", tmp_path)


def array_of(shape, nbytes, content=b"", name=b"X", kind=9, flags=0, element=2):
    """A variable as it is stored, before it is packed; the parts may contradict each other."""
    sizes = struct.pack(f"<{len(shape)}i", *shape)
    head = struct.pack("<6I", 6, 8, kind | flags << 8, 0, 5, len(sizes)) + sizes + bytes(-len(sizes) % 8)
    head += struct.pack("<2I", 1, len(name)) + name + bytes(-len(name) % 8) + struct.pack("<2I", element, nbytes)
    return struct.pack("<2I", 14, len(head) + nbytes & 0xFFFFFFFF) + head + content


def element(content, kind=15):
    return struct.pack("<2I", kind, len(content)) + content


def packed(content, zeros=0):
    """Packed content, and so many mebibytes of zeros behind it."""
    if not zeros:
        return zlib.compress(content)
    stream = zlib.compressobj(9)
    first = stream.compress(content) + stream.flush(zlib.Z_FULL_FLUSH)
    block = stream.compress(bytes(MEBI)) + stream.flush(zlib.Z_FULL_FLUSH)
    return first + block * zeros + stream.flush()


LABELS = mat({"y": ARRAYS["y"]})[128:]
FITTING = (32, 32, 3, TRAIN)
NBYTES = 3072 * TRAIN


def with_images(content):
    """A file whose labels are good."""
    return START + element(content) + LABELS


def with_variables(**others):
    return mat({**ARRAYS, **others})


BAD = {
    "nothing": (b"", "is empty"),
    "a web page": (PAGE, "is a web page"),
    "a pickle": (PICKLE, "is not a MAT file"),
    "zeros": (bytes(4096), "is not a MAT file"),
    "MATLAB's form 7.3": (b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\2IM" + bytes(512), "form 7.3"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(512), "form 7.3"),
    "MATLAB's form 4": (struct.pack("<5I", 50, 3, 3, 0, 2) + b"X\0" + bytes(200), "is not a MAT file"),
    "from a computer of another byte order": (START[:124] + b"\1\0MI" + GOOD[128:], "is not a MAT file"),
    "of another version": (START[:124] + b"\0\3IM" + GOOD[128:], "is not a MAT file"),
    "half of its start": (START[:60], "is not a MAT file"),
    "only its start": (START, "does not hold images"),
    "cut in its images": (GOOD[:9000], "is incomplete"),
    "cut in its labels": (GOOD[:-1], "is incomplete"),
    "cut, not packed": (PLAIN[:-9], "is incomplete"),
    "something behind it": (GOOD + b"x", "is incomplete, damaged"),
    "a crowd of variables": (START + element(packed(array_of((1, 1), 1, b"x"))) * 100_000, "holds more than it should"),
    "no labels": (mat({"X": ARRAYS["X"]}), "does not hold images"),
    "no images": (mat({"y": ARRAYS["y"]}), "does not hold images"),
    "other names": (mat({"x": ARRAYS["X"], "Y": ARRAYS["y"]}), "does not hold images"),
    "images of another size": (mat({**ARRAYS, "X": ARRAYS["X"][:28]}), "does not hold images"),
    "grey images": (mat({**ARRAYS, "X": ARRAYS["X"][:, :, 0]}), "does not hold images"),
    "samples first": (mat({**ARRAYS, "X": np.moveaxis(ARRAYS["X"], 3, 0)}), "does not hold images"),
    "images of numbers with a point": (mat({**ARRAYS, "X": ARRAYS["X"] / 255}), "does not hold images"),
    "images of yes and no": (mat({**ARRAYS, "X": ARRAYS["X"] > 99}), "is incomplete, damaged"),
    "a label too few": (mat({**ARRAYS, "y": ARRAYS["y"][1:]}), "does not hold images"),
    "labels in a row": (mat({**ARRAYS, "y": ARRAYS["y"].T}), "does not hold images"),
    "no samples": (mat({"X": ARRAYS["X"][..., :0], "y": ARRAYS["y"][:0]}), "does not hold images"),
    "the label 0": (mat({**ARRAYS, "y": ARRAYS["y"] - 1}), "a label outside 1 to 10"),
    "the label 11": (mat({**ARRAYS, "y": ARRAYS["y"] + 1}), "a label outside 1 to 10"),
    "a label that is no number": (mat({**ARRAYS, "y": np.full((TRAIN, 1), np.nan)}), "a label outside 1 to 10"),
    "half a label": (mat({**ARRAYS, "y": np.full((TRAIN, 1), 1.5)}), "a label outside 1 to 10"),
    "texts for labels": (mat({**ARRAYS, "y": "123"}), "is incomplete, damaged"),
    "cells": (with_variables(z=np.array([1, "a"], object)), "is incomplete, damaged"),
    "a structure": (with_variables(z={"a": 1}), "is incomplete, damaged"),
    "complex numbers": (with_variables(z=np.array([1j])), "is incomplete, damaged"),
    "a name of 512 MB": (
        with_images(packed(struct.pack("<12I", 14, 2**29 + 48, 6, 8, 9, 0, 5, 8, 1, 1, 1, 2**29), 512)),
        "is incomplete, damaged",
    ),
    "sizes of 512 MB": (with_images(packed(struct.pack("<8I", 14, 2**29, 6, 8, 9, 0, 5, 2**29), 512)), "is incomplete"),
    "4 GB of images": (with_images(packed(array_of((32, 32, 3, 1_390_000), 3072 * 1_390_000), 512)), "damaged"),
    "a million images": (with_images(packed(array_of((32, 32, 3, 10**6), 3072 * 10**6), 2930)), "does not hold images"),
    "more numbers than images": (with_images(packed(array_of(FITTING, 2**29), 512)), "is incomplete, damaged"),
    "fewer numbers than images": (with_images(packed(array_of(FITTING, NBYTES - 8, bytes(NBYTES)))), "damaged"),
    "fewer numbers than stated": (with_images(packed(array_of(FITTING, NBYTES, bytes(NBYTES - 8)))), "is damaged"),
    "images with an imaginary part of 512 MB": (
        with_images(packed(array_of(FITTING, NBYTES, bytes(NBYTES) + struct.pack("<2I", 2, 2**29), flags=8), 512)),
        "is incomplete, damaged",
    ),
    "negative sizes": (with_images(packed(array_of((-32, -32, 3, TRAIN), NBYTES, bytes(NBYTES)))), "damaged"),
    "sizes that wrap round": (with_images(packed(array_of((2**31 - 1,) * 9, 0))), "damaged"),
    "numbers of another type than stated": (
        with_images(packed(array_of(FITTING, 8 * NBYTES, bytes(8 * NBYTES), element=9))), "damaged",
    ),
    "not packed though it says so": (with_images(b"x" * 400), "damaged"),
    "packed twice": (with_images(packed(element(packed(array_of(FITTING, NBYTES, bytes(NBYTES)))))), "damaged"),
    "a damaged middle": (GOOD[:20_000] + b"\xff" * 64 + GOOD[20_064:], "is damaged"),
    "the same variable twice": (START + GOOD[128:] + LABELS + LABELS, "two arrays of the same name"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_for_the_right_reason(content, reason, name, tmp_path):
    make_svhn(tmp_path)
    (tmp_path / name).write_bytes(content)
    message = refusal("svhn", tmp_path)
    assert message.startswith(str(tmp_path / name))
    assert reason in message


def test_files_that_were_swapped_are_told(tmp_path):
    make_svhn(tmp_path)
    (tmp_path / NAMES[0]).rename(tmp_path / "aside")
    (tmp_path / NAMES[1]).rename(tmp_path / NAMES[0])
    (tmp_path / "aside").rename(tmp_path / NAMES[1])
    (warning,) = opened("svhn", tmp_path).warnings
    assert warning.startswith(f"{TEST} samples train and {TRAIN} test")


@settings(max_examples=200, deadline=1000, database=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_holds_as_many_images(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    make_svhn(folder)
    content = bytearray(PLAIN if data.draw(st.booleans()) else GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, 220) | st.integers(0, len(content) - 1) | st.integers(92_280, 92_420))
        content[min(place, len(content) - 1)] = data.draw(st.integers(0, 255))
    (folder / NAMES[0]).write_bytes(bytes(content))
    try:
        found = opened("svhn", folder)
    except DataError:
        return
    assert found.inputs.shape == (TRAIN + TEST, 32, 32, 3)
    assert found.targets.max() < 10
