"""SVHN: 99,289 house numbers' digits of 32×32 pixels in colour, cropped; published as two MAT files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.collections.archives import AGAIN
from nnstudio.data.collections.base import Collection, Remote
from nnstudio.data.collections.mat import Variable, load, variables
from nnstudio.data.dataset import Array, DataSet
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale

SIDE = 32
MOST_IMAGES = 100_000
AT_ONCE = 1000  # Images that are put in order together.
_ADDRESS = "https://ufldl.stanford.edu/housenumbers/"


@dataclass(frozen=True)
class Svhn(Collection):
    """99,289 digits of house numbers of 32×32 pixels in colour."""

    kind = "svhn"
    title = "SVHN"
    about = "99,289 digits of house numbers, photographed in the street, of 32×32 pixels in colour."
    source = (
        "Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu, A. Y. Ng: Reading digits in natural images with "
        "unsupervised feature learning. ufldl.stanford.edu/housenumbers. For non-commercial use only."
    )
    samples = (73_257, 26_032)
    class_names = tuple("0123456789")
    # Of the three colours together; the published ones are those of each by itself.
    steps = (Scale(255), Normalise(0.4514, 0.1993))
    files = (
        Remote(
            "train_32x32.mat", (f"{_ADDRESS}train_32x32.mat",), 182_040_794,
            "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
        ),
        Remote(
            "test_32x32.mat", (f"{_ADDRESS}test_32x32.mat",), 64_275_384,
            "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
        ),
    )  # fmt: skip

    def open(self, folder: Path) -> DataSet:
        """Both files as published; the digit 0, which is 10 there, is 0 here."""
        paths = [folder / remote.name for remote in self.files]
        counts = [_count(path) for path in paths]
        pixels = np.empty((sum(counts), SIDE, SIDE, 3), np.uint8)
        labels = np.empty(sum(counts), np.int64)
        for path, count, start in zip(paths, counts, (0, counts[0]), strict=True):
            _read(path, pixels[start : start + count], labels[start : start + count])
        return self.divided(pixels, labels, counts[0], ["The label 10 of the files is the digit 0."])


def _count(path: Path) -> int:
    """The number of images in a file, if it is what it should be."""
    found = {each.name: each for each in variables(path)}
    images, labels = found.get("X"), found.get("y")
    if images is None or labels is None or not _fit(images, labels):
        raise DataError(f"{shown(path)} does not hold images of 32×32 pixels and their labels. {AGAIN}")
    return images.shape[3]


def _fit(images: Variable, labels: Variable) -> bool:
    if len(images.shape) != 4 or images.shape[:3] != (SIDE, SIDE, 3) or images.kind != "uint8":
        return False
    return 0 < images.shape[3] <= MOST_IMAGES and labels.shape == (images.shape[3], 1)


def _read(path: Path, pixels: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
    found = load(path, ("X", "y"))
    images, published = found["X"].T, found["y"]
    if images.shape != (len(pixels), 3, SIDE, SIDE) or published.shape != (len(pixels), 1):
        raise DataError(f"{shown(path)} has changed while it was read. Open it again.")
    labels[:] = _digits(path, published[:, 0])
    for start in range(0, len(pixels), AT_ONCE):
        pixels[start : start + AT_ONCE] = images[start : start + AT_ONCE].transpose(0, 3, 2, 1)


def _digits(path: Path, published: Array) -> Array:
    if not np.isin(published, np.arange(1, 11)).all():
        raise DataError(f"{shown(path)} has a label outside 1 to 10. {AGAIN}")
    return published % 10
