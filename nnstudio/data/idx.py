"""IDX files, as MNIST comes in: a short header, then the numbers; plain or compressed with gzip."""

import math
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.mapped import LARGEST, mapped, may_be_mapped
from nnstudio.data.streams import BEST_RATIO, GZIP, Inflated, Plain, Readable, Stream, taken

LIMIT = 4 * 2**30
ELEMENTS = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}

_MOST_AXES = 8
_AGAIN = "Download or copy it again."


class Inside(Protocol):
    """A file that lies inside another, such as a member of an archive; as text it is what a message calls it."""

    def opened(self) -> AbstractContextManager[tuple[BinaryIO, int]]:
        """The file, open for reading, and its size."""


Place = str | Path | Inside


@dataclass(frozen=True)
class Header:
    """What the start of an IDX file promises: the type of its numbers and how many there are along each axis."""

    element: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def length(self) -> int:
        """The bytes of the header itself."""
        return 4 + 4 * len(self.shape)

    @property
    def nbytes(self) -> int:
        """The bytes of the numbers after the header."""
        return math.prod(self.shape) * self.element.itemsize


def read_header(path: Place, limit: int = LIMIT) -> Header:
    """The type and shape of an IDX file, read without its numbers."""
    with _opened(path) as contents:
        return contents.header(limit)


def read_idx(path: Place, limit: int = LIMIT) -> NDArray[Any]:
    """The numbers of an IDX file in this computer's byte order; more than `limit` bytes of them are refused."""
    with _opened(path) as contents:
        return _read(contents, contents.header(limit), path)


def open_idx(path: str | Path) -> NDArray[Any]:
    """The same, but many numbers in a plain file stay there, in the byte order that they have in it."""
    with _opened(path) as contents:
        header = contents.header(LARGEST)
        if not contents.compressed and may_be_mapped(header.element, header.nbytes, header.length):
            return mapped(path, contents.number, header.element.newbyteorder(">"), header.shape, header.length)
        contents.check_limit(header, LIMIT)
        return _read(contents, header, path)


def _read(contents: "_Contents", header: Header, path: Place) -> NDArray[Any]:
    array = _room_for(header, path)
    contents.fill(array)
    return array


def read_idx_into(path: Place, target: NDArray[Any]) -> None:
    """Read an IDX file into an array that is already there, of the same shape and type."""
    with _opened(path) as contents:
        header = contents.header(max(LIMIT, target.nbytes))
        if (header.shape, header.element) != (target.shape, target.dtype):
            raise DataError(f"{shown(str(path))} has changed while it was read. Open it again.")
        contents.fill(target)


class _Contents:
    """An open IDX file, from its first byte to its last."""

    def __init__(self, path: Place, file: BinaryIO, size: int) -> None:
        self._path, self._file = path, file
        start = file.read(64)
        file.seek(0)
        if not start:
            raise self._refused(f"is empty. {_AGAIN}")
        # Every file that is read in bytes can do so; the types of the standard library do not say it.
        source = cast(Readable, file)
        self.compressed = start.startswith(b"\x1f\x8b")
        self._bytes: Stream = Inflated(source, size, GZIP) if self.compressed else Plain(source, size)
        self._most = size * BEST_RATIO if self.compressed else size

    def header(self, limit: int) -> Header:
        """Read the header and refuse what cannot be true or is too large."""
        magic = taken(self._bytes, 4)
        if not b"\0\0".startswith(magic[:2]) or (magic[2:] and magic[2] not in ELEMENTS):
            raise self._refused(_instead_of_idx(magic + taken(self._bytes, 60)))
        axes = magic[3] if len(magic) == 4 else 0
        if axes > _MOST_AXES:
            raise self._refused(f"promises {axes} dimensions, more than {_MOST_AXES}: it is damaged. {_AGAIN}")
        sizes = taken(self._bytes, 4 * axes)
        if len(magic) < 4 or len(sizes) < 4 * axes:
            raise self._refused(f"ends within its header. {_AGAIN}")
        shape = struct.unpack(f">{axes}I", sizes)
        header = Header(np.dtype(ELEMENTS[magic[2]]), shape)
        self.check_limit(header, limit)
        self._check_size(header)
        return header

    def check_limit(self, header: Header, limit: int) -> None:
        """Refuse more than `limit` bytes of numbers."""
        # Without the empty axes: NumPy refuses (0, 2³², 2³²) although it holds nothing.
        if math.prod(size or 1 for size in header.shape) * header.element.itemsize > limit:
            remedy = "Unpack it with gunzip, so that it need not fit into memory." if self.compressed else _AGAIN
            raise self._refused(f"promises more than {limit / 2**30:.3g} GiB of numbers, which is too much. {remedy}")

    @property
    def number(self) -> int:
        """What the system calls the open file."""
        return self._file.fileno()

    def fill(self, array: NDArray[Any]) -> None:
        """Read all numbers into a contiguous array, which the file must fill exactly."""
        raw = array.reshape(-1).view(np.uint8).data
        if self._bytes.fill(raw) < len(raw):
            raise self._cut_short()
        if not self._bytes.at_end():
            raise self._too_long()
        if sys.byteorder == "little":
            array.byteswap(inplace=True)

    def _check_size(self, header: Header) -> None:
        if header.length + header.nbytes > self._most:
            raise self._cut_short()
        if header.length + header.nbytes < self._most and not self.compressed:
            raise self._too_long()

    def _cut_short(self) -> DataError:
        return self._refused(f"is incomplete: it holds fewer numbers than its header promises. {_AGAIN}")

    def _too_long(self) -> DataError:
        remedy = "Unpack it with gunzip, or download it again." if self.compressed else _AGAIN
        return self._refused(f"goes on, or is damaged, after the numbers that its header promises. {remedy}")

    def _refused(self, what: str) -> DataError:
        return DataError(f"{shown(str(self._path))} {what}")


def _instead_of_idx(start: bytes) -> str:
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "is a web page, not data: its download went wrong. Download it again."
    if start.startswith(b"\x1f\x8b"):
        return "is compressed twice. Unpack it once with gunzip."
    if start.startswith(b"PK"):
        return "is a zip archive. Unpack it and choose a file inside."
    return "is not an IDX file. Choose one, such as train-images-idx3-ubyte.gz."


def _room_for(header: Header, path: Place) -> NDArray[Any]:
    try:
        return np.empty(header.shape, header.element)
    except MemoryError:
        raise DataError(f"{shown(str(path))} does not fit into memory. Close other programs first.") from None


@contextmanager
def _opened(path: Place) -> Iterator[_Contents]:
    try:
        with _file(path) if isinstance(path, str | Path) else path.opened() as (file, size):
            yield _Contents(path, file, size)
    except zlib.error:
        raise DataError(f"{shown(str(path))} is damaged: its compressed data cannot be unpacked. {_AGAIN}") from None


@contextmanager
def _file(path: str | Path) -> Iterator[tuple[BinaryIO, int]]:
    with opened(path, DataError) as file:
        yield file, os.fstat(file.fileno()).st_size
