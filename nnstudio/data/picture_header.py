"""What a picture's header says before anything is decoded, how much is too much, and what of the file is needed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO

MOST_PIXELS = 32_000_000
MOST_MEMORY = 48 * 2**20  # What one picture may take while it is decoded.
MOST_FILE = 64 * 2**20  # Of the kinds whose whole file is looked through.

AGAIN = "Copy it again, or remove it."
DAMAGED = f"is damaged. {AGAIN}"
CUT_SHORT = f"is cut short. {AGAIN}"

_SAFE_READ = 2**20

Piece = tuple[int, int]


class Unfit(Exception):
    """Why a picture cannot be read: the rest of a sentence that begins with the picture's name."""


@dataclass(frozen=True, slots=True)
class Header:
    """A picture as it is stored: its kind and size, and the parts of its file that make the picture.

    `stored` counts the bytes of a pixel in Pillow's memory, `extra` the bytes that decoding takes besides them.
    `traits` are what a reader of many pictures tells about them, such as `colour` where there may be some.
    """

    kind: str
    height: int
    width: int
    stored: int
    pieces: tuple[Piece, ...]
    traits: frozenset[str] = frozenset()
    orientation: int = 1
    extra: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture as it is looked at."""
        return (self.width, self.height) if self.orientation >= 5 else (self.height, self.width)


def check(header: Header) -> None:
    """Refuse a picture without pixels, or one too large to be decoded."""
    if header.height < 1 or header.width < 1:
        raise Unfit(DAMAGED)
    if header.height * header.width > MOST_PIXELS:
        raise Unfit(
            f"has {header.width:,}×{header.height:,} pixels, more than {MOST_PIXELS // 10**6} million. "
            "Make it smaller, or remove it."
        )
    # A JPEG file can be decoded at a smaller size; how small, is known when it is done.
    check_memory(header, *((0, 0) if header.kind == "JPEG" else (header.height, header.width)))


def memory(header: Header, height: int, width: int) -> int:
    """The bytes that it takes to decode a picture at this size."""
    # Pillow keeps the address of each row, too.
    return height * (width * header.stored + 16) + header.extra


def check_memory(header: Header, height: int, width: int) -> None:
    """Refuse a picture that takes too much memory at this size."""
    if memory(header, height, width) > MOST_MEMORY:
        raise Unfit(
            f"has {header.width:,}×{header.height:,} pixels, which take more than {MOST_MEMORY // 2**20} MiB "
            "of memory. Make it smaller, or remove it."
        )


def take(file: BinaryIO, start: int, count: int) -> bytes:
    """So many bytes from `start` on, all of which must be there."""
    file.seek(start)
    found = file.read(count)
    if len(found) < count:
        raise Unfit(CUT_SHORT)
    return found


class Pieces:
    """Pieces of a file, to be read as if there was nothing between them: what is left out costs nobody anything."""

    def __init__(self, file: BinaryIO, pieces: Sequence[Piece]) -> None:
        self._file = file
        self._pieces = pieces
        self._starts = [0, *accumulate(end - start for start, end in pieces)]
        self._place = 0

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place, counted from the start, from here, or from the end."""
        self._place = max(0, place + (0, self._place, self._starts[-1])[whence])
        return self._place

    def tell(self) -> int:
        """The place where the next byte is read."""
        return self._place

    def read(self, count: int = -1) -> bytes:
        """The next bytes, at most a mebibyte: what a header promises may be far more than there is."""
        rest = _SAFE_READ if count < 0 else min(count, _SAFE_READ)
        found = b""
        while rest > 0 and self._place < self._starts[-1]:
            number = bisect_right(self._starts, self._place) - 1
            inside = self._place - self._starts[number]
            start, end = self._pieces[number]
            self._file.seek(start + inside)
            piece = self._file.read(min(rest, end - start - inside))
            if not piece:
                break
            found += piece
            self._place += len(piece)
            rest -= len(piece)
        return found


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with neighbours made one."""
    made: list[Piece] = []
    for start, end in pieces:
        if made and made[-1][1] == start:
            start = made.pop()[0]
        made.append((start, end))
    return tuple(made)
