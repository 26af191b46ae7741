"""IDX files that are as they should be: every type, every rank, plain and compressed, and in good time."""

import gzip
import time
import tracemalloc

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.idx import ELEMENTS, Header, read_header, read_idx, read_idx_into, shown

TYPES = ["u1", "i1", "i2", "i4", "f4", "f8"]
SHAPES = [(), (7,), (3, 4), (2, 3, 4), (2, 1, 3, 2, 1, 2, 1, 2), (0,), (0, 28, 28)]


def numbers(element, shape):
    rng = np.random.default_rng(5)
    raw = rng.integers(0, 256, (*shape, np.dtype(element).itemsize)).astype(np.uint8)
    array = np.ascontiguousarray(raw).view(element)[..., 0]
    return np.asarray(np.nan_to_num(array)) if element[0] == "f" else array


@pytest.fixture(params=["plain", "gzip"])
def saved(request, tmp_path, idx_bytes):
    """Save an array as IDX, plain or compressed; the name says nothing about which."""

    def save(array):
        content = idx_bytes(array)
        path = tmp_path / "some-idx"
        path.write_bytes(gzip.compress(content) if request.param == "gzip" else content)
        return path

    return save


@pytest.mark.parametrize("element", TYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_numbers_are_those_that_were_saved(saved, element, shape):
    array = numbers(element, shape)
    assert np.array_equal(read_idx(saved(array)), array)


@pytest.mark.parametrize("element", TYPES)
def test_numbers_come_in_this_computer_s_byte_order(saved, element):
    found = read_idx(saved(numbers(element, (5, 2)))).dtype
    assert found == np.dtype(element)
    assert found.isnative


def test_every_type_of_the_format_is_known():
    assert sorted(ELEMENTS.values()) == sorted(TYPES)


def test_the_result_may_be_written(saved):
    assert read_idx(saved(numbers("u1", (3, 3)))).flags.writeable


def test_the_header_alone_tells_type_and_shape(saved):
    assert read_header(saved(numbers("i4", (3, 5)))) == Header(np.dtype("i4"), (3, 5))


def test_a_file_can_be_read_into_a_slice_of_an_array(saved):
    array = numbers("f4", (3, 5))
    target = np.zeros((7, 5), "f4")
    read_idx_into(saved(array), target[2:5])
    assert np.array_equal(target[2:5], array)
    assert not target[:2].any()
    assert not target[5:].any()


@pytest.mark.parametrize("target", [np.zeros((3, 4), "f4"), np.zeros((3, 5), "f8")], ids=["shape", "type"])
def test_a_file_of_another_kind_than_the_array_is_refused(saved, target):
    with pytest.raises(DataError, match="has changed"):
        read_idx_into(saved(numbers("f4", (3, 5))), target)


def test_a_file_at_the_limit_is_read(saved):
    assert read_idx(saved(numbers("u1", (1000,))), limit=1000).shape == (1000,)


def test_a_file_above_the_limit_is_refused(saved):
    with pytest.raises(DataError, match="too much"):
        read_idx(saved(numbers("u1", (1001,))), limit=1000)


def test_highly_compressible_data_is_read(tmp_path, idx_bytes):
    zeros = np.zeros((3000, 1000), np.uint8)
    (tmp_path / "zeros.gz").write_bytes(gzip.compress(idx_bytes(zeros), 9))
    assert np.array_equal(read_idx(tmp_path / "zeros.gz"), zeros)


def test_reading_keeps_the_numbers_in_memory_only_once(saved):
    path = saved(numbers("i4", (500, 2000)))
    tracemalloc.start()
    array = read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < array.nbytes + 2**20


def test_inflating_costs_no_more_than_python_s_own_way(tmp_path, idx_bytes):
    array = np.random.default_rng(0).integers(0, 40, (8_000, 1000)).astype(np.uint8)
    path = tmp_path / "large.gz"
    path.write_bytes(gzip.compress(idx_bytes(array), 1))

    def timed(read):
        start = time.perf_counter()
        read()
        return time.perf_counter() - start

    # The best of several, taken in turns: another program may slow down any one of them.
    pairs = [(timed(lambda: read_idx(path)), timed(lambda: _python_s_way(path))) for _ in range(5)]
    ours, theirs = map(min, zip(*pairs, strict=True))
    assert ours <= 1.3 * theirs


def _python_s_way(path):
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=12).reshape(8_000, 1000)


def test_an_odd_name_is_shown_without_its_control_characters():
    assert shown("a\nb\x1b[31m") == "a\\nb\\x1b[31m"


def test_a_long_name_is_shown_shortened():
    assert len(shown("a" * 5000)) < 200
