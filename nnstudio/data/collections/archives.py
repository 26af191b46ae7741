"""Published archives (tar and zip), read member by member. Nothing is unpacked to the disk, nothing in them trusted."""

import os
import struct
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_SET
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.streams import GZIP, Inflated, Plain, Readable, Stream, taken

AGAIN = "Delete it, then fetch it again."

# What tarfile and zipfile may have at once: headers, names and lists of names. Contents are read in pieces.
_AT_ONCE = 2**18
_MOST_PADDING = 2**20  # Zeros at the end of a tar archive.
# What tarfile and zipfile raise where an archive is not as it should be, besides what reading any file may raise.
_DAMAGED = (
    tarfile.TarError, BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ArithmeticError, LookupError,
    ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class TarMember:
    """An ordinary file in a tar archive."""

    name: str
    size: int


class TarContents:
    """The members of an open tar archive, in their order; after each of them its contents can be read."""

    def __init__(self, path: Path, stream: Stream, most_members: int, most_bytes: int) -> None:
        self._path = path
        self._flow = _Flow(stream)
        self._most_members, self._most_bytes = most_members, most_bytes

    def __iter__(self) -> Iterator[TarMember]:
        # It asks for no more of a file than _Flow has.
        with tarfile.open(fileobj=cast(Any, self._flow), mode="r:") as archive:
            count = 0
            while (found := archive.next()) is not None:
                count += 1
                self._check(found, count)
                # It would keep all of them; 100,000 are 100 MB.
                cast(Any, archive).members.clear()
                if not found.isdir():
                    yield TarMember(found.name, found.size)
        self._check_end()

    def fill(self, target: memoryview) -> None:
        """The next bytes of the member that was named last."""
        if self._flow.fill(target) < len(target):
            self.refuse(f"is incomplete. {AGAIN}")

    def text(self, member: TarMember) -> bytes:
        """All of a small member."""
        contents = bytearray(member.size)
        self.fill(memoryview(contents))
        return bytes(contents)

    def refuse(self, what: str) -> NoReturn:
        """Say what is wrong with the archive."""
        raise DataError(f"{shown(self._path)} {what}")

    def _check(self, found: tarfile.TarInfo, count: int) -> None:
        ordinary = found.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not found.issparse()
        if not (ordinary or found.isdir()) or found.name.startswith("/") or ".." in found.name.split("/"):
            self.refuse(f"holds '{shown(found.name)}', which does not belong there. {AGAIN}")
        if count > self._most_members:
            self.refuse(f"holds more than {self._most_members:,} files, too many. {AGAIN}")
        if not 0 <= found.size <= self._most_bytes - self._flow.tell():
            self.refuse(f"holds '{shown(found.name)}', whose size cannot be right. {AGAIN}")

    def _check_end(self) -> None:
        # tarfile ends without a word where it does not understand a header, and reads no checksum.
        end = self._flow.tell()
        while piece := self._flow.read(_AT_ONCE):
            if piece.strip(b"\0") or self._flow.tell() > end + _MOST_PADDING:
                self.refuse(f"is damaged, or goes on after its last file. {AGAIN}")
        if not self._flow.at_end():
            self.refuse(f"is incomplete, or damaged at its end. {AGAIN}")


class _Flow:
    """A stream as tarfile wants it: forwards only, read ahead, and never much of it at once."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._space = memoryview(bytearray(_AT_ONCE))
        self._ready = self._space[:0]
        self._place = 0

    def tell(self) -> int:
        return self._place

    def seek(self, place: int) -> None:
        if place < self._place:
            raise tarfile.ReadError("a member would begin before the end of the one before it")
        while self._place < place and self.read(place - self._place):
            pass

    def read(self, size: int) -> bytes:
        size = min(size, _AT_ONCE)
        if size > len(self._ready):
            return taken(self, size)
        found, self._ready = self._ready[:size], self._ready[size:]
        self._place += size
        return bytes(found)

    def fill(self, target: memoryview) -> int:
        filled = 0
        while filled < len(target) and self._look_ahead():
            count = min(len(target) - filled, len(self._ready))
            target[filled : filled + count] = self._ready[:count]
            self._ready = self._ready[count:]
            filled += count
        self._place += filled
        return filled

    def at_end(self) -> bool:
        return not self._ready and self._stream.at_end()

    def _look_ahead(self) -> bool:
        self._ready = self._ready or self._space[: self._stream.fill(self._space)]
        return bool(self._ready)


@contextmanager
def opened_tar(path: Path, most_members: int, most_bytes: int) -> Iterator[TarContents]:
    """A tar archive, plain or packed with gzip, of at most so many members and bytes; what goes wrong is one line."""
    with opened(path, DataError) as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(64)
        file.seek(0)
        check_start(path, start)
        source = cast(Readable, file)
        stream = Inflated(source, size, GZIP) if start.startswith(b"\x1f\x8b") else Plain(source, size)
        try:
            yield TarContents(path, stream, most_members, most_bytes)
        except _DAMAGED:
            raise DataError(f"{shown(path)} is incomplete, damaged or not a tar archive. {AGAIN}") from None


@dataclass(frozen=True)
class ZipMember:
    """A file in a zip archive, to be read as if it lay in a folder."""

    archive: Path
    name: str

    def __str__(self) -> str:
        return f"{self.name} in {self.archive}"

    @contextmanager
    def opened(self) -> Iterator[tuple[BinaryIO, int]]:
        """The member, inflated as it is read, and its size; what goes wrong is one line."""
        with opened(self.archive, DataError) as file:
            check_start(self.archive, file.read(64))
            try:
                with ZipFile(cast(BinaryIO, _Sparing(file))) as archive:
                    info = self._info(archive)
                    with archive.open(info) as member:
                        yield cast(BinaryIO, member), info.file_size
            except _DAMAGED:
                raise DataError(f"{shown(self.archive)} is incomplete, damaged or not a zip archive. {AGAIN}") from None

    def _info(self, archive: ZipFile) -> ZipInfo:
        if self.name not in archive.NameToInfo:
            raise DataError(f"{shown(self.archive)} does not hold {self.name}. {AGAIN}")
        info = archive.getinfo(self.name)
        # The other ways to pack may take any memory to unpack; the published archives do not use them.
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or info.flag_bits & 1:
            raise DataError(f"{shown(str(self))} is packed in an unknown way, or locked. {AGAIN}")
        return info


class _Sparing:
    """A file as zipfile wants it, but never much of it at once, whatever lengths the archive states."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell, self.seekable = file.tell, file.seekable

    def seek(self, place: int, whence: int = SEEK_SET) -> int:
        if whence == SEEK_SET and place < 0:
            raise BadZipFile("a member would begin before the archive does")
        return self._file.seek(place, whence)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, _AT_ONCE) if size >= 0 else _AT_ONCE)


def check_start(path: Path, start: bytes) -> None:
    """Refuse what is often stored in place of a download: nothing, or a page that tells why."""
    if not start:
        raise DataError(f"{shown(path)} is empty. {AGAIN}")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise DataError(f"{shown(path)} is a web page, not data: its download went wrong. {AGAIN}")
