"""The header of a PNG file, and those of its chunks that make the picture: no texts, profiles or further frames."""

import struct
from typing import BinaryIO, NamedTuple
from zlib import crc32

from nnstudio.data.picture_header import CUT_SHORT, DAMAGED, Header, Unfit, joined, take
from nnstudio.data.picture_tiff import LONGEST_EXIF, exif_orientation

GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
DEPTHS = (1, 2, 4, 8, 16)
KEPT = {b"PLTE": 768, b"tRNS": 256, b"IDAT": 2**31, b"IEND": 0}  # How long each may be.

_START = 33  # The signature and the first chunk.
_MOST_CHUNKS = 20_000
_PIECE = 2**16


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length + 12


def png_header(file: BinaryIO, size: int) -> Header:
    """Read the first chunk, and walk over the others; only the sum over the pixels is taken."""
    start = take(file, 0, _START)
    width, height, depth, colour = struct.unpack_from(">IIBB", start, 16)
    if start[8:16] != b"\0\0\0\rIHDR" or colour not in CHANNELS or depth not in DEPTHS:
        raise Unfit(DAMAGED)
    chunks = _chunks(file, size)
    kept = [chunk for chunk in chunks if chunk.kind in KEPT]
    if any(chunk.length > KEPT[chunk.kind] for chunk in kept):
        raise Unfit(DAMAGED)
    data = [chunk for chunk in kept if chunk.kind == b"IDAT"]
    _check_pixels(file, data, _most(width, height, depth * CHANNELS[colour]))
    if (depth, colour) == (16, COLOUR):
        # A transparent colour of 16 bits cannot be told apart in a picture that is decoded to 8.
        kept = [chunk for chunk in kept if chunk.kind != b"tRNS"]
    orientation = exif_orientation(_exif(file, chunks))
    traits = {
        "colour": colour in (COLOUR, PALETTE, COLOUR_ALPHA),
        "alpha": colour in (GREY_ALPHA, COLOUR_ALPHA) or any(chunk.kind == b"tRNS" for chunk in kept),
        "deep": depth == 16,
        "turned": orientation > 1,
    }
    stored = 4 if colour in (COLOUR, GREY_ALPHA, COLOUR_ALPHA) else 1 + (depth == 16)
    pieces = joined([(0, _START), *((chunk.start, min(chunk.end, size)) for chunk in kept)])
    there = frozenset(trait for trait, is_there in traits.items() if is_there)
    rows = 2 * (width * depth * CHANNELS[colour] // 8)
    return Header("PNG", height, width, stored, pieces, there, orientation, rows)


def _chunks(file: BinaryIO, size: int) -> list[_Chunk]:
    """Every chunk after the first."""
    found: list[_Chunk] = []
    place = _START
    while place + 8 <= size and len(found) < _MOST_CHUNKS:
        length, kind = struct.unpack(">I4s", take(file, place, 8))
        found.append(_Chunk(kind, place, length))
        place = found[-1].end
        if kind == b"IEND" and place <= size:
            return found
        if not kind.isalpha():
            break
    raise Unfit(DAMAGED if place + 8 <= size else CUT_SHORT)


def _exif(file: BinaryIO, chunks: list[_Chunk]) -> bytes:
    """What a camera wrote, if it is not longer than a camera writes."""
    first = next((chunk for chunk in chunks if chunk.kind == b"eXIf" and chunk.length <= LONGEST_EXIF), None)
    return take(file, first.start + 8, first.length) if first else b""


def _most(width: int, height: int, bits: int) -> int:
    """More than packing the pixels can ever take; what goes on after that is no picture."""
    raw = height * (width * bits // 8 + 8)
    return raw + raw // 64 + 2**16


def _check_pixels(file: BinaryIO, chunks: list[_Chunk], most: int) -> None:
    """Refuse pixels that are not those which were stored; Pillow looks at the sums of all other chunks only."""
    if sum(chunk.length for chunk in chunks) > most:
        raise Unfit(DAMAGED)
    for chunk in chunks:
        file.seek(chunk.start + 4)
        found, rest = 0, chunk.length + 4
        while rest and (piece := file.read(min(rest, _PIECE))):
            found = crc32(piece, found)
            rest -= len(piece)
        if rest:
            raise Unfit(CUT_SHORT)
        if take(file, chunk.end - 4, 4) != found.to_bytes(4, "big"):
            raise Unfit(DAMAGED)
