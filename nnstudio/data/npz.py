"""npz files, as np.savez writes them: a zip of npy files, read within bounds. Nothing is unpickled or written."""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import SEEK_END, FileIO
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.npy import (
    AGAIN,
    LIMIT,
    Header,
    check_limit,
    check_size,
    fill,
    header_of,
    instead_of,
    numbers,
    room_for,
)
from nnstudio.data.streams import BARE, BEST_RATIO, Inflated, Plain, Stream

MOST_MEMBERS = 100
ENDING = ".npy"

_LONGEST_DIRECTORY = 2**16
_END = struct.Struct("<4s4H2LH")  # The last record of a zip.
_LOCAL = struct.Struct("<4s5H3L2H")  # What stands before each member.
_BIG_ZIP = b"PK\6\7"  # Where this stands, the last record is not the one that counts.
_FORMS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextmanager
def opened_npz(path: Path, most: int = MOST_MEMBERS) -> Iterator["Npz"]:
    """The arrays of an npz file, at most so many, open for reading."""
    with opened(path, DataError) as buffered:
        try:
            yield Npz(path, buffered, most)
        except zlib.error:
            raise DataError(f"{shown(path)} is damaged: its compressed data cannot be unpacked. {AGAIN}") from None


class Npz:
    """The arrays of an npz file, by their keys. What is not an npy file is passed over."""

    def __init__(self, path: Path, buffered: BinaryIO, most: int = MOST_MEMBERS) -> None:
        self._path = path
        self._size = os.fstat(buffered.fileno()).st_size
        _check_ends(path, buffered, most)
        self._members = _directory(path, buffered, most)
        self._file = FileIO(buffered.fileno(), closefd=False)  # Without a buffer in between.

    @property
    def keys(self) -> tuple[str, ...]:
        """What the arrays are called."""
        return tuple(self._members)

    def header(self, key: str) -> Header:
        """Type and shape of an array, without its numbers."""
        return self._start(key)[1]

    def read(self, key: str) -> NDArray[Any]:
        """The numbers or texts of an array, in this computer's byte order and row after row."""
        stream, header = self._start(key)
        check_limit(header, self.where(key), LIMIT)
        array = numbers(stream, header, self.where(key))
        self._check_sum(stream, key)
        return array

    def read_together(self, keys: Sequence[str]) -> NDArray[Any]:
        """Arrays of one type and shape, one behind the other; each number is in memory only once."""
        headers = [self.header(key) for key in keys]
        shape = (sum(header.shape[0] for header in headers), *headers[0].shape[1:])
        whole = Header(headers[0].element.newbyteorder("="), shape, False, 0)
        check_limit(whole, shown(self._path), LIMIT)
        array = room_for(shape, whole.element, shown(self._path))
        start = 0
        for key, header in zip(keys, headers, strict=True):
            self._read_into(array[start : start + header.shape[0]], key)
            start += header.shape[0]
        return array

    def where(self, key: str) -> str:
        """What a message calls an array."""
        return f"The array '{shown(key)}' in {shown(self._path)}"

    def _read_into(self, target: NDArray[Any], key: str) -> None:
        stream, header = self._start(key)
        if header.by_columns:
            target[...] = numbers(stream, header, self.where(key))
        else:
            fill(target, stream, header, self.where(key))
        self._check_sum(stream, key)

    def _start(self, key: str) -> tuple["_Summed", Header]:
        info = self._members[key]
        stream = _Summed(self._stream(info, self.where(key)))
        header = header_of(stream, self.where(key))
        check_size(header, self.where(key), info.file_size)
        return stream, header

    def _stream(self, info: zipfile.ZipInfo, where: str) -> Stream:
        if info.flag_bits & 1 or info.compress_type not in _FORMS:
            raise DataError(f"{where} is encrypted or packed in an unusual way. Save it again with np.savez.")
        self._file.seek(info.header_offset)
        local = self._file.read(_LOCAL.size)
        if len(local) < _LOCAL.size or not local.startswith(b"PK\3\4"):
            raise _damaged(self._path)
        start = info.header_offset + _LOCAL.size + sum(_LOCAL.unpack(local)[-2:])
        stored = info.compress_type == zipfile.ZIP_STORED
        most = info.compress_size * (1 if stored else BEST_RATIO)
        if start + info.compress_size > self._size or info.file_size > most:
            raise _damaged(self._path)
        self._file.seek(start)
        return Plain(self._file, info.compress_size) if stored else Inflated(self._file, info.compress_size, BARE)

    def _check_sum(self, stream: "_Summed", key: str) -> None:
        if stream.sum != self._members[key].CRC:
            raise DataError(f"{self.where(key)} is damaged: its checksum is wrong. {AGAIN}")


class _Summed:
    """A stream that keeps the checksum of what was read."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.sum = 0

    def fill(self, target: memoryview) -> int:
        filled = self._stream.fill(target)
        self.sum = zlib.crc32(target[:filled], self.sum)
        return filled

    def at_end(self) -> bool:
        return self._stream.at_end()


def _check_ends(path: Path, file: BinaryIO, most: int) -> None:
    """Refuse a stranger, and a zip with a crowd of members, before the rest of it is read."""
    start = file.read(64)
    if not start:
        raise DataError(f"{shown(path)} is empty. {AGAIN}")
    if start.startswith(b"PK\5\6"):
        raise DataError(f"{shown(path)} holds no arrays. Save some with np.savez.")
    if not start.startswith(b"PK"):
        raise DataError(f"{shown(path)} {instead_of('an npz file', start)}")
    if not start.startswith(b"PK\3\4"):
        raise _damaged(path)
    size = file.seek(0, SEEK_END)
    file.seek(max(0, size - _END.size - 20))
    end = file.read()
    if len(end) < _END.size or end[-_END.size :][:4] != b"PK\5\6":
        raise _damaged(path)
    _, _, _, _, count, length, _, _ = _END.unpack(end[-_END.size :])
    if end.startswith(_BIG_ZIP) or count > most:
        raise _too_much(path, most)
    if length > _LONGEST_DIRECTORY:
        raise _damaged(path)


def _directory(path: Path, file: BinaryIO, most: int) -> dict[str, zipfile.ZipInfo]:
    """The members that are npy files, by their names without the ending. The names are never used as paths."""
    try:
        with zipfile.ZipFile(file) as archive:
            everything = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        raise _damaged(path) from None
    if len(everything) > most:
        raise _too_much(path, most)
    members = [info for info in everything if info.filename.endswith(ENDING)]
    found = {info.filename.removesuffix(ENDING): info for info in members}
    if len(found) < len(members):
        raise DataError(f"{shown(path)} holds two arrays of the same name, so it is damaged. {AGAIN}")
    if not found:
        raise DataError(f"{shown(path)} holds no arrays, so it is not an npz file. Save one with np.savez.")
    return found


def _damaged(path: Path) -> DataError:
    return DataError(f"{shown(path)} is damaged or cut short. {AGAIN}")


def _too_much(path: Path, most: int) -> DataError:
    return DataError(
        f"{shown(path)} holds more than {most} arrays or 4 GiB. Save inputs and targets as two npy files."
    )
