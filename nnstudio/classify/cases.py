"""Test cases: drawings whose class is known, kept as pictures in a folder that can be opened as data as well."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.classify.sheet import WHITE
from nnstudio.classify.stored import Stored
from nnstudio.core.errors import DataError
from nnstudio.core.files import shown, write_atomically
from nnstudio.data.picture_fit import Wanted
from nnstudio.data.pictures import has_colour, header_of, read_picture, silence
from nnstudio.data.sources import place_of

MOST = 1000  # Cases that are looked at in one folder.
LARGEST = 4096  # Pixels of a side.
ENDING = ".png"
UNFIT = frozenset('/\\:*?"<>|')  # Letters that no file system, or not every one, takes in a name.
TRAINING = ("train", "training")


@dataclass(frozen=True, eq=False)
class Case:
    """A picture as it goes into the network, before its numbers are prepared, and what it shows."""

    path: Path
    label: str
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class Found:
    """The cases of a folder, and how many of its pictures cannot be used."""

    cases: tuple[Case, ...]
    unfit: int = 0


def save_case(folder: Path, label: str, pixels: NDArray[np.uint8]) -> Path:
    """Keep a picture, (height, width) or with channels behind, as `folder/CLASS/drawn-0001.png`; gives back its file.

    The folder is one that `nnstudio` opens as data once it holds pictures of two classes.
    """
    home = Path(folder) / folder_name(label)
    try:
        home.mkdir(parents=True, exist_ok=True)
        names = set(os.listdir(home))
    except (OSError, ValueError) as reason:
        why = (getattr(reason, "strerror", None) or str(reason)).lower()
        raise DataError(f"The folder {shown(home)} cannot be made or read ({why}). Choose another.") from None
    path = home / next(name for name in _names() if name not in names)
    write_atomically(path, _png_of(pixels), DataError)
    return path


def cases_in(folder: Path, class_names: Sequence[str]) -> Found:
    """All cases whose class the network knows, by class and name; pictures that cannot be read are only counted."""
    cases: list[Case] = []
    unfit = 0
    for label in class_names:
        for path in _pictures_of(Path(folder) / folder_name(label)):
            if len(cases) == MOST:
                return Found(tuple(cases), unfit)
            try:
                cases.append(Case(path, label, read_pixels(path)))
            except DataError:
                unfit += 1
    return Found(tuple(cases), unfit)


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """A picture as it is: (height, width) in grey, (height, width, 3) where it has colour."""
    header = header_of(str(path))
    if max(header.height, header.width) > LARGEST:
        raise DataError(f"{shown(path)} is larger than {LARGEST:,} pixels. Make it smaller.")
    with silence():
        colour = has_colour(str(path))
    high, wide = (header.width, header.height) if header.orientation >= 5 else (header.height, header.width)
    pixels = read_picture(str(path), Wanted(high, wide, "stretch", colour))
    return pixels if colour else pixels[:, :, 0]


def pixels_of(sample: NDArray[Any], stored: Stored) -> NDArray[np.uint8]:
    """A sample as the data stores it, as a picture that any program shows."""
    share = (np.asarray(sample, np.float64) - stored.low) / (stored.high - stored.low)
    pixels = np.rint(share.clip(0, 1) * WHITE).astype(np.uint8).reshape(stored.picture)
    return pixels if stored.picture[2] > 1 else pixels[:, :, 0]


def sample_of(pixels: NDArray[np.uint8], stored: Stored) -> NDArray[Any] | None:
    """The other way round; None for a picture of another size."""
    height, width, channels = stored.picture
    if pixels.shape[:2] != (height, width) or (channels == 1 and pixels.ndim > 2):
        return None
    share = pixels.astype(np.float64) / WHITE
    if channels > 1 and pixels.ndim == 2:
        share = np.repeat(share[..., np.newaxis], channels, axis=2)
    numbers = stored.low + share.reshape(stored.shape) * (stored.high - stored.low)
    dtype = np.dtype(stored.dtype)
    return numbers.astype(dtype) if dtype.kind == "f" else np.rint(numbers).astype(dtype)


def folder_of_data(source: str, label: str) -> Path:
    """The folder of a project's data that a picture of this class can be added to; a DataError says what to do."""
    what = "Drawings can be added to data that are a folder of pictures, with one sub-folder for each class"
    try:
        folder = place_of(source)[0]
    except DataError:
        raise DataError(f"{what}. Save this one as a test case, and choose that folder as data.") from None
    for home in (folder, *(folder / name for name in TRAINING)):
        if (home / folder_name(label)).is_dir():
            return home
    raise DataError(
        f"{what}, but {shown(folder)} has no sub-folder {shown(folder_name(label))}. "
        "Save the drawing as a test case instead, and choose that folder as data."
    )


def stamp_of(source: str) -> tuple[tuple[str, int], ...]:
    """Where data are a folder with sub-folders: each of these with the time at which a file was added or removed."""
    try:
        folder = place_of(source)[0]
    except DataError:
        return ()
    found: list[tuple[str, int]] = []
    for home in (folder, *(folder / name for name in TRAINING)):
        with suppress(OSError, ValueError), os.scandir(home) as entries:
            some = islice(entries, MOST)
            found += [(each.path, each.stat().st_mtime_ns) for each in some if each.is_dir(follow_symlinks=False)]
    return tuple(sorted(found))


def folder_name(label: str) -> str:
    """A class as a folder may be called: with no letter that means something to the file system."""
    kept = "".join("_" if letter in UNFIT or not letter.isprintable() else letter for letter in label).strip()
    kept = kept.rstrip(".")[:100]
    return f"_{kept}" if not kept or kept.startswith(".") else kept


def _names() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"drawn-{number:04}{ENDING}"


def _pictures_of(folder: Path) -> list[Path]:
    try:
        names = sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []
    return [folder / name for name in names if name.lower().endswith(ENDING) and not name.startswith(".")]


def _png_of(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    flat = pixels[:, :, 0] if pixels.ndim > 2 and pixels.shape[2] == 1 else pixels
    content = BytesIO()
    Image.fromarray(np.ascontiguousarray(flat)).save(content, "PNG")
    return content.getvalue()
