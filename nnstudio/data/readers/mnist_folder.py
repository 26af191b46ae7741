"""A folder with the four IDX files of MNIST, or of a set laid out like it, such as Fashion-MNIST."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.dataset import DataSet
from nnstudio.data.idx import LIMIT, Header, Place, read_header, read_idx, read_idx_into
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.base import MOST_NAMES, Look, Reader, name_of

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

# torchvision keeps the files two folders further down.
PLACES = (".", "raw", "MNIST/raw")
_SIGNS = ("*-images[-.]idx?-ubyte*", "*-labels[-.]idx?-ubyte*")


@dataclass(frozen=True)
class MnistFolder(Reader):
    """A folder with the four files of MNIST, or of a set published in the same form."""

    title = "MNIST folder"
    rank = 1
    reads = "a folder with the four MNIST files"
    example = "mnist/"

    @classmethod
    def takes(cls, look: Look) -> bool:
        """One of the files, or torchvision's folder for them, is enough: the message then says which are missing."""
        names = [*look.names, *(Path(name).name for name in _further_down(look))]
        return look.is_folder and any(fnmatch(name, sign) for name in names for sign in _SIGNS)

    def open(self, path: Path, name: str = "") -> DataSet:
        """Both pairs of files as one data set: `train` and `test` as published, pixels as they are stored."""
        images = read_images(find_all(path))
        classes = tuple(str(number) for number in range(max(2, int(images.labels.max()) + 1)))
        numbers = np.arange(len(images.labels), dtype=np.intp)
        parts = {"train": numbers[: images.train], "test": numbers[images.train :]}
        steps = _preparation(images.pixels.shape[1:3])
        return DataSet(name or name_of(path), images.pixels, images.labels, classes, parts, steps)


def _further_down(look: Look) -> Iterator[str]:
    """What is in torchvision's folder, if there is one."""
    for place in PLACES[1:]:
        if place.split("/")[0] in look.names:
            with suppress(OSError), os.scandir(look.path / place) as entries:
                yield from (entry.name for entry in islice(entries, MOST_NAMES))


@dataclass(frozen=True, eq=False)
class Images:
    """Grey images (samples, height, width, 1) and their labels; the first `train` of them are the training part."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    train: int


def find(folder: Path, files: Sequence[str] = FILES, places: Sequence[str] = PLACES) -> list[Path | None]:
    """Where each file is, packed or not, with a dot in its name or without; None where there is none."""
    found = [_candidates(folder, name, places) for name in files]
    return [paths[0] if paths else None for paths in found]


def find_all(folder: Path, files: Sequence[str] = FILES, places: Sequence[str] = PLACES) -> list[Path]:
    """The same, but a DataError names those that are missing."""
    try:
        os.scandir(folder).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name is possible"
        raise DataError(f"The folder {shown(folder)} cannot be opened ({reason}). Choose another.") from None
    found = find(folder, files, places)
    missing = [f"{name}.gz" for name, path in zip(files, found, strict=True) if path is None]
    if missing:
        raise DataError(
            f"The folder {shown(folder)} lacks {', '.join(missing)}. Put what is missing there, packed or not."
        )
    return [path for path in found if path is not None]


def read_images(places: Sequence[Place]) -> Images:
    """Training images, training labels, test images and test labels, put together."""
    train, test = _pair(*places[:2]), _pair(*places[2:])
    if train.size != test.size:
        raise DataError(
            f"{shown(str(train.images))} has images of {_by(train.size)} pixels, but {shown(str(test.images))} of "
            f"{_by(test.size)}. Take both from the same data set."
        )
    if (train.count + test.count) * train.size[0] * train.size[1] > LIMIT:
        raise DataError(
            f"{shown(str(train.images))} and {shown(str(test.images))} take more than 4 GiB together. "
            "Choose a smaller data set."
        )
    return _read(train, test)


@dataclass(frozen=True)
class _Pair:
    """Images and the labels that belong to them."""

    images: Place
    labels: Place
    count: int
    size: tuple[int, int]


def _candidates(folder: Path, name: str, places: Sequence[str]) -> list[Path]:
    spellings = (name, f"{name}.gz", name.replace("-idx", ".idx"), f"{name.replace('-idx', '.idx')}.gz")
    paths = [folder / place / spelling for place, spelling in product(places, spellings)]
    # Files first: some archives unpack each file into a folder of the same name. Anything else still gets its message.
    return sorted(filter(os.path.lexists, paths), key=lambda path: not os.path.isfile(path))


def _pair(images: Place, labels: Place) -> _Pair:
    pictures, answers = read_header(images), read_header(labels)
    _check_images(images, pictures)
    _check_labels(labels, answers)
    if pictures.shape[0] != answers.shape[0]:
        raise DataError(
            f"{shown(str(images))} has {pictures.shape[0]:,} images, but {shown(str(labels))} has "
            f"{answers.shape[0]:,} labels. Take both from the same data set."
        )
    return _Pair(images, labels, pictures.shape[0], (pictures.shape[1], pictures.shape[2]))


def _check_images(place: Place, header: Header) -> None:
    name = shown(str(place))
    if len(header.shape) == 1:
        raise DataError(f"{name} holds labels, not images. Perhaps the two files were swapped: rename them.")
    if len(header.shape) != 3 or header.element != np.uint8:
        raise DataError(f"{name} does not hold grey images of one byte a pixel. Choose another data set.")
    if not header.nbytes:
        raise DataError(f"{name} holds no images. Download or copy it again.")


def _check_labels(place: Place, header: Header) -> None:
    name = shown(str(place))
    if len(header.shape) == 3:
        raise DataError(f"{name} holds images, not labels. Perhaps the two files were swapped: rename them.")
    if len(header.shape) != 1 or header.element.kind not in "iu":
        raise DataError(f"{name} does not hold one whole number for each image. Choose another data set.")


def _read(train: _Pair, test: _Pair) -> Images:
    height, width = train.size
    try:
        # One array for both files, filled in place: the pixels are in memory only once.
        pixels = np.empty((train.count + test.count, height, width, 1), np.uint8)
    except MemoryError:
        raise DataError(f"{shown(str(train.images))} does not fit into memory. Close other programs first.") from None
    read_idx_into(train.images, pixels[: train.count, ..., 0])
    read_idx_into(test.images, pixels[train.count :, ..., 0])
    return Images(pixels, np.concatenate([_labels(train), _labels(test)]), train.count)


def _labels(pair: _Pair) -> NDArray[np.int64]:
    labels: NDArray[Any] = read_idx(pair.labels)
    name = shown(str(pair.labels))
    if labels.shape != (pair.count,):
        raise DataError(f"{name} has changed while it was read. Open it again.")
    if labels.min() < 0 or labels.max() > 255:
        raise DataError(f"{name} has a label outside 0 to 255. Choose another data set.")
    return labels.astype(np.int64)


def _preparation(size: tuple[int, ...]) -> tuple[Preparation, ...]:
    # The mean and deviation of MNIST's own training pixels, as the lecture's reference run has them.
    return (Scale(255), Normalise(0.1307, 0.3081)) if size == (28, 28) else (Scale(255),)


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"
