"""npy files, as np.save writes them: a short header, then the numbers. Read within bounds; nothing is unpickled."""

import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.mapped import LARGEST, copy_over, mapped, may_be_mapped
from nnstudio.data.streams import Plain, Stream, taken

MAGIC = b"\x93NUMPY"
LIMIT = 4 * 2**30
AGAIN = "Download or copy it again."

_LENGTH_BYTES = {b"\1\0": 2, b"\2\0": 4, b"\3\0": 4}  # How the header's length is written, by version.
_LONGEST = 2**16
_MOST_AXES = 8
_LONGEST_ENTRIES = 1024
# Nothing in these goes back over what it has read ("*+"), or a long header would take minutes.
_WHOLE = r"-?(?:0|[1-9]\d{0,18}+)L?"  # Python 2 wrote 60000L.
_SHAPE = rf"\([ ]*+(?:{_WHOLE}[ ]*+,[ ]*+(?:{_WHOLE}[ ]*+(?:,[ ]*+{_WHOLE}[ ]*+)*+,?[ ]*+)?)?\)"
_ENTRY = re.compile(rf"""[ ]*+(['"])(\w++)\1[ ]*+:[ ]*+({_SHAPE}|True|False|'[^']*+'|"[^"]*+")[ ]*+(?:,|$)""")
_RECORDS = re.compile(r"""\{[ ]*+['"]descr['"][ ]*+:[ ]*+\[""")
_ELEMENT = re.compile(r"[<>=|]?(?:[biufcOVmM]\d{0,3}(?:\[\w*\])?|[SU][1-9]\d{0,8})")

_REFUSED_KINDS = {
    "c": "complex numbers. Save their real and imaginary parts as two columns.",
    "O": "Python objects, which could run a program and are never read. Save plain numbers, as with X.astype(float).",
    "V": "records or raw bytes, not plain numbers. Save the inputs as one array and the targets as another.",
    "m": "spans of time. Save them as numbers, as with X.astype(float).",
    "M": "dates. Save them as numbers, as with X.astype(float).",
}


@dataclass(frozen=True)
class Header:
    """What the start of an npy file promises; `length` is the bytes of the header itself."""

    element: np.dtype[Any]
    shape: tuple[int, ...]
    by_columns: bool
    length: int

    @property
    def nbytes(self) -> int:
        """The bytes of the numbers after the header."""
        return math.prod(self.shape) * self.element.itemsize


def read_npy(path: Path, limit: int = LIMIT) -> NDArray[Any]:
    """The numbers or texts of an npy file, in this computer's byte order and row after row."""
    with _opened(path) as (stream, header, _):
        check_limit(header, shown(path), limit)
        return numbers(stream, header, shown(path))


def open_npy(path: Path) -> NDArray[Any]:
    """The same, but many numbers stay in their file, in the byte order that they have in it."""
    with _opened(path) as (stream, header, file):
        if not may_be_mapped(header.element, header.nbytes, header.length):
            check_limit(header, shown(path), LIMIT)
            return numbers(stream, header, shown(path))
        if not header.by_columns:
            return mapped(path, file, header.element, header.shape, header.length)
        check_limit(header, shown(path), LIMIT)
        # What a batch picks must lie together, or NumPy copies everything for each batch.
        rows = room_for(header.shape, header.element, shown(path))
        copy_over(rows.T, mapped(path, file, header.element, header.shape[::-1], header.length))
        return rows


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Stream, Header, int]]:
    with opened(path, DataError) as buffered:
        number = buffered.fileno()
        file = FileIO(number, closefd=False)  # Without a buffer in between.
        size = os.fstat(number).st_size
        stream = Plain(file, size)
        header = header_of(stream, shown(path))
        check_size(header, shown(path), size)
        yield stream, header, number


def header_of(stream: Stream, where: str) -> Header:
    """Read the header, and refuse what cannot be true and what is neither numbers nor texts."""
    start = taken(stream, 8)
    if not start:
        raise DataError(f"{where} is empty. {AGAIN}")
    if not start.startswith(MAGIC):
        raise DataError(f"{where} {instead_of('an npy file', start + taken(stream, 56))}")
    if start[6:] not in _LENGTH_BYTES:
        raise DataError(f"{where} is an npy file of an unknown version. Save it again with np.save.")
    length = taken(stream, _LENGTH_BYTES[start[6:]])
    count = int.from_bytes(length, "little")
    if count > _LONGEST:
        raise DataError(f"{where} has a header of {count:,} bytes, so it is damaged or no plain array. {AGAIN}")
    text = taken(stream, count)
    if len(length) < _LENGTH_BYTES[start[6:]] or len(text) < count:
        raise DataError(f"{where} ends within its header. {AGAIN}")
    return _header(text, 8 + len(length) + count, where)


def _header(text: bytes, length: int, where: str) -> Header:
    written = text.decode("ascii", "replace").strip(" \n")
    if _RECORDS.match(written):
        raise DataError(f"{where} holds {_REFUSED_KINDS['V']}")
    entries = _entries(written)
    if entries.keys() != {"descr", "fortran_order", "shape"} or not entries["shape"].startswith("("):
        raise DataError(f"{where} has a header that cannot be understood. Save it again with np.save.")
    element = _element(entries["descr"], where)
    shape = tuple(int(size.rstrip("L")) for size in re.findall(_WHOLE, entries["shape"]))
    if len(shape) > _MOST_AXES:
        raise DataError(f"{where} promises {len(shape)} dimensions, more than {_MOST_AXES}. Save fewer with np.save.")
    if any(size < 0 for size in shape):
        raise DataError(f"{where} promises fewer than no numbers: it is damaged. {AGAIN}")
    return Header(element, shape, entries["fortran_order"] == "True" and len(shape) > 1, length)


def _entries(written: str) -> dict[str, str]:
    """The written entries by key; none where the header is not the dictionary that it must be."""
    if len(written) > _LONGEST_ENTRIES or not (written.startswith("{") and written.endswith("}")):
        return {}
    inside = written[1:-1].strip(" ")
    found = [(match[2], match[3]) for match in _ENTRY.finditer(inside)]
    whole = not _ENTRY.sub("", inside).strip(" ") and len(found) == 3
    return dict(found) if whole else {}


def _element(written: str, where: str) -> np.dtype[Any]:
    code = written[1:-1]
    try:
        element = np.dtype(code) if _ELEMENT.fullmatch(code) else None
    except (TypeError, ValueError):
        element = None
    if element is None:
        raise DataError(f"{where} holds numbers of a type that is not known here. Save it as float32 with np.save.")
    if element.kind in _REFUSED_KINDS:
        raise DataError(f"{where} holds {_REFUSED_KINDS[element.kind]}")
    return element


def check_limit(header: Header, where: str, limit: int) -> None:
    """Refuse more than `limit` bytes."""
    # Without the empty axes: NumPy refuses (0, 2⁶², 2⁶²) although it holds nothing.
    if math.prod(size or 1 for size in header.shape) * header.element.itemsize > limit:
        raise DataError(
            f"{where} promises more than {limit / 2**30:.3g} GiB, too much to be read into memory. "
            "Save it as a plain npy file, row after row, in parts if need be."
        )


def check_size(header: Header, where: str, size: int) -> None:
    """Refuse a file of another size than its header promises."""
    check_limit(header, where, LARGEST)
    if header.length + header.nbytes > size:
        raise DataError(f"{where} is incomplete: it holds fewer numbers than its header promises. {AGAIN}")
    if header.length + header.nbytes < size:
        raise DataError(f"{where} goes on after the numbers that its header promises. Save each array by itself.")


def numbers(stream: Stream, header: Header, where: str) -> NDArray[Any]:
    """Read all numbers, row after row."""
    array = room_for(header.shape[::-1] if header.by_columns else header.shape, header.element, where)
    fill(array, stream, header, where)
    if not header.by_columns:
        return array
    rows = room_for(header.shape, header.element, where)
    rows[...] = array.T
    return rows


def room_for(shape: tuple[int, ...], element: np.dtype[Any], where: str) -> NDArray[Any]:
    """An array to be filled, in this computer's byte order."""
    try:
        return np.empty(shape, element.newbyteorder("="))
    except MemoryError:
        raise DataError(f"{where} does not fit into memory. Close other programs first.") from None


def fill(array: NDArray[Any], stream: Stream, header: Header, where: str) -> None:
    """Read all numbers into a contiguous array of their type, which they must fill exactly."""
    raw = array.reshape(-1).view(np.uint8)
    if stream.fill(raw.data) < len(raw):
        raise DataError(f"{where} is incomplete: it holds fewer numbers than its header promises. {AGAIN}")
    if not stream.at_end():
        raise DataError(f"{where} goes on after the numbers that its header promises. {AGAIN}")
    if not header.element.isnative:
        array.byteswap(inplace=True)
    no_truth = array.dtype.kind == "b" and len(raw) and raw.max() > 1
    # What lies beyond is no character, and Python fails when it makes a text of it.
    no_text = array.dtype.kind == "U" and len(raw) and raw.view(np.uint32).max() > 0x10FFFF
    if no_truth or no_text:
        raise DataError(f"{where} is damaged: it holds something else than its header promises. {AGAIN}")


def instead_of(wanted: str, start: bytes) -> str:
    """What a file that is not what it should be looks like, and what to do about it."""
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "is a web page, not data: its download went wrong. Download it again."
    if start[:1] == b"\x80" and start[1:2] <= b"\5":
        return f"is a pickle, which could run a program and is never read. Save {wanted} with NumPy instead."
    if start.startswith(b"\x1f\x8b"):
        return "is compressed. Unpack it with gunzip."
    if start.startswith(b"PK"):
        return "is a zip archive. If NumPy wrote it, give it a name that ends with .npz."
    return f"is not {wanted}. Choose one that NumPy wrote."
