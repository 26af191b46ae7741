"""Pictures that are not as they should be: each is left out within a second, by one message, in little memory."""

import ctypes
import io
import os
import pickle
import shutil
import socket
import struct
import subprocess
import sys
import time
import warnings
import zipfile
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nnstudio.core.errors import DataError
from nnstudio.data.picture_fit import Wanted
from nnstudio.data.pictures import header_of, read_picture
from nnstudio.data.readers.image_folder import ImageFolder

MEBI = 2**20
SMALL = Wanted(16, 16)


# ---- PNG


def chunk(kind, content, wrong=0):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content) ^ wrong)


def start(width, height, depth=8, colour=0, last=(0, 0, 0)):
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I2B3B", width, height, depth, colour, *last))


@cache
def zeros(length):
    """So many zero bytes, packed by zlib without being there at once."""
    stream = zlib.compressobj(9)
    packed = b"".join(stream.compress(bytes(min(MEBI, length - done))) for done in range(0, length, MEBI))
    return packed + stream.flush()


def png(width, height, depth=8, colour=0, before=b"", after=b"", packed=None):
    bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    pixels = zeros(height * (1 + (width * bits + 7) // 8)) if packed is None else packed
    return start(width, height, depth, colour) + before + chunk(b"IDAT", pixels) + after + chunk(b"IEND", b"")


ICC = b"name\0\0" + zeros(64 * MEBI)
TEXT = b"Comment\0\0" + zeros(MEBI - 16)
WIDE_TEXT = b"Title\0\1\0\0\0" + zlib.compress("😀".encode() + bytes(MEBI - 16))
PNG = png(8, 8)
NOISE = np.random.default_rng(3).bytes(99_000)
NOISY = start(300, 330) + chunk(b"IDAT", zlib.compress(NOISE + bytes(330), 0)) + chunk(b"IEND", b"")

# ---- JPEG


def saved(mode, size, kind, **options):
    stream = io.BytesIO()
    Image.new(mode, size, 77 if mode == "L" else (90, 100, 110)).save(stream, kind, **options)
    return stream.getvalue()


JPEG = saved("RGB", (40, 30), "JPEG")
FRAME = JPEG.index(b"\xff\xc0")
SCAN = JPEG.index(b"\xff\xda")


def jpeg_of(width, height, content=JPEG):
    place = content.index(b"\xff\xc2" if b"\xff\xc2\0\x11" in content else b"\xff\xc0\0\x11") + 5
    return content[:place] + struct.pack(">2H", height, width) + content[place + 4 :]


def segments(marker, content, count):
    return (b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content) * count


def with_segments(marker, content, count):
    return JPEG[:2] + segments(marker, content, count) + JPEG[2:]


@cache
def passes(size, count):
    """A picture in many passes over all its pixels, of a few bytes each."""
    content = saved("RGB", size, "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xc4", 0, content.rindex(b"\xff\xda")) : -2]
    return content[:-2] + last * count + content[-2:]


def overlapping_exif():
    entries = b"".join(struct.pack("<HHLL", 40000 + tag, 7, 60_000, 8) for tag in range(5000))
    return b"Exif\0\0II*\0" + struct.pack("<LH", 8, 5000) + entries


# ---- GIF


def gif(width, height, before=b"", frame=None, packed=b"\x02\x02\x44\x01\x00"):
    colours = b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    place = b"," + struct.pack("<4H", *(frame or (0, 0, width, height))) + b"\0"
    return b"GIF89a" + struct.pack("<2H", width, height) + colours + before + place + packed + b";"


def frames(count):
    return saved("L", (8, 8), "GIF", save_all=True, append_images=[Image.new("L", (8, 8), n) for n in range(count)])


# ---- BMP


def bmp(width, height, depth=8, packing=0, length=40, pixels=b"", colours=0):
    size = struct.pack("<IiiHHIIiiII", length, width, height, 1, depth, packing, 0, 0, 0, colours, 0)
    palette = b"".join(bytes([n, n, n, 0]) for n in range(256)) if depth == 8 else b""
    first = 54 + len(palette)
    return b"BM" + struct.pack("<IHHI", first + len(pixels), 0, 0, first) + size + palette + pixels


# ---- TIFF


def tiff(tags, data=b"", following=0, at=None):
    """One page: tags, each with kind, count and value or place; `data` stand before the list, from byte 8 on."""
    first = b"II*\0" + struct.pack("<L", 8 + len(data) if at is None else at)
    entries = b"".join(struct.pack("<HHLL", tag, *entry) for tag, entry in tags)
    return first + data + struct.pack("<H", len(tags)) + entries + struct.pack("<L", following)


def page(width, height, bits=8, packing=1, rows=None, strips=(1, 8), sizes=(1, 64), more=(), without=()):
    tags = {
        256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, bits), 259: (3, 1, packing), 262: (3, 1, 1),
        273: (4, *strips), 277: (3, 1, 1), 278: (4, 1, height if rows is None else rows), 279: (4, *sizes),
    }  # fmt: skip
    return [*((tag, tags[tag]) for tag in tags if tag not in without), *more]


def tiles(width, height, across, down, packed):
    more = [(322, (4, 1, across)), (323, (4, 1, down)), (324, (4, 1, 8)), (325, (4, 1, len(packed)))]
    return tiff(page(width, height, packing=8, more=more, without=(273, 278, 279)), packed)


def deflated(width, height):
    packed = zeros(width * height)
    return tiff(page(width, height, packing=8, sizes=(1, len(packed))), packed)


def pages(count):
    first = tiff(page(8, 8), bytes(64), following=0)
    made = bytearray(first[:-4])
    for _ in range(count):
        made += struct.pack("<L", len(made) + 4) + struct.pack("<H", 9) + first[8 + 64 + 2 : -4]
    return bytes(made) + bytes(4)


TIFF = tiff(page(8, 8), bytes(64))
ITSELF = tiff(page(8, 8), bytes(64), following=72)
FURTHER = tiff([(40000 + n, (5, 200_000, 8)) for n in range(40)])[8:]


class Bomb:
    def __reduce__(self):
        return os.mkdir, ("harm",)


def zipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.png", PNG)
    return stream.getvalue()


REFUSED = {
    "nothing": (lambda: b"", "is empty"),
    "a byte": (lambda: b"\x89", "is not a PNG"),
    "zeros": (lambda: bytes(5000), "is not a PNG"),
    "a web page": (lambda: b"<!DOCTYPE html><html>404</html>", "is a web page"),
    "a web page after a mark and blanks": (lambda: b"\xef\xbb\xbf \r\n<html>", "is a web page"),
    "a drawing": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a drawing (SVG)"),
    "a pickle": (lambda: pickle.dumps(Bomb()), "is not a PNG"),
    "a zip archive": (zipped, "is a zip archive"),
    "a WebP picture": (lambda: saved("RGB", (8, 8), "WEBP"), "WebP"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", "is not a PNG"),
    "a portable pixmap": (lambda: saved("RGB", (8, 8), "PPM"), "is not a PNG"),
    "an icon": (lambda: saved("RGB", (16, 16), "ICO"), "is not a PNG"),
    "png: a bomb of 400 megapixels": (lambda: png(20_000, 20_000, 1), "20,000×20,000 pixels, more than 32 million"),
    "png: 33 megapixels": (lambda: png(5750, 5750), "more than 32 million"),
    "png: 16 megapixels in colour": (lambda: png(4000, 4000, 8, 2), "more than 48 MiB"),
    "png: 13 megapixels in grey with alpha": (lambda: png(3610, 3610, 8, 4), "more than 48 MiB"),
    "png: 26 megapixels of 16 bits": (lambda: png(5100, 5100, 16), "more than 48 MiB"),
    "png: 12 megapixels of colour in one row": (lambda: png(12_000_000, 1, 8, 6), "more than 48 MiB"),
    "png: 32 megapixels in one column": (lambda: png(1, 32_000_000), "more than 48 MiB"),
    "png: sides whose product overflows": (lambda: start(2**32 - 1, 2**32 - 1) + PNG[33:], "more than 32 million"),
    "png: a negative side": (lambda: start(2**31, 1) + PNG[33:], "more than 32 million"),
    "png: no width": (lambda: png(0, 8, packed=zeros(8)), "is damaged"),
    "png: no height": (lambda: png(8, 0, packed=zeros(8)), "is damaged"),
    "png: only the signature": (lambda: PNG[:8], "is cut short"),
    "png: only the first chunk": (lambda: PNG[:33], "is cut short"),
    "png: no pixels": (lambda: start(8, 8) + chunk(b"IEND", b""), "is damaged"),
    "png: no end": (lambda: PNG[:-12], "is cut short"),
    "png: too few pixels": (lambda: png(8, 8, packed=zeros(20)), "is damaged"),
    "png: pixels that are not packed": (lambda: png(8, 8, packed=b"x" * 80), "is damaged"),
    "png: pixels without end": (lambda: png(8, 8, packed=zeros(200 * MEBI)), "is damaged"),
    "png: a wrong sum of the first chunk": (lambda: PNG[:29] + b"abcd" + PNG[33:], "is damaged"),
    "png: a wrong sum of the pixels": (lambda: start(8, 8) + chunk(b"IDAT", zeros(72), 1) + PNG[-12:], "is damaged"),
    "png: a changed pixel": (lambda: NOISY[:50_000] + b"?" + NOISY[50_001:], "is damaged"),
    "png: an unknown sort of colour": (lambda: start(8, 8, 8, 7) + PNG[33:], "is damaged"),
    "png: an unknown depth": (lambda: start(8, 8, 3) + PNG[33:], "is damaged"),
    "png: colour of one bit": (lambda: start(8, 8, 1, 2) + PNG[33:], "is damaged"),
    "png: an unknown packing": (lambda: start(8, 8, last=(0, 9, 0)) + PNG[33:], "is damaged"),
    "png: another first chunk": (lambda: PNG[:8] + chunk(b"CgBI", bytes(13)) + PNG[8:], "is damaged"),
    "png: a long first chunk": (lambda: PNG[:8] + chunk(b"IHDR", bytes(5000)) + PNG[33:], "is damaged"),
    "png: a chunk of 4 GiB": (lambda: PNG[:33] + b"\xff\xff\xff\xfftEXt" + PNG[33:], "is cut short"),
    "png: pixels of 2 GiB promised": (lambda: PNG[:33] + b"\x7f\xff\xff\xffIDAT" + PNG[41:], "is cut short"),
    "png: a chunk of no kind": (lambda: PNG[:33] + chunk(b"\0\1\2\3", b"") + PNG[33:], "is damaged"),
    "png: a hundred thousand chunks": (lambda: PNG[:33] + chunk(b"teXt", b"") * 100_000 + PNG[33:], "is damaged"),
    "png: a palette of 40 MB": (lambda: png(8, 8, 8, 3, chunk(b"PLTE", bytes(40 * MEBI))), "is damaged"),
    "png: an alpha of 40 MB": (lambda: png(8, 8, 8, 3, chunk(b"tRNS", b"\1" * 40 * MEBI)), "is damaged"),
    "jpeg: three bytes": (lambda: JPEG[:3], "is cut short"),
    "jpeg: no frame": (lambda: JPEG[:FRAME], "is cut short"),
    "jpeg: no scan": (lambda: JPEG[:SCAN], "is cut short"),
    "jpeg: nothing but its ends": (lambda: b"\xff\xd8\xff\xd9", "is damaged"),
    "jpeg: half the scan": (lambda: saved("L", (600, 600), "JPEG")[:-400], "is damaged"),
    "jpeg: 65,535 by 65,535": (lambda: jpeg_of(65535, 65535), "more than 32 million"),
    "jpeg: no height": (lambda: jpeg_of(40, 0), "is damaged"),
    "jpeg: in passes, 30 megapixels": (lambda: jpeg_of(6000, 5000, passes((40, 30), 0)), "more than 48 MiB"),
    "jpeg: 800 passes": (lambda: passes((2000, 2000), 800), "is stored in 810 passes"),
    "jpeg: 5,000 passes": (lambda: passes((40, 30), 5000), "is damaged"),
    "jpeg: 12 bits": (lambda: JPEG[: FRAME + 4] + b"\x0c" + JPEG[FRAME + 5 :], "is damaged"),
    "jpeg: two frames": (lambda: JPEG[:SCAN] + JPEG[FRAME : FRAME + 19] + JPEG[SCAN:], "is damaged"),
    "jpeg: without loss": (lambda: JPEG[:FRAME] + b"\xff\xc3" + JPEG[FRAME + 2 :], "is damaged"),
    "jpeg: 255 channels": (lambda: JPEG[: FRAME + 9] + b"\xff" + JPEG[FRAME + 10 :], "is damaged"),
    "jpeg: a segment without length": (lambda: JPEG[:2] + b"\xff\xe1\0\0" + JPEG[2:], "is damaged"),
    "jpeg: a segment of one byte": (lambda: JPEG[:2] + b"\xff\xc0\0\1" + JPEG[2:], "is damaged"),
    "jpeg: 10 MB of zeros": (lambda: JPEG[:3] + bytes(10 * MEBI), "is cut short"),
    "jpeg: 10 MB of 255": (lambda: b"\xff\xd8" + b"\xff" * 10 * MEBI, "is cut short"),
    "jpeg: a million markers": (lambda: JPEG[:2] + b"\xff\x01" * 10**6 + JPEG[2:], "is damaged"),
    "gif: only the signature": (lambda: b"GIF89a", "is cut short"),
    "gif: no frame": (lambda: gif(8, 8)[:19], "is cut short"),
    "gif: ended before the frame": (lambda: gif(8, 8)[:19] + b";", "holds no picture"),
    "gif: no pixels": (lambda: gif(8, 8, packed=b"\x02\x00"), "is damaged"),
    "gif: too few pixels": (lambda: gif(800, 800), "is damaged"),
    "gif: codes of 99 bits": (lambda: gif(8, 8, packed=b"\x63\x02\x44\x01\x00"), "is damaged"),
    "gif: 65,535 by 65,535": (lambda: gif(65535, 65535), "more than 32 million"),
    "gif: a frame far outside": (lambda: gif(8, 8, frame=(65000, 65000, 8, 8)), "more than 32 million"),
    "gif: no size": (lambda: gif(0, 0), "is damaged"),
    "gif: a million blocks": (lambda: gif(8, 8, b"!\xfe" + b"\1x" * 10**6 + b"\0"), "is damaged"),
    "gif: a million extensions": (lambda: gif(8, 8, b"!\xfe\0" * 10**6), "is damaged"),
    "gif: 10 MB of zeros": (lambda: gif(8, 8, bytes(10 * MEBI)), "is damaged"),
    "bmp: two bytes": (lambda: b"BM", "is cut short"),
    "bmp: no pixels": (lambda: bmp(8, 8), "is damaged"),
    "bmp: half the pixels": (lambda: bmp(800, 800, pixels=bytes(320_000)), "is damaged"),
    "bmp: 2,147,483,647 wide": (lambda: bmp(2**31 - 1, 8), "more than 32 million"),
    "bmp: sides whose product overflows": (lambda: bmp(2**31 - 1, -(2**31)), "more than 32 million"),
    "bmp: a negative width": (lambda: bmp(-8, 8, pixels=bytes(64)), "more than 32 million"),
    "bmp: no size": (lambda: bmp(0, 0), "is damaged"),
    "bmp: a header of 2 GiB": (lambda: bmp(8, 8, length=2**31, pixels=bytes(MEBI)), "is damaged"),
    "bmp: 7 bits": (lambda: bmp(8, 8, 7, pixels=bytes(64)), "is damaged"),
    "bmp: an unknown packing": (lambda: bmp(8, 8, packing=99, pixels=bytes(64)), "is damaged"),
    "bmp: 4,000,000,000 colours": (lambda: bmp(8, 8, pixels=bytes(64), colours=4 * 10**9), "is damaged"),
    "bmp: 16 megapixels in colour": (lambda: bmp(4000, 4000, 24), "more than 48 MiB"),
    "bmp: runs of nothing": (lambda: bmp(8, 8, packing=1, pixels=b"\1\1" * 4 * MEBI), "is large for a packed BMP"),
    "bmp: runs for 30 megapixels": (lambda: bmp(6000, 5000, packing=1, pixels=b"\0\0"), "is large for a packed BMP"),
    "tiff: four bytes": (lambda: b"II*\0", "is cut short"),
    "tiff: a list beyond the end": (lambda: tiff(page(8, 8), at=10**9), "is cut short"),
    "tiff: a list cut short": (lambda: TIFF[:-30], "is cut short"),
    "tiff: an empty list": (lambda: tiff([]), "is damaged"),
    "tiff: no size": (lambda: tiff(page(0, 0), bytes(64)), "is damaged"),
    "tiff: 4,294,967,295 wide": (lambda: tiff(page(2**32 - 1, 2**32 - 1), bytes(64)), "more than 32 million"),
    "tiff: no pixels": (lambda: tiff(page(8, 8, strips=(1, 10**6))), "is damaged"),
    "tiff: half the pixels": (lambda: tiff(page(800, 800, strips=(1, 8)), bytes(64)), "is damaged"),
    "tiff: 65,535 entries": (lambda: tiff([(256, (4, 1, 8))] * 65_535), "is damaged"),
    "tiff: the same entry twice": (lambda: tiff([*page(8, 8), (278, (4, 1, 2))], bytes(64)), "is damaged"),
    "tiff: no rows in a strip": (lambda: tiff(page(8, 8, rows=0), bytes(64)), "is damaged"),
    "tiff: 30,000 strips, one above the other": (
        lambda: tiff(page(3000, 3000, rows=1500, strips=(30_000, 8)), bytes(10 * MEBI)), "is damaged",
    ),
    "tiff: 4 billion strips": (lambda: tiff(page(8, 8, strips=(2**32 - 1, 8)), bytes(64)), "is damaged"),
    "tiff: a tile of 12,000 by 12,000": (lambda: tiles(8, 8, 12_000, 12_000, zeros(144 * MEBI)), "more than 48 MiB"),
    "tiff: strips one above the other, said to be tiles": (
        lambda: tiff(
            page(3000, 3000, rows=1500, strips=(30_000, 8), more=[(322, (4, 1, 1)), (323, (4, 1, 1))]),
            bytes(10 * MEBI),
        ), "is damaged",
    ),
    "tiff: tiles without size": (lambda: tiles(8, 8, 0, 0, bytes(64)), "is damaged"),
    "tiff: 25 megapixels in one packed strip": (lambda: deflated(5100, 5100), "more than 48 MiB"),
    "tiff: packed pixels that are none": (
        lambda: tiff(page(8, 8, packing=8, sizes=(1, 64)), b"x" * 64), "is damaged",
    ),
    "tiff: an unknown packing": (lambda: tiff(page(8, 8, packing=999), bytes(64)), "is damaged"),
    "tiff: a width that is a fraction": (lambda: tiff([(256, (5, 1, 8)), *page(8, 8)[1:]], bytes(64)), "is damaged"),
    "tiff: a million fractions": (
        lambda: tiff(page(8, 8, more=[(282, (5, 10**6, 8))]), bytes(8 * 10**6)), "holds much besides",
    ),
    "tiff: a text of 60 MB": (
        lambda: tiff(page(8, 8, more=[(305, (2, 60 * MEBI, 8))]), bytes(64)), "holds much besides",
    ),
    "tiff: 900 texts in one place": (
        lambda: tiff(page(8, 8, more=[(40_000 + n, (7, 60_000, 8)) for n in range(900)]), bytes(60_000)),
        "holds much besides",
    ),
    "tiff: a crowded list of camera data": (
        lambda: tiff(page(8, 8, more=[(34665, (4, 1, 8))]), FURTHER), "holds much besides",
    ),
    "tiff: camera data that are many": (
        lambda: tiff(page(8, 8, more=[(34665, (4, 5, 8))]), bytes(64)), "is damaged",
    ),
    "tiff: more samples than can be": (
        lambda: tiff([*page(8, 8, without=(277,)), (277, (4, 1, 2**32 - 1))], bytes(64)), "is damaged",
    ),
    "tiff: a BigTIFF picture": (lambda: b"II+\0\x08\0\0\0" + bytes(60), "BigTIFF"),
}  # fmt: skip

HARMLESS = {
    "png: text that unpacks to 100 MB": lambda: png(8, 8, before=chunk(b"zTXt", TEXT) * 100),
    "png: text after the pixels that unpacks to 100 MB": lambda: png(8, 8, after=chunk(b"zTXt", TEXT) * 100),
    "png: wide text that unpacks to 400 MB": lambda: png(8, 8, before=chunk(b"iTXt", WIDE_TEXT) * 100),
    "png: a profile that unpacks to 64 MB": lambda: png(8, 8, before=chunk(b"iCCP", ICC)),
    "png: a chunk of 20 MB": lambda: png(8, 8, before=chunk(b"prVt", bytes(20 * MEBI))),
    "png: pixels that unpack to 30 MB more": lambda: png(8, 8, packed=zeros(30 * MEBI)),
    "png: 4 billion frames": lambda: png(8, 8, before=chunk(b"acTL", b"\xff" * 8) * 2),
    "png: frames out of order": lambda: png(8, 8, before=chunk(b"acTL", bytes(8)) + chunk(b"fcTL", b"\xff" * 26)),
    "png: camera data that are none": lambda: png(8, 8, before=chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff")),
    "png: camera data that overlap": lambda: png(8, 8, before=chunk(b"eXIf", overlapping_exif()[6:])),
    "png: 16 megapixels in one row": lambda: png(16_000_000, 1),
    "png: 3 megapixels of colour in one row": lambda: png(3_000_000, 1, 8, 6),
    "png: 2 megapixels in one column": lambda: png(1, 2_000_000),
    "png: 32 megapixels of one bit": lambda: png(5650, 5650, 1),
    "png: 12 megapixels with alpha": lambda: png(3500, 3500, 8, 6),
    "png: 32 megapixels with a palette": lambda: png(5650, 5650, 8, 3, chunk(b"PLTE", bytes(range(240)))),
    "jpeg: 30 MB of camera data": lambda: with_segments(0xE1, b"Exif\0\0" + bytes(60_000), 500),
    "jpeg: camera data that overlap": lambda: with_segments(0xE1, overlapping_exif(), 1),
    "jpeg: 30 MB of profiles": lambda: with_segments(0xE2, b"ICC_PROFILE\0\1\1" + bytes(60_000), 500),
    "jpeg: a damaged list of further pictures": lambda: with_segments(0xE2, b"MPF\0MM\0*" + b"\xff" * 40, 1),
    "jpeg: comments and stray bytes": lambda: with_segments(0xFE, b"\xff\xd8\xff\xd9", 9),
    "jpeg: 20 MB behind the picture": lambda: JPEG + b"\xff\xda" * 10 * MEBI,
    "jpeg: 16 megapixels in passes": lambda: passes((4000, 4000), 0),
    "jpeg: 30 megapixels, of which few are there": lambda: jpeg_of(6000, 5000),
    "jpeg: 32 megapixels": lambda: saved("RGB", (6400, 5000), "JPEG"),
    "gif: 250 frames": lambda: frames(250),
    "gif: 20 MB behind the frame": lambda: saved("L", (8, 8), "GIF")[:-1] + bytes(20 * MEBI),
    "gif: a comment of 5 MB": lambda: saved("L", (8, 8), "GIF", comment=b"x" * 5 * MEBI),
    "gif: 32 megapixels": lambda: saved("L", (5650, 5650), "GIF"),
    "bmp: 32 megapixels": lambda: bmp(5650, 5650, pixels=bytes(5652 * 5650)),
    "bmp: 120,000 runs": lambda: bmp(300, 400, packing=1, pixels=(b"\1\1" * 300 + b"\0\0") * 400),
    "tiff: 5,000 pages": lambda: pages(5000),
    "tiff: a page that follows itself": lambda: ITSELF,
    "tiff: 24 megapixels in one packed strip": lambda: deflated(4900, 4900),
    "tiff: 32 megapixels": lambda: tiff(page(5650, 5650, sizes=(1, 5650 * 5650)), bytes(5650 * 5650)),
    "tiff: 30,000 strips": lambda: tiff(
        page(8, 30_000, rows=1, strips=(30_000, 8), sizes=(30_000, 8)), struct.pack("<30000L", *[8] * 30_000)
    ),
}


def usage(what):
    """Bytes that this process uses in memory, now (`VmRSS`) or at most (`VmHWM`)."""
    return 1024 * int(Path("/proc/self/status").read_text().partition(f"{what}:")[2].split()[0])


class Watch:
    """A second of the processor's time, no waiting, and 64 MB, from entering to leaving."""

    def __enter__(self):
        # Give back what earlier pictures have left, and begin to look for the most memory anew.
        Image.core.clear_cache()
        ctypes.CDLL(None).malloc_trim(0)
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
        self.before, self.start, self.clock = usage("VmRSS"), time.process_time(), time.perf_counter()

    def __exit__(self, *raised):
        assert time.process_time() - self.start < 1
        assert time.perf_counter() - self.clock < 8
        assert usage("VmHWM") - self.before < 64 * MEBI


@pytest.fixture(autouse=True)
def _ready(tmp_path):
    """Let Pillow load what it needs, so that only the reading is measured."""
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF"):
        (tmp_path / "first").write_bytes(saved("L", (8, 8), kind))
        read_picture(str(tmp_path / "first"), SMALL)
    (tmp_path / "first").unlink()
    yield
    # Large files and deep folders are not left behind.
    for path in tmp_path.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def written(folder, content, name="bad.png"):
    path = folder / name
    path.write_bytes(content)
    return str(path)


def refusal(path):
    with Watch(), pytest.raises(DataError) as caught:
        read_picture(path, SMALL)
    return str(caught.value)


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_picture_is_refused_for_the_right_reason(tmp_path, capsys, content, reason):
    assert reason in refusal(written(tmp_path, content()))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS)
def test_a_picture_with_much_besides_is_read_at_little_cost(tmp_path, capsys, content):
    path = written(tmp_path, content())
    with Watch():
        found = read_picture(path, SMALL)
    assert found.shape == (16, 16, 1)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_one_line_that_begins_with_the_file_and_ends_with_a_remedy(tmp_path, content, reason):
    path = written(tmp_path, content())
    with pytest.raises(DataError) as caught:
        read_picture(path, SMALL)
    message = str(caught.value)
    assert message.startswith(f"{path} ")
    assert message.endswith(".")
    assert ". " in message.removeprefix(path)
    assert "\n" not in message


@pytest.mark.parametrize("name", [name for name in REFUSED if "megapixels" in name or "overflows" in name])
def test_what_is_too_large_is_refused_by_its_header(tmp_path, name):
    path = written(tmp_path, REFUSED[name][0]())
    with Watch(), pytest.raises(DataError, match=r"more than|too many|is large"):
        header_of(path)


def test_the_bomb_of_400_megapixels_is_as_small_as_it_is_dangerous():
    assert len(png(20_000, 20_000, 1)) < 50_000


def test_nothing_is_printed_where_nobody_listens_to_what_pillow_logs(tmp_path):
    path = written(tmp_path, REFUSED["tiff: more samples than can be"][0]())
    code = (
        "import sys; from nnstudio.data.pictures import *; from nnstudio.data.picture_fit import Wanted\n"
        "try: read_picture(sys.argv[1], Wanted(8, 8))\nexcept DataError: print('refused')"
    )
    result = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60)
    assert (result.stdout, result.stderr) == ("refused\n", "")


SOUND = {
    "png": NOISY,
    "png with alpha": saved("RGBA", (40, 30), "PNG"),
    "png with a palette": saved("P", (40, 30), "PNG"),
    "jpeg": JPEG,
    "jpeg in passes": saved("RGB", (40, 30), "JPEG", progressive=True),
    "gif": saved("P", (40, 30), "GIF"),
    "bmp": saved("RGB", (40, 30), "BMP"),
    "tiff": TIFF,
    "tiff packed": saved("RGB", (40, 30), "TIFF", compression="tiff_lzw"),
}


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_a_picture_cut_anywhere_is_refused_or_what_pillow_makes_of_it(tmp_path, content):
    for length in range(0, len(content), max(1, len(content) // 97)):
        path = written(tmp_path, content[:length])
        try:
            found = read_picture(path, SMALL)
        except DataError:
            continue
        with warnings.catch_warnings(action="ignore"), Image.open(path) as whole:
            assert np.array_equal(found[..., 0], whole.convert("L").resize((16, 16), Image.Resampling.BILINEAR))


@pytest.mark.parametrize("length", [10, 100, 50_000, 99_000, len(NOISY) - 1])
def test_a_png_picture_cut_anywhere_is_refused(tmp_path, length):
    assert "is cut short" in refusal(written(tmp_path, NOISY[:length]))


@st.composite
def damaged(draw):
    # Small ones: hypothesis warns where an example takes long to print.
    content = draw(st.sampled_from([each for each in SOUND.values() if len(each) < 7000]))
    for _ in range(draw(st.integers(1, 4))):
        # Headers are short, and what they say matters most.
        place = draw(st.integers(0, min(len(content), draw(st.sampled_from([60, 600, 10**6]))) - 1))
        content = content[:place] + draw(st.binary(min_size=1, max_size=4)) + content[place + 1 :]
    return content


@settings(max_examples=500, deadline=1000, database=None)
@given(content=damaged())
def test_a_damaged_picture_is_read_or_refused(tmp_path_factory, content):
    path = written(tmp_path_factory.getbasetemp(), content, "damaged picture")
    with suppress(DataError):
        assert read_picture(path, SMALL).shape == (16, 16, 1)


@settings(max_examples=200, deadline=1000, database=None)
@given(content=st.binary(max_size=64), first=st.sampled_from([each[:n] for each in SOUND.values() for n in (2, 8, 30)]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, first, content):
    path = written(tmp_path_factory.getbasetemp(), first + content, "any picture")
    with suppress(DataError):
        assert read_picture(path, SMALL).shape == (16, 16, 1)


def sparse(folder, first, length):
    path = written(folder, first)
    os.truncate(path, length)
    return path


@pytest.mark.parametrize("first", [PNG, JPEG[:-2], gif(8, 8)[:-1]], ids=["png", "jpeg", "gif"])
def test_a_file_of_10_gigabytes_is_refused_or_read_no_further_than_its_picture(tmp_path, first):
    assert "is larger than 64 MiB" in refusal(sparse(tmp_path, first, 10 * 2**30))


def test_a_header_of_2_gigabytes_is_refused_before_it_is_read(tmp_path):
    assert "is damaged" in refusal(sparse(tmp_path, bmp(8, 8, length=2**31), 3 * 2**30))


@pytest.mark.parametrize("first", [bmp(8, 8), TIFF], ids=["bmp", "tiff"])
def test_a_file_of_10_gigabytes_is_read_no_further_than_its_picture(tmp_path, first):
    path = sparse(tmp_path, first, 10 * 2**30)
    with Watch():
        assert read_picture(path, SMALL).shape == (16, 16, 1)


# ---- Files that are no pictures, among pictures


@pytest.fixture
def folder(tmp_path):
    """Two classes of three pictures."""
    for label in ("cat", "dog"):
        (tmp_path / "animals" / label).mkdir(parents=True)
        for number in range(3):
            Image.new("L", (8, 8), 40 * number).save(tmp_path / "animals" / label / f"{number}.png")
    return tmp_path / "animals"


def opened(folder):
    with Watch():
        return ImageFolder().open(folder)


def assert_left_out(folder, reason):
    data = opened(folder)
    assert len(data.inputs) == 6
    assert data.inputs[:, 0, 0, 0].tolist() == [0, 40, 80] * 2
    (warning,) = data.warnings
    assert warning.startswith("1 of 7 pictures had to be left out. The first: ")
    assert str(folder / "cat" / "bad.png") in warning
    assert reason in warning
    assert "\n" not in warning


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_picture_is_left_out_and_told_of(folder, content, reason):
    written(folder / "cat", content())
    assert_left_out(folder, reason)


def test_a_pipe_among_the_pictures_is_left_out_without_waiting(folder):
    os.mkfifo(folder / "cat" / "bad.png")
    assert_left_out(folder, "is not an ordinary file")


def test_a_socket_among_the_pictures_is_left_out(folder, monkeypatch):
    monkeypatch.chdir(folder / "cat")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("bad.png")
        assert_left_out(folder, "cannot be read")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("bad.png", "cannot be read"), ("gone.png", "There is no file"), ("/etc/passwd", "is not a PNG"),
        ("/dev/zero", "is not an ordinary file"), ("/dev/tty", "cannot be read"), ("/", "is a folder"),
        ("..", "is a folder"), ("/proc/self/mem", "is not a PNG"),
    ],
)  # fmt: skip
def test_a_link_among_the_pictures_to_what_is_none_is_left_out(folder, target, reason):
    (folder / "cat" / "bad.png").symlink_to(target)
    data = opened(folder)
    assert len(data.inputs) == 6
    assert "root:" not in data.warnings[0]


def test_a_link_to_a_picture_is_followed(folder):
    (folder / "cat" / "more.png").symlink_to(folder / "dog" / "0.png")
    assert len(opened(folder).inputs) == 7


@pytest.fixture
def seen_by_all(folder):
    """Let everybody look into the folders above, whoever made them."""
    for parent in list(folder.parents)[:-1]:
        parent.chmod(parent.stat().st_mode | 0o555)
    return folder


def test_a_picture_without_permission_is_left_out(seen_by_all, request):
    written(seen_by_all / "cat", PNG)
    (seen_by_all / "cat" / "bad.png").chmod(0)
    request.getfixturevalue("nobody")
    data = ImageFolder().open(seen_by_all)
    assert len(data.inputs) == 6
    assert "bad.png cannot be read (permission denied)" in data.warnings[0]


def test_a_class_without_permission_is_named(seen_by_all, request):
    (seen_by_all / "cat").chmod(0)
    request.getfixturevalue("nobody")
    with pytest.raises(DataError, match=r"animals/cat cannot be opened \(permission denied\)"):
        ImageFolder().open(seen_by_all)


def test_a_folder_called_like_a_picture_is_a_folder(folder):
    (folder / "cat" / "x.png").mkdir()
    Image.new("L", (8, 8), 200).save(folder / "cat" / "x.png" / "inner.png")
    assert len(opened(folder).inputs) == 7


def test_links_to_folders_are_not_followed(folder):
    (folder / "cat" / "again").symlink_to(folder)
    (folder / "bird").symlink_to(folder / "dog")
    data = opened(folder)
    assert len(data.inputs) == 6
    assert data.class_names == ("cat", "dog")
    assert "Files that are no picture of a class were left out (2), such as bird." in data.notes


def test_folders_nested_without_end_are_refused(folder, monkeypatch):
    monkeypatch.chdir(folder / "cat")
    for _ in range(300):
        os.mkdir("a" * 200)
        os.chdir("a" * 200)
    with Watch(), pytest.raises(DataError, match="cannot be opened"):
        ImageFolder().open(folder)


def test_names_of_any_bytes_are_read_and_shown(folder):
    os.mkdir(os.fsencode(folder) + b"/\xff\xfe\n")
    with open(os.fsencode(folder) + b"/\xff\xfe\n/\xfa\x1b[31m.png", "wb") as file:
        file.write(b"bad")
    with open(os.fsencode(folder) + b"/\xff\xfe\n/\xfb.png", "wb") as file:
        file.write(PNG)
    data = opened(folder)
    assert data.class_names == ("cat", "dog", r"\udcff\udcfe\n")
    assert data.warnings[0].isprintable()


def test_a_folder_of_bombs_is_refused_quickly(folder):
    for number in range(50):
        written(folder / "cat", png(20_000, 20_000, 1), f"{number}.png")
    with Watch(), pytest.raises(DataError) as caught:
        ImageFolder().open(folder)
    assert "50 of 53 pictures" in str(caught.value)


def test_large_pictures_are_not_all_in_memory_at_once(folder):
    for number in range(4):
        written(folder / "cat", png(3400, 3400, 8, 2), f"{number}.png")
    for path in folder.glob("*/[0-9].png"):
        if path.stat().st_size < 1000:
            path.unlink()
    written(folder / "dog", png(3400, 3400, 8, 2), "9.png")
    Image.core.clear_cache()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = usage("VmRSS")
    assert ImageFolder().open(folder).inputs.shape == (5, 256, 256, 1)
    assert usage("VmHWM") - before < 64 * MEBI


def test_nothing_is_run_or_written(folder, monkeypatch):
    monkeypatch.chdir(folder)
    before = sorted(map(str, folder.rglob("*")))
    written(folder / "cat", pickle.dumps(Bomb()))
    opened(folder)
    (folder / "cat" / "bad.png").unlink()
    assert sorted(map(str, folder.rglob("*"))) == before
