"""The header of a TIFF file: only a first page that promises no more than its pixels need is taken."""

import struct
from dataclasses import dataclass
from math import ceil
from typing import BinaryIO

from nnstudio.data.picture_header import DAMAGED, Header, Unfit, take

WIDTH, HEIGHT, BITS, PACKING, MEANING, ORIENTATION = 256, 257, 258, 259, 262, 274
STRIPS, SAMPLES, ROWS, STRIP_SIZES, PLANES = 273, 277, 278, 279, 284
TILE_WIDTH, TILE_HEIGHT, TILES, TILE_SIZES, EXTRA_SAMPLES = 322, 323, 324, 325, 338
OFFSETS = (STRIPS, STRIP_SIZES, TILES, TILE_SIZES)
FURTHER = (34665, 34853, 40965)  # Lists of their own, which Pillow reads too.

UNPACKED = 1
GREY = (0, 1)
OF_ONE_BYTE = (*GREY, 3)  # Grey and palette.
SHORT, LONG, LIST = 3, 4, 13
WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}  # By type.
CODES = {1: "B", SHORT: "H", LONG: "L"}
FRACTIONS = (5, 10)

LONGEST_EXIF = 2**16

_MOST_ENTRIES = 1000
_MOST_BYTES = 4 * 2**20  # Of all that is told besides the pixels.
_MOST_STRIPS = 2**15
_MOST_FRACTIONS = 256
_MOST_VALUES = 8


@dataclass(frozen=True)
class _Entry:
    kind: int
    count: int
    value: bytes

    @property
    def length(self) -> int:
        return WIDTHS.get(self.kind, 0) * self.count


class _Directory:
    """The list of what a page is: for each number of a meaning, values or the place where they are."""

    def __init__(self, file: BinaryIO, order: str, place: int) -> None:
        self._file, self._order = file, order
        count = struct.unpack(f"{order}H", take(file, place, 2))[0]
        if count > _MOST_ENTRIES:
            raise Unfit(DAMAGED)
        entries = struct.iter_unpack(f"{order}HHL4s", take(file, place + 2, 12 * count))
        self.entries = {tag: _Entry(kind, values, value) for tag, kind, values, value in entries}
        # Of several, one program takes the first and another the last.
        if len(self.entries) < count:
            raise Unfit(DAMAGED)
        self.last = not any(file.read(4))

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries

    def values(self, tag: int, default: int) -> tuple[int, ...]:
        """A few whole numbers."""
        entry = self.entries.get(tag)
        if entry is None:
            return (default,)
        if entry.kind not in CODES or not 1 <= entry.count <= _MOST_VALUES:
            raise Unfit(DAMAGED)
        content = entry.value if entry.length <= 4 else take(self._file, self.place(tag), entry.length)
        return struct.unpack_from(f"{self._order}{entry.count}{CODES[entry.kind]}", content)

    def value(self, tag: int, default: int) -> int:
        """One whole number."""
        found = self.values(tag, default)
        if len(found) > 1:
            raise Unfit(DAMAGED)
        return found[0]

    def place(self, tag: int) -> int:
        """Where in the file the values are."""
        return int(struct.unpack(f"{self._order}L", self.entries[tag].value)[0])

    def check(self) -> None:
        """Refuse a list that is longer than any picture needs: Pillow makes a Python number of each value."""
        lengths = [each.length for tag, each in self.entries.items() if tag not in OFFSETS]
        fractions = [each.count for each in self.entries.values() if each.kind in FRACTIONS]
        if sum(lengths) > _MOST_BYTES or max(fractions, default=0) > _MOST_FRACTIONS:
            raise Unfit("holds much besides its picture. Save it as PNG, or remove it.")


def tiff_header(file: BinaryIO, size: int) -> Header:
    """Read the list of the first page, and check that its strips or tiles are as many and as large as they must be."""
    start = take(file, 0, 8)
    order = "<" if start[:2] == b"II" else ">"
    page = _Directory(file, order, struct.unpack_from(f"{order}L", start, 4)[0])
    page.check()
    for tag in filter(page.__contains__, FURTHER):
        if page.entries[tag].kind not in (LONG, LIST) or page.entries[tag].count != 1:
            raise Unfit(DAMAGED)
        _Directory(file, order, page.place(tag)).check()
    height, width, bits = page.value(HEIGHT, 0), page.value(WIDTH, 0), _bits(page)
    traits, extra = _traits(page, bits), _room_for_unpacking(page, height, width, bits)
    wide = len(bits) > 1 or max(bits) > 16 or page.value(MEANING, 0) not in OF_ONE_BYTE
    stored = 4 if wide else 1 + (max(bits) > 8)
    if "turned" in traits:
        # Pillow turns the decoded picture itself, and has both in memory for a moment.
        extra += height * width * stored
    if page.value(ORIENTATION, 1) in (5, 6, 7, 8):
        height, width = width, height
    return Header("TIFF", height, width, stored, ((0, size),), traits, 1, extra)


def _bits(page: _Directory) -> tuple[int, ...]:
    bits, samples = page.values(BITS, 1), page.value(SAMPLES, 1)
    return bits * samples if len(bits) == 1 and 1 <= samples <= _MOST_VALUES else bits


def _traits(page: _Directory, bits: tuple[int, ...]) -> frozenset[str]:
    found = {
        "colour": page.value(MEANING, 0) not in GREY,
        "alpha": EXTRA_SAMPLES in page,
        "deep": max(bits) == 16,
        "turned": page.value(ORIENTATION, 1) in range(2, 9),
        "frames": not page.last,
    }
    return frozenset(trait for trait, there in found.items() if there)


def _room_for_unpacking(page: _Directory, height: int, width: int, bits: tuple[int, ...]) -> int:
    """The bytes of one strip or tile; if they need not be unpacked, of one row."""
    tiled = TILE_WIDTH in page or TILE_HEIGHT in page or TILES in page
    rows = page.value(TILE_HEIGHT, 0) if tiled else min(page.value(ROWS, height), height)
    across = page.value(TILE_WIDTH, 0) if tiled else width
    if min(rows, across, height, width) < 1 or (tiled and STRIPS in page):
        raise Unfit(DAMAGED)
    planes = len(bits) if page.value(PLANES, 1) == 2 else 1
    needed = ceil(height / rows) * ceil(width / across) * planes
    # Pillow would draw each of them, however often one covers another.
    if any(tag in page and page.entries[tag].count > min(needed, _MOST_STRIPS) for tag in OFFSETS):
        raise Unfit(DAMAGED)
    return (rows if page.value(PACKING, 1) != UNPACKED else 1) * across * max(8, sum(bits)) // 8


def exif_orientation(exif: bytes) -> int:
    """How a camera was held, from 1 (upright) to 8, as its EXIF data say; 1 if they do not."""
    content = exif.removeprefix(b"Exif\0\0")[:LONGEST_EXIF]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(content[:4])
    if order is None:
        return 1
    try:
        place = struct.unpack_from(f"{order}L", content, 4)[0]
        count = struct.unpack_from(f"{order}H", content, place)[0]
        for number in range(min(count, _MOST_ENTRIES)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHLH", content, place + 2 + 12 * number)
            if tag == ORIENTATION:
                return int(value) if kind == SHORT and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
