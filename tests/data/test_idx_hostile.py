"""IDX files that are not as they should be: each is refused within a second, by one message, in little memory."""

import gzip
import os
import resource
import socket
import struct
import time
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.idx import read_header, read_idx

MEBI = 2**20
GOOD = bytes([0, 0, 8, 2]) + struct.pack(">2I", 3, 4) + bytes(range(12))
PACKED = gzip.compress(GOOD, mtime=0)


def header(element: int, *sizes: int) -> bytes:
    return bytes([0, 0, element, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 0xFF
    return bytes(changed)


def bomb(start: bytes, mebibytes: int) -> bytes:
    """A gzip stream of `start` and so many mebibytes of zeros, made without inflating it."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = stream.compress(start) + stream.flush(zlib.Z_FULL_FLUSH)
    block = stream.compress(bytes(MEBI)) + stream.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + first + block * mebibytes + stream.flush() + bytes(8)


CONTENTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "one zero byte": (b"\0", "ends within its header"),
    "two zero bytes": (b"\0\0", "ends within its header"),
    "no rank": (b"\0\0\x08", "ends within its header"),
    "no dimensions": (b"\0\0\x08\x02", "ends within its header"),
    "half a dimension": (GOOD[:10], "ends within its header"),
    "no numbers": (GOOD[:12], "is incomplete"),
    "last number missing": (GOOD[:-1], "is incomplete"),
    "half a float": (header(0x0E, 1) + bytes(7), "is incomplete"),
    "a byte too many": (GOOD + b"\0", "goes on"),
    "a newline at the end": (GOOD + b"\n", "goes on"),
    "twice in one file": (GOOD + GOOD, "goes on"),
    "no dimension and two numbers": (header(8) + b"ab", "goes on"),
    "no dimension and no number": (header(8), "is incomplete"),
    "one sample fewer promised": (header(8, 2, 4) + bytes(12), "goes on"),
    "one sample more promised": (header(8, 4, 4) + bytes(12), "is incomplete"),
    "little-endian header": (b"\x03\x08\0\0" + struct.pack("<3I", 1, 2, 2) + bytes(4), "is not an IDX file"),
    "little-endian sizes": (b"\0\0\x08\x02" + struct.pack("<2I", 3, 4) + bytes(12), "too much"),
    "first byte not zero": (b"\x01" + GOOD[1:], "is not an IDX file"),
    "second byte not zero": (b"\0\x01" + GOOD[2:], "is not an IDX file"),
    "type 0": (header(0x00, 4) + bytes(4), "is not an IDX file"),
    "type 7": (header(0x07, 4) + bytes(4), "is not an IDX file"),
    "type 10": (header(0x0A, 4) + bytes(4), "is not an IDX file"),
    "type 15": (header(0x0F, 4) + bytes(4), "is not an IDX file"),
    "type 255": (header(0xFF, 4) + bytes(4), "is not an IDX file"),
    "rank 9": (header(8, *[1] * 9) + b"a", "9 dimensions, more than 8"),
    "rank 255": (header(8, *[1] * 255) + b"a", "255 dimensions"),
    "largest sizes": (header(0x0E, *[2**32 - 1] * 8), "too much"),
    "product wraps round to 0 in 64 bits": (header(8, 2**31, 2**31, 4), "too much"),
    "product wraps round to 12 in 32 bits": (header(8, 2**31 + 6, 2) + bytes(12), "too much"),
    "just above the limit": (header(8, 2**16, 2**16 + 1) + bytes(50), "too much"),
    "nothing, but along huge axes": (header(8, 0, 2**32 - 1, 2**32 - 1), "too much"),
    "4 GiB promised, nothing there": (header(8, 2**16, 2**16), "is incomplete"),
    "web page": (b"<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
    "web page after blanks": (b"\r\n  <html>Not found</html>", "is a web page"),
    "web page after a byte-order mark": (b"\xef\xbb\xbf<html>", "is a web page"),
    "XML error of a store": (b"<?xml version='1.0'?><Error>AccessDenied</Error>", "is a web page"),
    "zip": (b"PK\x03\x04" + bytes(60), "is a zip archive"),
    "npy": (b"\x93NUMPY\x01\0", "is not an IDX file"),
    "png": (b"\x89PNG\r\n\x1a\n", "is not an IDX file"),
    "json": (b'{"message": "rate limit"}', "is not an IDX file"),
    "csv": (b"label,1x1,1x2\n5,0,0\n", "is not an IDX file"),
    "git-lfs pointer": (b"version https://git-lfs.github.com/spec/v1\n", "is not an IDX file"),
    "only zeros": (bytes(500), "is not an IDX file"),
    "two bytes of gzip": (b"\x1f\x8b", "ends within its header"),
    "gzip of nothing": (gzip.compress(b""), "ends within its header"),
    "gzip of half a header": (gzip.compress(GOOD[:7]), "ends within its header"),
    "gzip of too little": (gzip.compress(GOOD[:-1]), "is incomplete"),
    "gzip of too much": (gzip.compress(GOOD + b"\0"), "goes on"),
    "gzip of a web page": (gzip.compress(b"<html>"), "is a web page"),
    "gzip of a text": (gzip.compress(b"hello"), "is not an IDX file"),
    "gzip of gzip": (gzip.compress(PACKED), "is compressed twice"),
    "gzip, then a byte": (PACKED + b"x", "goes on"),
    "gzip, then zeros": (PACKED + bytes(512), "goes on"),
    "gzip, then gzip": (PACKED + PACKED, "goes on"),
    "gzip in two parts": (gzip.compress(GOOD[:14]) + gzip.compress(GOOD[14:]), "is incomplete"),
    "gzip without its checksum": (PACKED[:-8], "goes on, or is damaged"),
    "gzip with a wrong checksum": (flipped(PACKED, -5), "is damaged"),
    "gzip with a wrong length": (flipped(PACKED, -1), "is damaged"),
    "gzip by an unknown method": (flipped(PACKED, 2), "is damaged"),
    "gzip with unknown flags": (flipped(PACKED, 3), "is damaged"),
    "gzip with a damaged middle": (flipped(PACKED, 12), "is damaged"),
    "gzip header, then a web page": (PACKED[:10] + b"<html><body>", "is damaged"),
    "gzip promising 4 GiB": (gzip.compress(header(8, 2**16, 2**16) + bytes(99)), "is incomplete"),
    "gzip promising more": (gzip.compress(header(8, 2**32 - 1, 2**32 - 1) + bytes(99)), "too much"),
}

BOMBS: dict[str, tuple[bytes, str]] = {
    "ten numbers promised, 1 GiB there": (bomb(header(8, 10), 1024), "goes on"),
    "no numbers promised, 1 GiB there": (bomb(header(8, 0), 1024), "goes on"),
    "a gibibyte of zeros": (bomb(b"", 1024), "is not an IDX file"),
    "a bomb in a bomb": (gzip.compress(bomb(header(8, 10), 1024)), "is compressed twice"),
    "5 GiB promised": (bomb(header(8, 5, 2**30), 64), "too much"),
    "4 GiB promised, 64 MiB there": (bomb(header(8, 4, 2**30), 64), "is incomplete"),
    "a name of 64 MiB in its gzip header": (b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * (64 * MEBI), "within its header"),
}


def refusal(path: str | Path) -> str:
    """The message with which a file is refused, within a second."""
    start = time.perf_counter()
    with pytest.raises(DataError) as caught:
        read_idx(path)
    assert time.perf_counter() - start < 1
    return str(caught.value)


def most_memory() -> int:
    """The most memory, in bytes, that this process has really used."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("content", "reason"), CONTENTS.values(), ids=CONTENTS)
def test_a_bad_file_is_refused_for_the_right_reason(tmp_path, content, reason):
    assert reason in refusal(saved(tmp_path, content))


@pytest.mark.parametrize("content", [content for content, _ in CONTENTS.values()], ids=CONTENTS)
def test_a_refusal_is_one_line_that_begins_with_the_file_and_ends_with_a_remedy(tmp_path, content):
    path = saved(tmp_path, content)
    message = refusal(path)
    assert message.startswith(f"{path} ")
    assert message.endswith(".")
    assert ". " in message.removeprefix(str(path))
    assert "\n" not in message


@pytest.mark.parametrize("length", range(len(GOOD)))
def test_a_file_cut_anywhere_is_refused(tmp_path, length):
    assert refusal(saved(tmp_path, GOOD[:length]))


@pytest.mark.parametrize("length", range(len(PACKED)))
def test_a_compressed_file_cut_anywhere_is_refused(tmp_path, length):
    assert refusal(saved(tmp_path, PACKED[:length]))


@pytest.mark.parametrize(("content", "reason"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_in_little_memory(tmp_path, content, reason):
    path = saved(tmp_path, content)
    tracemalloc.start()
    message = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reason in message
    assert peak < 64 * MEBI


def test_an_honest_gibibyte_is_refused_where_the_limit_is_lower(tmp_path):
    path = saved(tmp_path, bomb(header(8, 1024, MEBI), 1024))
    with pytest.raises(DataError, match=r"more than 0\.25 GiB"):
        read_idx(path, limit=2**28)


def test_a_promise_that_the_file_might_just_keep_takes_no_memory_before_it_is_kept(tmp_path):
    noise = np.random.default_rng(0).bytes(2 * MEBI)
    path = saved(tmp_path, gzip.compress(header(8, 1024, MEBI) + noise, 0))
    before = most_memory()
    assert "is incomplete" in refusal(path)
    assert most_memory() - before < 64 * MEBI


def test_numbers_that_do_not_fit_into_memory_are_refused(tmp_path):
    path = saved(tmp_path, bomb(header(8, 1024, MEBI), 1024))
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (in_use + 256 * MEBI, before[1]))
    try:
        assert "does not fit into memory" in refusal(path)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def test_a_header_of_a_bad_file_is_refused_as_the_file_is(tmp_path):
    with pytest.raises(DataError, match="is incomplete"):
        read_header(saved(tmp_path, GOOD[:-1]))


def test_a_missing_file_is_named(tmp_path):
    assert refusal(tmp_path / "none").startswith(f"There is no file {tmp_path / 'none'}")


def test_a_folder_is_refused(tmp_path):
    assert "is a folder" in refusal(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is not an ordinary file" in refusal(tmp_path / "pipe")


def test_a_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert "cannot be read" in refusal("socket")


def test_a_device_is_refused():
    assert "is not an ordinary file" in refusal("/dev/zero")


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "cannot be read" in refusal(tmp_path / "loop")


def test_a_link_to_nothing_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert "There is no file" in refusal(tmp_path / "link")


def test_a_link_to_a_good_file_is_followed(tmp_path):
    (tmp_path / "link").symlink_to(saved(tmp_path, GOOD))
    assert read_idx(tmp_path / "link").shape == (3, 4)


@pytest.fixture
def locked(tmp_path):
    """A good file that nobody may read."""
    path = saved(tmp_path, GOOD)
    path.chmod(0)
    return path


def test_a_file_without_permission_is_refused(locked, nobody):
    assert "cannot be read (permission denied)" in refusal(locked)


@pytest.mark.parametrize("name", ["a" * 300, "a/" * 3000, "nul\0byte", "surrogate\ud800"], ids=ascii)
def test_an_impossible_name_is_refused(tmp_path, name):
    assert refusal(f"{tmp_path}/{name}").endswith(".")


def test_a_file_used_as_a_folder_is_refused(tmp_path):
    assert "cannot be read" in refusal(saved(tmp_path, GOOD) / "inner")


ARRAYS = [np.arange(24).reshape(2, 3, 4).astype(element) for element in ("u1", "i1", "i2", "i4", "f4", "f8")]


@st.composite
def damaged(draw, idx_bytes):
    content = idx_bytes(draw(st.sampled_from(ARRAYS)))
    content = gzip.compress(content, mtime=0) if draw(st.booleans()) else content
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        content = draw(st.sampled_from(
            [content[:place], content[:place] + draw(st.binary(min_size=1, max_size=9)) + content[place + 1 :]]
        ))  # fmt: skip
    return content


@settings(max_examples=400, deadline=1000, database=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_holds_as_many_numbers_as_it_promises(tmp_path_factory, idx_bytes, data):
    content = data.draw(damaged(idx_bytes))
    path = saved(tmp_path_factory.getbasetemp(), content)
    try:
        array = read_idx(path)
    except DataError:
        return
    inflated = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    assert len(inflated) == 4 + 4 * array.ndim + array.nbytes
    assert struct.unpack_from(f">{array.ndim}I", inflated, 4) == array.shape


@settings(max_examples=300, deadline=1000, database=None)
@given(content=st.binary(max_size=64), start=st.sampled_from([b"", b"\0\0\x08", b"\0\0\x0e\x02", PACKED[:10]]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, start, content):
    with suppress(DataError):
        read_idx(saved(tmp_path_factory.getbasetemp(), start + content))
