"""npy, npz and IDX files that are not as they should be: each is refused at once, by one message, in little memory."""

import gzip
import io
import os
import pickle
import resource
import struct
import time
import tracemalloc
import warnings
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.npy import read_npy
from nnstudio.data.npz import opened_npz
from nnstudio.data.readers.base import readers
from nnstudio.data.sources import open_data

MEBI = 2**20
X, Y = np.arange(12, dtype="<i2").reshape(3, 4), np.array([0, 1, 1])


def npy(array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def start(shape="(3, 4)", descr="'<i2'", fortran="False", version=1) -> bytes:
    """The start of an npy file with any text for its entries."""
    return raw(f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n".encode(), version)


def raw(text: bytes, version=1, length=None) -> bytes:
    """The start of an npy file with any header."""
    length = len(text) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + length.to_bytes(2 if version == 1 else 4, "little") + text


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 0xFF
    return bytes(changed)


class Trap:
    """Whoever unpickles it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


DATA = X.tobytes()
GOOD = npy(X)

NPY: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "one byte": (b"\x93", "is not an npy file"),
    "only the magic": (b"\x93NUMPY", "unknown version"),
    "no length": (b"\x93NUMPY\1\0", "ends within its header"),
    "half a length": (b"\x93NUMPY\1\0\x76", "ends within its header"),
    "no numbers": (start(), "is incomplete"),
    "last byte missing": (GOOD[:-1], "is incomplete"),
    "a byte too many": (GOOD + b"\0", "goes on after"),
    "two arrays": (GOOD + GOOD, "goes on after the numbers that its header promises. Save each array by itself"),
    "version 0": (raw(b"", 0), "unknown version"),
    "version 4": (raw(b"{}", 4), "unknown version"),
    "version 1.1": (b"\x93NUMPY\1\1" + GOOD[8:], "unknown version"),
    "a header of 4 GiB": (raw(b"{}", 2, 2**32 - 1), "a header of 4,294,967,295 bytes"),
    "a header just too long": (raw(b" " * 65537, 2), "a header of 65,537 bytes"),
    "a header longer than the file": (raw(b"{}", 1, 60_000), "ends within its header"),
    "an empty header": (raw(b""), "cannot be understood"),
    "a header of blanks": (raw(b" " * 65_535), "cannot be understood"),
    "a header of brackets": (raw(b"{" + b"[" * 65_000), "cannot be understood"),
    "a header of nested tuples": (raw(b"{'shape': " + b"(" * 30_000 + b")" * 30_000 + b"}"), "cannot be understood"),
    "a header of minus signs": (raw(b"{'shape': (" + b"-" * 60_000 + b"1,)}"), "cannot be understood"),
    "a header of blanks within": (raw(b"{'shape': (" + b" " * 65_000 + b"x}"), "cannot be understood"),
    "a header of keys": (raw(b"{" + b"'a': True, " * 5_000 + b"}"), "cannot be understood"),
    "a header that is a program": (raw(b"__import__('os').mkdir('made')"), "cannot be understood"),
    "a size that is a program": (start("(__import__('os').mkdir('made'),)") + DATA, "cannot be understood"),
    "a header with a NUL": (raw(b"{'descr': '<i2', \0}"), "cannot be understood"),
    "a header that is no ASCII": (raw("{'descr': '<i2', 'größe': (3,)}".encode()), "cannot be understood"),
    "no shape": (raw(b"{'descr': '<i2', 'fortran_order': False}") + DATA, "cannot be understood"),
    "a key too many": (raw(b"{'descr': '<i2', 'fortran_order': False, 'shape': (6,), 'x': True}"), "cannot be under"),
    "a key twice": (raw(b"{'descr': '<i2', 'descr': '<i2', 'fortran_order': False, 'shape': (6,)}"), "cannot be under"),
    "a shape that is a list": (start("[3, 4]") + DATA, "cannot be understood"),
    "a shape that is a number": (start("(12)") + DATA, "cannot be understood"),
    "a shape that is a text": (start("'(3, 4)'") + DATA, "cannot be understood"),
    "a size with a comma": (start("(3.0, 4)") + DATA, "cannot be understood"),
    "a size in words": (start("(three, 4)") + DATA, "cannot be understood"),
    "a size of 5,000 digits": (start(f"(1{'0' * 5000},)") + DATA, "cannot be understood"),
    "an order that is a number": (start(fortran="1") + DATA, "cannot be understood"),
    "a size below zero": (start("(-3, 4)") + DATA, "promises fewer than no numbers"),
    "two sizes below zero": (start("(-3, -4)") + DATA, "promises fewer than no numbers"),
    "nine dimensions": (start(f"({'1, ' * 9})") + b"ab", "promises 9 dimensions"),
    "sizes whose product wraps round to 12": (start(f"({2**62 + 3}, 4)") + DATA, "too much"),
    "sizes whose product wraps round to 0": (start(f"({2**32}, {2**32})"), "too much"),
    "the largest size": (start(f"({2**63 - 1},)") + DATA, "too much"),
    "a size above all": (start("(9999999999999999999,)") + DATA, "too much"),
    "nothing, but along huge axes": (start(f"(0, {2**62}, {2**62})"), "too much"),
    "1 TiB promised": (start(f"({2**39},)") + DATA, "is incomplete"),
    "more than 1 TiB promised": (start(f"({2**39 + 1},)") + DATA, "too much"),
    "one sample more promised": (start("(4, 4)") + DATA, "is incomplete"),
    "one sample fewer promised": (start("(2, 4)") + DATA, "goes on after"),
    "nothing in it": (npy(np.zeros((0, 4))), "holds no samples"),
    "samples of nothing": (npy(np.zeros((3, 0))), "holds no samples"),
    "a single number": (npy(np.float32(3)), "holds a single value"),
    "complex numbers": (npy(np.zeros(3, complex)), "holds complex numbers"),
    "dates": (npy(np.zeros(3, "M8[s]")), "holds dates"),
    "spans of time": (npy(np.zeros(3, "m8[s]")), "holds spans of time"),
    "records": (npy(np.zeros(3, [("a", "f4"), ("b", "u1")])), "holds records"),
    "records with a long header": (npy(np.zeros(3, [(f"number {n}", "f4") for n in range(900)])), "holds records"),
    "raw bytes": (npy(np.zeros(3, "V4")), "holds records or raw bytes"),
    "texts": (npy(np.array(["a", "b", "c"])), "holds texts, not numbers"),
    "texts in bytes": (npy(np.array([b"a", b"b", b"c"])), "holds texts, not numbers"),
    "texts without length": (start("(3,)", "'<U0'"), "a type that is not known"),
    "texts of a gigabyte each": (start("(3,)", "'|S999999999'") + DATA, "is incomplete"),
    "texts too long for NumPy": (start("(3,)", "'<U999999999'") + DATA, "a type that is not known"),
    "an unknown type": (start(descr="'<q7'") + DATA, "a type that is not known"),
    "a type of several": (start(descr="'f4,f4'") + DATA, "a type that is not known"),
    "a type that is a number": (start(descr="8") + DATA, "cannot be understood"),
    "a float of 3 bytes": (start("(8,)", "'<f3'") + DATA, "a type that is not known"),
    "an int of 16 bytes": (start("(8,)", "'<i16'") + DATA, "a type that is not known"),
    "a truth of 2 bytes": (start("(12,)", "'|b2'") + DATA, "a type that is not known"),
    "truths that are none": (start("(24,)", "'|b1'") + DATA, "is damaged"),
    "objects": (start("(3,)", "'|O'") + pickle.dumps([1, 2, 3]), "holds Python objects"),
    "a pickle": (pickle.dumps(X), "is a pickle, which could run a program and is never read"),
    "a pickle of version 0": (pickle.dumps([1, 2], 0), "is not an npy file"),
    "a web page": (b"<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
    "a web page after blanks": (b"\xef\xbb\xbf\r\n <html>", "is a web page"),
    "compressed": (gzip.compress(GOOD), "is compressed"),
    "a zip": (b"PK\3\4" + bytes(60), "a name that ends with .npz"),
    "a text": (b"1,2,3\n4,5,6\n", "is not an npy file"),
    "zeros": (bytes(500), "is not an npy file"),
}


def member(content: bytes, **lies) -> dict:
    """A member of a zip, with the lies that are told of it."""
    packed = lies.pop("packed", None)
    found = {"name": "x.npy", "method": 0, "flags": 0, "crc": zlib.crc32(content), "size": len(content), "extra": b""}
    found |= {"packed": content if packed is None else packed, "local": b"PK\3\4"} | lies
    return {"length": len(found["packed"]), **found}


def archive(*members: dict, **lies) -> bytes:
    """A zip made by hand."""
    body = directory = b""
    for each in members:
        name = each["name"].encode()
        fields = each["flags"], each["method"], 0, 33, each["crc"], each["length"], each["size"], len(name)
        offset = each.get("offset", len(body))
        body += each["local"] + struct.pack("<5H3L2H", 20, *fields, 0) + name + each["packed"]
        directory += b"PK\1\2" + struct.pack("<6H3L5H2L", 20, 20, *fields, len(each["extra"]), 0, 0, 0, 0, offset)
        directory += name + each["extra"]
    count, length = lies.get("count", len(members)), lies.get("length", len(directory))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, length, len(body), len(lies.get("comment", b"")))
    return body + directory + lies.get("before_end", b"") + end + lies.get("comment", b"")


def deflated(content: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(content) + stream.flush()


def bomb(content: bytes, mebibytes: int) -> bytes:
    """A deflate stream of `content` and so many mebibytes of zeros, made without inflating it."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = stream.compress(content) + stream.flush(zlib.Z_FULL_FLUSH)
    block = stream.compress(bytes(MEBI)) + stream.flush(zlib.Z_FULL_FLUSH)
    return first + block * mebibytes + stream.flush()


def with_y(**lies) -> bytes:
    """An npz file with a good y, and an x of which lies are told."""
    return archive(member(lies.pop("content", GOOD), **lies), member(npy(Y), name="y.npy"))


SMALL = npy(np.zeros(3, np.uint8))
ZIP64 = b"PK\6\7" + bytes(16)

NPZ: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "half a magic": (b"PK", "is damaged or cut short"),
    "only the magic": (b"PK\3\4", "is damaged or cut short"),
    "a part of a larger zip": (b"PK\7\x08" + with_y(), "is damaged"),
    "a zip of nothing": (archive(), "holds no arrays"),
    "a zip of other files": (archive(member(b"hello", name="readme.txt")), "holds no arrays"),
    "a pickle": (pickle.dumps({"x": X}), "is a pickle, which could run a program"),
    "a web page": (b"<html><title>403</title>", "is a web page"),
    "compressed once more": (gzip.compress(with_y()), "is compressed. Unpack it"),
    "a text": (b"x,y\n1,2\n", "is not an npz file"),
    "a byte too many": (with_y() + b"\0", "is damaged"),
    "a comment": (archive(member(GOOD), comment=b"hello"), "is damaged"),
    "a larger end before the last": (archive(member(GOOD), before_end=ZIP64), "more than 100 arrays or 4 GiB"),
    "65,535 members promised": (archive(member(GOOD), count=65_535), "more than 100 arrays or 4 GiB"),
    "101 members": (archive(*[member(SMALL, name=f"{n}.npy") for n in range(101)]), "more than 100 arrays"),
    "101 members that are said to be 2": (
        archive(*[member(SMALL, name=f"{n}.npy") for n in range(101)], count=2), "more than 100 arrays"),
    "a directory of 4 GiB": (archive(member(GOOD), length=2**32 - 1), "is damaged"),
    "a directory longer than the file": (archive(member(GOOD), length=60_000), "is damaged"),
    "no directory": (archive(member(GOOD), length=0), "holds no arrays"),
    "the same name twice": (archive(member(GOOD), member(GOOD)), "two arrays of the same name"),
    "a member at the end of the world": (with_y(offset=2**32 - 2), "is damaged"),
    "a member in the directory": (with_y(offset=300), "is damaged"),
    "a member without its start": (with_y(local=b"PK\7\x08"), "is damaged"),
    "encrypted": (with_y(flags=1), "is encrypted or packed in an unusual way"),
    "packed with bzip2": (with_y(method=12), "is encrypted or packed in an unusual way"),
    "packed with lzma": (with_y(method=14), "is encrypted or packed in an unusual way"),
    "packed by an unknown method": (with_y(method=99), "is encrypted or packed in an unusual way"),
    "a wrong checksum": (with_y(crc=1), "its checksum is wrong"),
    "a wrong checksum, deflated": (with_y(method=8, packed=deflated(GOOD), crc=1), "its checksum is wrong"),
    "a size too small": (with_y(size=len(GOOD) - 1), "is incomplete"),
    "a size too large": (with_y(size=len(GOOD) + 1), "is damaged"),
    "a size too large, deflated": (with_y(method=8, packed=deflated(GOOD), size=len(GOOD) + 1), "goes on after"),
    "a size of 4 GiB": (with_y(size=2**32 - 2), "is damaged"),
    "a size of 2⁶⁰ by the rules for large zips": (
        with_y(size=2**32 - 1, extra=struct.pack("<HHQ", 1, 8, 2**60)), "is damaged"),
    "a length beyond the file": (with_y(length=2**31), "is damaged"),
    "a length too small": (with_y(length=20), "is damaged"),
    "broken rules for large zips": (with_y(size=2**32 - 1, extra=b"\1\0\1\0x"), "is damaged"),
    "not deflated at all": (with_y(method=8, packed=b"\xff" * 50), "its compressed data cannot be unpacked"),
    "deflated data cut": (with_y(method=8, packed=deflated(GOOD)[:-9]), "is incomplete"),
    "deflated data damaged": (with_y(method=8, packed=flipped(deflated(GOOD), 9)), "set"),
    "deflated data that goes on": (with_y(method=8, packed=deflated(GOOD + b"x")), "goes on after"),
    "deflated twice": (with_y(method=8, packed=deflated(GOOD) * 2), "goes on after"),
    "a member that is no array": (with_y(content=b"hello"), "is not an npy file"),
    "an empty member": (with_y(content=b""), "is empty"),
    "a pickle as a member": (with_y(content=pickle.dumps(X)), "is a pickle"),
    "a member with a header of 64 KiB": (with_y(content=raw(b"{" * 65_535)), "cannot be understood"),
    "a member with a header of 4 GiB": (with_y(content=raw(b"{}", 2, 2**32 - 1)), "a header of 4,294,967,295 bytes"),
    "a member of sizes that wrap round": (with_y(content=start(f"({2**62 + 3}, 4)") + DATA), "too much"),
    "a member that promises more": (with_y(content=start("(4, 4)") + DATA), "is incomplete"),
    "a member that promises less": (with_y(content=start("(2, 4)") + DATA), "goes on after"),
    "a member of objects": (with_y(content=start("(3,)", "'|O'") + pickle.dumps([1, 2, 3])), "holds Python objects"),
    "complex numbers": (with_y(content=npy(np.zeros(3, complex))), "holds complex numbers"),
    "records": (with_y(content=npy(np.zeros(3, [("a", "f4")]))), "holds records"),
    "texts as inputs": (with_y(content=npy(np.array(["a", "b", "c"]))), "holds texts, not numbers"),
    "a single number": (with_y(content=npy(np.float32(3))), "holds a single value"),
    "no samples": (archive(member(npy(X[:0])), member(npy(Y[:0]), name="y.npy")), "holds no samples"),
    "different numbers": (archive(member(GOOD), member(npy(Y[:2]), name="y.npy")), "has 2 targets. Take both"),
    "swapped": (archive(member(npy(np.zeros((3, 2, 2))), name="y.npy"), member(npy(Y))), "were swapped"),
    "only names that lead out": (
        archive(*[member(GOOD, name=name) for name in ("../x.npy", "/tmp/y.npy", "C:\\x.npy")]), "Say which are"),
    "a name that is a terminal command": (archive(member(GOOD, name="\x1b[2J.npy")), "\\x1b[2J (3×4)"),
    "a name of 60,000 letters": (archive(member(GOOD, name="a" * 60_000 + ".npy")), "aaa...aaa"),
}  # fmt: skip

BOMBS: dict[str, tuple[bytes, str]] = {
    "3 numbers promised, 1 GiB there": (
        with_y(content=SMALL, method=8, packed=bomb(SMALL, 1024)), "goes on after"),
    "3 numbers promised, 1 GiB there and said so": (
        with_y(content=SMALL, method=8, packed=bomb(SMALL, 1024), size=len(SMALL) + 2**30), "goes on after"),
    "1 GiB promised, 64 MiB there": (
        with_y(method=8, packed=bomb(start("(1024, 1048576)", "'|u1'"), 64), size=2**30 + 72), "is damaged"),
    "a gibibyte of zeros": (with_y(method=8, packed=bomb(b"", 1024), size=2**30), "is not an npy file"),
    "a header without end": (with_y(method=8, packed=bomb(raw(b"{", 2, 2**30), 1024), size=2**30), "a header of"),
    "all members in one place": (
        archive(*[member(SMALL, name=f"{n}.npy", method=8, packed=bomb(SMALL, 64) if not n else b"", offset=0,
                         length=70_000, size=2**26) for n in range(100)]), "Say which are inputs"),
}  # fmt: skip


def refusal(text: str | Path) -> str:
    """The message with which a file is refused, within a second and 64 MiB."""
    readers().kinds()
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(DataError) as caught:
            open_data(str(text))
        seconds, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seconds < 1
    assert peak < 64 * MEBI
    message = str(caught.value)
    assert message.isprintable()
    assert message.endswith(".")
    assert ". " in message
    return message


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder that is also the working folder, with good targets in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "y.npy").write_bytes(npy(Y))
    return tmp_path


def saved(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def left_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(("content", "reason"), NPY.values(), ids=NPY)
def test_a_bad_npy_file_is_refused_for_the_right_reason(folder, content, reason):
    message = refusal(saved(folder, "X.npy", content))
    assert reason in message
    assert message.startswith(f"{folder / 'X.npy'} ")
    assert left_in(folder) == ["X.npy", "y.npy"]


# As targets, texts are class names, and none at all are too few for the inputs.
BAD_TARGETS = {name: content for name, (content, _) in NPY.items() if name not in ("texts", "texts in bytes")}


@pytest.mark.parametrize("content", BAD_TARGETS.values(), ids=BAD_TARGETS)
def test_a_bad_npy_file_of_targets_is_refused_by_its_name(folder, content):
    saved(folder, "y.npy", content)
    assert "y.npy " in refusal(saved(folder, "X.npy", GOOD))


@pytest.mark.parametrize(("content", "reason"), NPZ.values(), ids=NPZ)
def test_a_bad_npz_file_is_refused_for_the_right_reason(folder, content, reason):
    message = refusal(saved(folder, "set.npz", content))
    assert reason in message
    assert "set.npz" in message
    assert left_in(folder) == ["set.npz", "y.npy"]


@pytest.mark.parametrize(("content", "reason"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_in_little_memory(folder, content, reason):
    assert reason in refusal(saved(folder, "set.npz", content))


def most_memory() -> int:
    """The most memory, in bytes, that this process has really used."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def test_a_promise_that_the_file_might_just_keep_takes_no_memory_before_it_is_kept(folder):
    content = start("(1024, 1048576)", "'|u1'") + np.random.default_rng(0).bytes(2 * MEBI)
    x = member(b"", method=8, packed=deflated(content), size=len(start("(1024, 1048576)", "'|u1'")) + 2**30)
    path = saved(folder, "set.npz", archive(x, member(npy(np.zeros(1024)), name="y.npy")))
    before = most_memory()
    with pytest.raises(DataError, match="is incomplete"):
        open_data(str(path))
    assert most_memory() - before < 64 * MEBI


@pytest.fixture
def little_memory():
    """As if the computer had no more than 256 MiB left."""
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (in_use + 256 * MEBI, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def test_numbers_that_do_not_fit_into_memory_are_refused(folder, little_memory):
    content = start("(1024, 1048576)", "'|u1'")
    x = member(b"", method=8, packed=bomb(content, 1024), size=len(content) + 2**30)
    path = saved(folder, "set.npz", archive(x, member(npy(np.zeros(1024)), name="y.npy")))
    with pytest.raises(DataError, match=r"does not fit into memory\. Close other programs"):
        open_data(str(path))


def test_a_file_too_large_to_be_mapped_is_refused(folder, little_memory):
    path = saved(folder, "X.npy", start("(1024, 1048576)", "'|u1'"))
    os.truncate(path, path.stat().st_size + 2**30)
    assert "X.npy cannot be used from where it lies (Cannot allocate memory)" in refusal(path)


def test_the_archive_made_by_hand_is_read_where_nothing_is_wrong_with_it(folder):
    data = open_data(str(saved(folder, "set.npz", with_y(method=8, packed=deflated(GOOD)))))
    assert np.array_equal(data.inputs, X)


@pytest.mark.parametrize("length", range(len(GOOD)))
def test_an_npy_file_cut_anywhere_is_refused(folder, length):
    assert refusal(saved(folder, "X.npy", GOOD[:length]))


STORED = with_y()
PACKED = archive(
    member(GOOD, method=8, packed=deflated(GOOD)), member(npy(Y), name="y.npy", method=8, packed=deflated(npy(Y)))
)


@pytest.mark.parametrize("length", range(0, len(STORED), 3))
def test_a_plain_npz_file_cut_anywhere_is_refused(folder, length):
    assert refusal(saved(folder, "set.npz", STORED[:length]))


@pytest.mark.parametrize("length", range(len(PACKED)))
def test_a_compressed_npz_file_cut_anywhere_is_refused(folder, length):
    assert refusal(saved(folder, "set.npz", PACKED[:length]))


IMAGES = bytes([0, 0, 8, 3]) + struct.pack(">3I", 3, 2, 2) + bytes(range(12))
LABELS = bytes([0, 0, 8, 1]) + struct.pack(">I", 3) + bytes([0, 1, 1])


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("cut", ["images", "labels"])
def test_a_pair_of_idx_files_of_which_one_is_cut_anywhere_is_refused(folder, cut, packed):
    contents = {"images": IMAGES, "labels": LABELS}
    contents = {name: gzip.compress(content) if packed else content for name, content in contents.items()}
    paths = {"images": folder / "train-images-idx3-ubyte", "labels": folder / "train-labels-idx1-ubyte"}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    for length in range(len(contents[cut])):
        paths[cut].write_bytes(contents[cut][:length])
        assert f"train-{cut}" in refusal(paths["images"])


def test_the_trap_works(tmp_path):
    """Or the tests below could not fail."""
    path = saved(tmp_path, "X.npy", npy(np.array([Trap(tmp_path / "made")], object)))
    np.load(path, allow_pickle=True)
    assert (tmp_path / "made").is_dir()


def traps(path: Path) -> dict[str, tuple[str, bytes]]:
    """Files of every kind that make `path` when they are unpickled."""
    objects = np.array([Trap(path)] * 3, object)
    buffer = io.BytesIO()
    np.savez(buffer, x=objects, y=Y)
    return {
        "objects in npy": ("X.npy", npy(objects)),
        "objects in npz": ("set.npz", buffer.getvalue()),
        "a pickle called npy": ("X.npy", pickle.dumps(Trap(path))),
        "a pickle called npz": ("set.npz", pickle.dumps(Trap(path))),
        "a pickle of version 0": ("X.npy", pickle.dumps(Trap(path), 0)),
        "a pickle in npz": ("set.npz", with_y(content=pickle.dumps(Trap(path)))),
        "a pickle called IDX": ("train-images-idx3-ubyte", pickle.dumps(Trap(path))),
        "objects said to be numbers": ("X.npy", start("(3,)", "'<f4'") + pickle.dumps([Trap(path)] * 3)),
    }


@pytest.mark.parametrize("kind", traps(Path("none")))
def test_nothing_is_unpickled(folder, kind):
    name, content = traps(folder / "made")[kind]
    assert refusal(saved(folder, name, content))
    assert left_in(folder) == sorted([name, "y.npy"])


def test_objects_as_targets_are_not_unpickled(folder):
    saved(folder, "y.npy", npy(np.array([Trap(folder / "made")] * 3, object)))
    assert "holds Python objects" in refusal(saved(folder, "X.npy", GOOD))
    assert left_in(folder) == ["X.npy", "y.npy"]


def test_names_in_an_archive_are_never_used_as_paths(folder):
    names = ("../out.npy", "/out.npy", "a/../../out.npy", "..\\out.npy")
    inner = folder / "inner"
    inner.mkdir()
    members = [member(GOOD), member(npy(Y), name="y.npy"), *[member(GOOD, name=name) for name in names]]
    open_data(str(saved(inner, "set.npz", archive(*members))))
    assert left_in(folder) == ["inner", "inner/set.npz", "y.npy"]
    assert not Path("/out.npy").exists()


NAMES = ["X.npy", "set.npz", "train-images-idx3-ubyte.gz"]


@pytest.mark.parametrize("name", NAMES)
def test_a_pipe_is_refused_without_waiting_for_a_writer(folder, name):
    os.mkfifo(folder / name)
    assert "is not an ordinary file" in refusal(folder / name)


@pytest.mark.parametrize(("name", "content", "targets"), [
    ("X.npy", GOOD, "y.npy"), ("train-images-idx3-ubyte", IMAGES, "train-labels-idx1-ubyte"),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "link to nothing"])
def test_targets_that_are_no_file_are_refused(folder, name, content, targets, kind):
    (folder / targets).unlink(missing_ok=True)
    make = {"pipe": os.mkfifo, "folder": os.mkdir, "loop": lambda path: os.symlink(path, path)}
    make.get(kind, lambda path: os.symlink(folder / "gone", path))(folder / targets)
    assert targets in refusal(saved(folder, name, content))


@pytest.mark.parametrize("name", NAMES)
def test_a_link_to_itself_is_refused(folder, name):
    (folder / name).symlink_to(folder / name)
    assert "cannot be read" in refusal(folder / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_link_to_nothing_is_refused(folder, name):
    (folder / name).symlink_to(folder / "gone")
    assert "There is no file" in refusal(folder / name)


@pytest.fixture(params=NAMES)
def locked(request, folder):
    """A file that nobody may read."""
    path = saved(folder, request.param, GOOD)
    path.chmod(0)
    folder.chmod(0o755)
    return path


def test_a_file_without_permission_is_refused(locked, nobody):
    assert "cannot be read (permission denied)" in refusal(locked.name)


IMPOSSIBLE = ["none.npy", "nul\0byte", "surrogate\ud800", "a" * 300, "a" * 5000, "../" * 50 + "none", "y.npy/y.npy"]


@pytest.mark.parametrize("targets", IMPOSSIBLE, ids=lambda name: ascii(name)[:20])
def test_named_targets_that_cannot_be_are_refused(folder, targets):
    assert refusal(f"{saved(folder, 'X.npy', GOOD)},targets={targets}")


def test_inputs_may_not_be_their_own_targets(folder):
    saved(folder, "X.npy", npy(np.zeros((3, 4, 4), np.uint8)))
    assert "were swapped" in refusal(f"{folder / 'X.npy'},targets=X.npy")


@st.composite
def damaged(draw, content):
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        content = draw(st.sampled_from(
            [content[:place], content[:place] + draw(st.binary(min_size=1, max_size=9)) + content[place + 1 :]]
        ))  # fmt: skip
    return content


ARRAYS = [np.arange(24).reshape(2, 3, 4).astype(each) for each in ("u1", ">i4", "f2", "<f8", "?", "U2", "S3")]


@settings(max_examples=500, deadline=1000, database=None)
@given(data=st.data())
def test_a_damaged_npy_file_is_refused_or_read_as_numpy_reads_it(tmp_path_factory, data):
    array = data.draw(st.sampled_from([*ARRAYS, np.asfortranarray(ARRAYS[1])]))
    path = saved(tmp_path_factory.getbasetemp(), "damaged.npy", data.draw(damaged(npy(array))))
    try:
        found = read_npy(path)
    except DataError:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = np.load(path, allow_pickle=False)
    assert found.shape == expected.shape
    assert found.tobytes() == expected.astype(expected.dtype.newbyteorder("=")).tobytes()


@settings(max_examples=500, deadline=1000, database=None)
@given(content=st.sampled_from([STORED, PACKED]).flatmap(damaged))
def test_a_damaged_npz_file_is_refused_or_read_as_it_was(tmp_path_factory, content):
    path = saved(tmp_path_factory.getbasetemp(), "damaged.npz", content)
    expected = {"x": X, "y": Y}
    try:
        with opened_npz(path) as opened:
            found = {key: opened.read(key) for key in opened.keys if key in expected}
    except DataError:
        return
    assert all(np.array_equal(array, expected[key]) for key, array in found.items())


@settings(max_examples=300, deadline=1000, database=None)
@given(content=st.binary(max_size=80), begin=st.sampled_from([b"", b"\x93NUMPY\1\0", start()[:-9], start()]))
def test_any_bytes_are_no_npy_file_or_read(tmp_path_factory, content, begin):
    path = saved(tmp_path_factory.getbasetemp(), "any.npy", begin + content)
    with suppress(DataError):
        assert read_npy(path).shape == (3, 4)


def test_a_zip_that_python_wrote_in_another_way_is_read(folder):
    with zipfile.ZipFile(folder / "set.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr("x.npy", GOOD)
        made.mkdir("inner") if hasattr(made, "mkdir") else None
        made.writestr("y.npy", npy(Y), zipfile.ZIP_STORED)
    assert np.array_equal(open_data(str(folder / "set.npz")).inputs, X)
