"""The bytes of a file from a place on: as they are, or inflated in small pieces and never beyond what was asked for."""

import zlib
from typing import Protocol

# Deflate never shrinks data further than this, so a file that promises more cannot keep its promise.
BEST_RATIO = 1032
GZIP = 16 + zlib.MAX_WBITS
BARE = -zlib.MAX_WBITS  # Deflate without a header, as a zip has it.

_PIECE = 2**17


class Readable(Protocol):
    """A file open for reading."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none only at the end."""

    def readinto(self, target: memoryview, /) -> int | None:
        """Read into memory that is there; the number of bytes, none only at the end."""


class Stream(Protocol):
    """Bytes that come one after another."""

    def fill(self, target: memoryview) -> int:
        """Write the next bytes into `target`; the number written is smaller only where the data ends."""

    def at_end(self) -> bool:
        """Whether the data ended here, as it should, with nothing after it."""


class Plain:
    """The next `length` bytes of a file."""

    def __init__(self, file: Readable, length: int) -> None:
        self._file = file
        self._left = length

    def fill(self, target: memoryview) -> int:
        """Read straight into `target`."""
        wanted = target[: self._left]
        filled = 0
        while filled < len(wanted) and (count := self._file.readinto(wanted[filled:])):
            filled += count
        self._left -= filled
        return filled

    def at_end(self) -> bool:
        """Whether all of them were read."""
        return not self._left


class Inflated:
    """What one deflate stream in the next `length` bytes of a file holds; a damaged one raises zlib.error."""

    def __init__(self, file: Readable, length: int, form: int) -> None:
        self._file = file
        self._left = length
        self._stream = zlib.decompressobj(wbits=form)

    def fill(self, target: memoryview) -> int:
        """Inflate no more than `target` takes."""
        filled = 0
        while filled < len(target) and not self._stream.eof:
            compressed = self._stream.unconsumed_tail or self._more()
            piece = self._stream.decompress(compressed, min(_PIECE, len(target) - filled))
            if not compressed and not piece:
                break
            target[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def at_end(self) -> bool:
        """Whether the stream ended, and the bytes with it."""
        # Asking for one byte more also makes zlib reach and compare the checksum.
        if self.fill(memoryview(bytearray(1))):
            return False
        return self._stream.eof and not self._stream.unused_data and not self._left

    def _more(self) -> bytes:
        compressed = self._file.read(min(_PIECE, self._left))
        self._left -= len(compressed)
        return compressed


def taken(stream: Stream, count: int) -> bytes:
    """The next bytes, fewer only where the data ends."""
    found = bytearray(count)
    return bytes(found[: stream.fill(memoryview(found))])
