"""The header of a JPEG file, and those of its segments that make the picture: no thumbnails, profiles or comments."""

import re
import struct
from math import ceil
from typing import BinaryIO, NamedTuple

from nnstudio.data.picture_header import CUT_SHORT, DAMAGED, MOST_PIXELS, Header, Piece, Unfit, joined, take
from nnstudio.data.picture_tiff import exif_orientation

END, SCAN, EXIF = 0xD9, 0xDA, 0xE1
ALONE = (0x01, 0xD8)
FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
# Tables, frames and scans; JFIF and Adobe say what the colours mean.
KEPT = {*range(0xC0, 0xD0), 0xDB, 0xDD, SCAN, 0xE0, 0xEE}

# Pixels times scans: each scan passes over all pixels, and a scan of fifty bytes is possible.
MOST_WORK = 600_000_000

_MOST_SEGMENTS = 2000
_PIECE = 2**16
# Within the pixels 0xFF is followed by 0 or by a restart mark.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")


class _Frame(NamedTuple):
    height: int
    width: int
    components: int
    coefficients: int
    progressive: bool


def jpeg_header(file: BinaryIO, size: int) -> Header:
    """Walk from marker to marker up to the end of the picture; what comes after it is another."""
    pieces: list[Piece] = [(0, 2)]
    frame: _Frame | None = None
    exif, scans, place = b"", 0, 2
    for _ in range(_MOST_SEGMENTS):
        place, marker = _next_marker(file, place)
        if marker in (None, END):
            break
        start, place = place, place + 2
        if marker in ALONE:
            continue
        length = struct.unpack(">H", take(file, place, 2))[0]
        if length < 2:
            raise Unfit(DAMAGED)
        place += length
        if marker in FRAMES:
            if frame:
                raise Unfit(DAMAGED)
            frame = _frame(take(file, start + 4, length - 2), marker)
        elif marker == EXIF and not exif.startswith(b"Exif"):
            exif = take(file, start + 4, length - 2)
        elif marker == SCAN:
            scans += 1
            place = _next_marker(file, place)[0]
        if marker in KEPT:
            pieces.append((start, min(place, size)))
    else:
        raise Unfit(DAMAGED)
    if frame is None or not scans:
        raise Unfit(CUT_SHORT if marker is None else DAMAGED)
    return _header(frame, scans, exif_orientation(exif), (*pieces, (place, min(place + 2, size))))


def _header(frame: _Frame, scans: int, orientation: int, pieces: tuple[Piece, ...]) -> Header:
    if MOST_WORK // scans < frame.height * frame.width <= MOST_PIXELS:
        raise Unfit(f"is stored in {scans:,} passes, too many for its size. Save it again, or remove it.")
    traits = {"colour"} if frame.components > 1 else set()
    traits |= {"turned"} if orientation > 1 else set()
    # Of a picture in several passes, all coefficients are kept until the last.
    extra = 2 * frame.coefficients if frame.progressive or scans > 1 else 0
    stored = 4 if frame.components > 1 else 1
    return Header(
        "JPEG", frame.height, frame.width, stored, joined(pieces), frozenset(traits), orientation, extra
    )  # fmt: skip


def _frame(content: bytes, marker: int) -> _Frame:
    if len(content) < 6 or len(content) < 6 + 3 * content[5]:
        raise Unfit(DAMAGED)
    height, width = struct.unpack_from(">HH", content, 1)
    factors = [(content[at] >> 4 or 1, content[at] & 15 or 1) for at in range(7, 6 + 3 * content[5], 3)]
    most = max((across for across, _ in factors), default=1), max((down for _, down in factors), default=1)
    coefficients = sum(
        8 * ceil(width * across / most[0] / 8) * 8 * ceil(height * down / most[1] / 8) for across, down in factors
    )
    return _Frame(height, width, content[5], coefficients, marker & 3 == 2)


def _next_marker(file: BinaryIO, place: int) -> tuple[int, int | None]:
    """Where the next marker is, and which; after the last, the end of the file."""
    file.seek(place)
    start = file.read(2)
    if _MARKER.match(start):
        return place, start[1]
    while True:
        file.seek(place)
        piece = file.read(_PIECE)
        if found := _MARKER.search(piece):
            return place + found.start(), piece[found.start() + 1]
        if len(piece) < _PIECE:
            return place + len(piece), None
        place += len(piece) - 1
