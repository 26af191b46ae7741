"""The headers of GIF and BMP files, and what of a GIF file makes its first frame."""

import struct
from typing import BinaryIO

from nnstudio.data.picture_header import AGAIN, DAMAGED, Header, Piece, Unfit, joined, take

EXTENSION, IMAGE, END = b"!", b",", b";"
CONTROL = b"\xf9"  # The extension that says which colour is transparent.

BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
RUN_LENGTHS = (1, 2)
# Pillow unpacks runs in Python, some of them a byte at a time.
MOST_RUN_PIXELS = 1_000_000
MOST_RUN_BYTES = 2**18

_MOST_BLOCKS = 50_000


def gif_header(file: BinaryIO, size: int) -> Header:
    """Walk to the first frame; of what stands before it, only what says which colour is transparent is kept."""
    width, height, flags = struct.unpack_from("<HHB", take(file, 0, 13), 6)
    place = 13 + (3 << (flags & 7) + 1 if flags & 128 else 0)
    pieces: list[Piece] = [(0, place)]
    traits = {"colour", "frames"}
    blocks = 0
    while blocks < _MOST_BLOCKS:
        start, mark = place, take(file, place, 1)
        blocks += 1
        if mark == IMAGE:
            left, top, across, down = struct.unpack("<4H", take(file, place + 1, 8))
            pieces.append((place, min(size, place + _most_data(across * down))))
            height, width = max(height, top + down), max(width, left + across)
            return Header("GIF", height, width, 1, joined(pieces), frozenset(traits))
        if mark == END:
            raise Unfit(f"holds no picture. {AGAIN}")
        place += 1
        if mark == EXTENSION:
            place, passed = _after_blocks(file, place + 1, _MOST_BLOCKS - blocks)
            blocks += passed
            if take(file, start + 1, 1) == CONTROL:
                pieces.append((start, place))
                traits |= {"alpha"} if take(file, start + 3, 1)[0] & 1 else set()
    raise Unfit(DAMAGED)


def _after_blocks(file: BinaryIO, place: int, most: int) -> tuple[int, int]:
    """Where the blocks of an extension end, and how many there are."""
    for passed in range(most):
        length = take(file, place, 1)[0]
        place += 1 + length
        if not length:
            return place, passed
    raise Unfit(DAMAGED)


def _most_data(pixels: int) -> int:
    """More than packing so many pixels can ever take, at 12 bits each; what goes on after that is no picture."""
    return 2 * pixels + 2**16


def bmp_header(file: BinaryIO, size: int) -> Header:
    """Size and depth; a file packed in runs is taken only if it is small."""
    length = struct.unpack("<I", take(file, 14, 4))[0]
    if length not in BMP_HEADERS:
        raise Unfit(DAMAGED)
    if length == 12:
        width, height, _, depth = struct.unpack("<4H", take(file, 18, 8))
        packing = 0
    else:
        width, height, _, depth, packing = struct.unpack("<IiHHI", take(file, 18, 16))
    if packing in RUN_LENGTHS and (width * abs(height) > MOST_RUN_PIXELS or size > MOST_RUN_BYTES):
        raise Unfit("is large for a packed BMP picture. Save it as PNG, or remove it.")
    stored = 1 if depth <= 8 else 4
    return Header("BMP", abs(height), width, stored, ((0, size),), frozenset({"colour"}), extra=width * stored)
