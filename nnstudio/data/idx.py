"""IDX files, as MNIST comes in: a short header, then the numbers; plain or compressed with gzip."""

import math
import os
import stat
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown

LIMIT = 4 * 2**30
ELEMENTS = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}

_MOST_AXES = 8
_PIECE = 2**17
# Deflate never shrinks data further than this, so a file that promises more cannot keep its promise.
_BEST_RATIO = 1032
_AGAIN = "Download or copy it again."


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


def read_header(path: str | Path, limit: int = LIMIT) -> Header:
    """The type and shape of an IDX file, read without its numbers."""
    with _opened(path) as contents:
        return contents.header(limit)


def read_idx(path: str | Path, limit: int = LIMIT) -> NDArray[Any]:
    """The numbers of an IDX file in this computer's byte order; more than `limit` bytes of them are refused."""
    with _opened(path) as contents:
        header = contents.header(limit)
        array = _room_for(header, path)
        contents.fill(array)
    return array


def read_idx_into(path: str | Path, target: NDArray[Any]) -> None:
    """Read an IDX file into an array that is already there, of the same shape and type."""
    with _opened(path) as contents:
        header = contents.header(max(LIMIT, target.nbytes))
        if (header.shape, header.element) != (target.shape, target.dtype):
            raise DataError(f"{shown(path)} has changed while it was read. Open it again.")
        contents.fill(target)


class _Bytes(Protocol):
    def fill(self, target: memoryview) -> int:
        """Write the next bytes into `target`; the number written is smaller only where the data ends."""

    def at_end(self) -> bool:
        """Whether the data ended here, as it should, with nothing after it."""


class _Plain:
    def __init__(self, file: FileIO) -> None:
        self._file = file

    def fill(self, target: memoryview) -> int:
        filled = 0
        while filled < len(target) and (count := self._file.readinto(target[filled:])):
            filled += count
        return filled

    def at_end(self) -> bool:
        return not self._file.read(1)


class _Inflated:
    """One gzip stream, inflated in small pieces and never beyond what was asked for."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def fill(self, target: memoryview) -> int:
        filled = 0
        while filled < len(target) and not self._stream.eof:
            compressed = self._stream.unconsumed_tail or self._file.read(_PIECE)
            piece = self._stream.decompress(compressed, min(_PIECE, len(target) - filled))
            if not compressed and not piece:
                break
            target[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def at_end(self) -> bool:
        # Asking for one byte more also makes zlib reach and compare the checksum.
        if self.fill(memoryview(bytearray(1))):
            return False
        return self._stream.eof and not self._stream.unused_data and not self._file.read(1)


class _Contents:
    """An open IDX file, from its first byte to its last."""

    def __init__(self, path: str | Path, file: FileIO) -> None:
        self._path = path
        start = file.read(64)
        file.seek(0)
        if not start:
            raise self._refused(f"is empty. {_AGAIN}")
        size = os.fstat(file.fileno()).st_size
        self._compressed = start.startswith(b"\x1f\x8b")
        self._bytes: _Bytes = _Inflated(file) if self._compressed else _Plain(file)
        self._most = size * _BEST_RATIO if self._compressed else size

    def header(self, limit: int) -> Header:
        """Read the header and refuse what cannot be true or is too large."""
        magic = self._next(4)
        if not b"\0\0".startswith(magic[:2]) or (magic[2:] and magic[2] not in ELEMENTS):
            raise self._refused(_instead_of_idx(magic + self._next(60)))
        axes = magic[3] if len(magic) == 4 else 0
        if axes > _MOST_AXES:
            raise self._refused(f"promises {axes} dimensions, more than {_MOST_AXES}: it is damaged. {_AGAIN}")
        sizes = self._next(4 * axes)
        if len(magic) < 4 or len(sizes) < 4 * axes:
            raise self._refused(f"ends within its header. {_AGAIN}")
        shape = struct.unpack(f">{axes}I", sizes)
        header = Header(np.dtype(ELEMENTS[magic[2]]), shape)
        self._check_size(header, limit)
        return header

    def fill(self, array: NDArray[Any]) -> None:
        """Read all numbers into a contiguous array, which the file must fill exactly."""
        raw = array.reshape(-1).view(np.uint8).data
        if self._bytes.fill(raw) < len(raw):
            raise self._cut_short()
        if not self._bytes.at_end():
            raise self._too_long()
        if sys.byteorder == "little":
            array.byteswap(inplace=True)

    def _next(self, count: int) -> bytes:
        found = bytearray(count)
        return bytes(found[: self._bytes.fill(memoryview(found))])

    def _check_size(self, header: Header, limit: int) -> None:
        # Without the empty axes: NumPy refuses (0, 2³², 2³²) although it holds nothing.
        if math.prod(size or 1 for size in header.shape) * header.element.itemsize > limit:
            raise self._refused(f"promises more than {limit / 2**30:.3g} GiB of numbers, which is too much. {_AGAIN}")
        if header.length + header.nbytes > self._most:
            raise self._cut_short()
        if header.length + header.nbytes < self._most and not self._compressed:
            raise self._too_long()

    def _cut_short(self) -> DataError:
        return self._refused(f"is incomplete: it holds fewer numbers than its header promises. {_AGAIN}")

    def _too_long(self) -> DataError:
        remedy = "Unpack it with gunzip, or download it again." if self._compressed else _AGAIN
        return self._refused(f"goes on, or is damaged, after the numbers that its header promises. {remedy}")

    def _refused(self, what: str) -> DataError:
        return DataError(f"{shown(self._path)} {what}")


def _instead_of_idx(start: bytes) -> str:
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "is a web page, not data: its download went wrong. Download it again."
    if start.startswith(b"\x1f\x8b"):
        return "is compressed twice. Unpack it once with gunzip."
    if start.startswith(b"PK"):
        return "is a zip archive. Unpack it and choose a file inside."
    return "is not an IDX file. Choose one, such as train-images-idx3-ubyte.gz."


def _room_for(header: Header, path: str | Path) -> NDArray[Any]:
    try:
        return np.empty(header.shape, header.element)
    except MemoryError:
        raise DataError(f"{shown(path)} does not fit into memory. Close other programs first.") from None


def _without_waiting(path: str, flags: int) -> int:
    # A pipe that nobody writes to would block the opening for ever; it is recognised and refused afterwards.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def _opened(path: str | Path) -> Iterator[_Contents]:
    try:
        with _regular_file(path) as file:
            yield _Contents(path, file)
    except zlib.error:
        raise DataError(f"{shown(path)} is damaged: its compressed data cannot be unpacked. {_AGAIN}") from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise DataError(f"{shown(path)} cannot be read ({reason}). Choose a file that you may read.") from None


def _regular_file(path: str | Path) -> FileIO:
    try:
        file = FileIO(path, opener=_without_waiting)
    except FileNotFoundError:
        raise DataError(f"There is no file {shown(path)}. Check its name and its folder.") from None
    except IsADirectoryError:
        raise _folder(path) from None
    except ValueError:
        raise DataError(f"{shown(path)} cannot be the name of a file. Choose another.") from None
    mode = os.fstat(file.fileno()).st_mode
    if stat.S_ISREG(mode):
        return file
    file.close()
    if stat.S_ISDIR(mode):
        raise _folder(path)
    raise DataError(f"{shown(path)} is not an ordinary file. Choose an IDX file.")


def _folder(path: str | Path) -> DataError:
    return DataError(f"{shown(path)} is a folder. Choose an IDX file inside it.")
