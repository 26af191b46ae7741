"""One picture, read safely into an array of a wanted size and colour: PNG, JPEG, BMP, GIF or TIFF, by its content."""

import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.picture_fit import GAP, Wanted, fitted
from nnstudio.data.picture_gif_bmp import bmp_header, gif_header
from nnstudio.data.picture_header import (
    AGAIN,
    DAMAGED,
    MOST_FILE,
    MOST_MEMORY,
    Header,
    Pieces,
    Unfit,
    check,
    check_memory,
    memory,
)
from nnstudio.data.picture_jpeg import jpeg_header
from nnstudio.data.picture_png import png_header
from nnstudio.data.picture_tiff import tiff_header

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

KINDS: dict[bytes, Callable[[BinaryIO, int], Header]] = {
    b"\x89PNG\r\n\x1a\n": png_header,
    b"\xff\xd8\xff": jpeg_header,
    b"GIF87a": gif_header,
    b"GIF89a": gif_header,
    b"BM": bmp_header,
    b"II*\0": tiff_header,
    b"MM\0*": tiff_header,
}
OTHERS = {
    b"<": "is a web page or a drawing (SVG), not a picture",
    b"PK": "is a zip archive, not a picture",
    b"RIFF": "is perhaps a WebP picture, a kind that is not read",
    b"II+\0": "is a BigTIFF picture, a kind that is not read",
    b"MM\0+": "is a BigTIFF picture, a kind that is not read",
}
INSTEAD = "Save it as PNG, or remove it."

# Bytes that Pillow keeps for a pixel of each kind that is read.
MODES = {
    "1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2, "LA": 4, "PA": 4, "RGB": 4, "RGBA": 4,
    "RGBX": 4, "La": 4, "RGBa": 4, "CMYK": 4, "YCbCr": 4,
}  # fmt: skip

COLOURED = 16  # How far red, green and blue of a pixel are apart, at least, where there is colour.
_LOOKED_AT = Wanted(64, 64, "stretch", colour=True)

# Pillow logs what it thinks of a damaged file; where nobody listens, Python would print it.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def looks_like_picture(start: bytes) -> bool:
    """Whether the first bytes of a file are those of a picture that can be read."""
    return start.startswith(tuple(KINDS))


def header_of(path: str) -> Header:
    """Kind and size of a picture that can be decoded at little cost; of any other, a DataError says why not."""
    with _named(path) as file:
        return _header(file)


def read_picture(path: str, wanted: Wanted) -> NDArray[np.uint8]:
    """A picture as (height, width, 1 or 3); a DataError says what is wrong with it."""
    with silence():
        return decoded(path, wanted)


def cost(header: Header, wanted: Wanted) -> int:
    """The bytes of memory that it takes to decode a picture for this."""
    return memory(header, *_decoded_size(header, wanted.target((header.width, header.height), header.orientation)))


def has_colour(path: str) -> bool:
    """Whether the picture, made small, has a pixel that is not grey; within `silence`."""
    return bool(np.ptp(decoded(path, _LOOKED_AT), axis=2).max() > COLOURED)


@contextmanager
def silence() -> Iterator[None]:
    """Let Pillow's warnings pass: what matters of them is said in our words. It holds for all threads."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def decoded(path: str, wanted: Wanted) -> NDArray[np.uint8]:
    """What `read_picture` gives, but for threads, which share one `silence`."""
    with _named(path) as file:
        header = _header(file)
        try:
            with _opened(file, header) as image:
                return _read(image, header, wanted)
        except (Unfit, DataError):
            raise
        except MemoryError:
            raise Unfit("does not fit into memory. Close other programs first.") from None
        # A damaged file may make the decoder fail in any way; none of them is a fault of ours or of the learner.
        except Exception:
            raise Unfit(DAMAGED) from None


@contextmanager
def _named(path: str) -> Iterator[BinaryIO]:
    with opened(Path(path), DataError) as file:
        try:
            yield file
        except Unfit as reason:
            raise DataError(f"{shown(path)} {reason}") from None


def _header(file: BinaryIO) -> Header:
    size = os.fstat(file.fileno()).st_size
    start = file.read(16)
    for signature, read in KINDS.items():
        if start.startswith(signature):
            if size > MOST_FILE and read not in (tiff_header, bmp_header):
                raise Unfit(f"is larger than {MOST_FILE // 2**20} MiB. Make it smaller, or remove it.")
            header = read(file, size)
            check(header)
            return header
    raise Unfit(_instead_of_picture(start))


def _instead_of_picture(start: bytes) -> str:
    if not start:
        return f"is empty. {AGAIN}"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    what = next((what for sign, what in OTHERS.items() if text.startswith(sign)), "")
    return f"{what or 'is not a PNG, JPEG, BMP, GIF or TIFF picture'}. {INSTEAD}"


def _opened(file: BinaryIO, header: Header) -> "Picture":
    from PIL import Image, TiffImagePlugin  # noqa: F401 -- or Pillow would load all its formats for this one

    # libtiff reads the file itself.
    whole = header.kind == "TIFF"
    image = Image.open(file if whole else Pieces(file, header.pieces), formats=(header.kind,))  # type: ignore[arg-type]
    if image.mode not in MODES:
        raise Unfit(f"has pixels of a kind that is not read. {INSTEAD}")
    if image.size != (header.width, header.height) or MODES[image.mode] > header.stored:
        raise Unfit(DAMAGED)
    return image


def _read(image: "Picture", header: Header, wanted: Wanted) -> NDArray[np.uint8]:
    target = wanted.target(image.size, header.orientation)
    image.draft(None, _decoded_size(header, target)[::-1])
    check_memory(header, image.height, image.width)
    image.load()
    return fitted(image, target, header.orientation, wanted)


def _decoded_size(header: Header, target: tuple[int, int]) -> tuple[int, int]:
    """Height and width to decode at: of a large JPEG a half, a quarter or an eighth, well above what is wanted."""
    height, width = header.height, header.width
    # Nearer to what is wanted only where there is not room enough.
    for gap in range(GAP if header.kind == "JPEG" else 0, 0, -1):
        most = min(8, header.width // (gap * target[0]), header.height // (gap * target[1]))
        scale = 1 << max(0, most.bit_length() - 1)
        height, width = header.height // scale, header.width // scale
        if memory(header, height, width) <= MOST_MEMORY:
            break
    return height, width
