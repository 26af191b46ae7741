"""EMNIST: handwritten digits and letters of 28×28 pixels; three of its sets, all published in one zip archive."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.collections.archives import ZipMember
from nnstudio.data.collections.base import Remote
from nnstudio.data.collections.mnist_like import MnistLike
from nnstudio.data.dataset import DataSet
from nnstudio.data.idx import Place
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.mnist_folder import find, find_all, read_images

ARCHIVE = Remote(
    "gzip.zip",
    (
        "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
    ),
    561_753_746,
    "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
)

_UPRIGHT = "The images, published with rows and columns exchanged, were turned upright."

AT_ONCE = 4096  # Images that are turned together: the pixels are in memory only once.


class Emnist(MnistLike):
    """One of the sets in the archive."""

    set_name: ClassVar[str]
    """What the set is called in the names of its files."""
    folder_name = "emnist"
    places = (".", "gzip", "raw", "raw/gzip", "EMNIST/raw", "EMNIST/raw/gzip")
    source = (
        "G. Cohen, S. Afshar, J. Tapson, A. van Schaik: EMNIST, an extension of MNIST to handwritten letters. "
        "https://www.nist.gov/itl/products-and-services/emnist-dataset."
    )
    files = (ARCHIVE,)

    @classmethod
    def missing(cls, folder: Path) -> tuple[Remote, ...]:
        """The archive, unless it is there, or the four files of the set without it."""
        return () if os.path.isfile(folder / ARCHIVE.name) or cls._loose(folder) else cls.files

    def open(self, folder: Path) -> DataSet:
        """The four files of the set, from the archive or taken out of it by hand, with every image upright."""
        names = self._names()
        places: Sequence[Place]
        if os.path.isfile(folder / ARCHIVE.name) and not self._loose(folder):
            places = [ZipMember(folder / ARCHIVE.name, f"gzip/{name}.gz") for name in names]
        else:
            places = find_all(folder, names, self.places)
        data = self.of_images(read_images(places), folder)
        _turn(data.inputs)
        return data

    @classmethod
    def _names(cls) -> list[str]:
        parts = ("train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1")
        return [f"emnist-{cls.set_name}-{part}-ubyte" for part in parts]

    @classmethod
    def _loose(cls, folder: Path) -> bool:
        return all(path and os.path.isfile(path) for path in find(folder, cls._names(), cls.places))


def _turn(pixels: NDArray[np.uint8]) -> None:
    """Exchange rows and columns: EMNIST is published that way round."""
    for start in range(0, len(pixels), AT_ONCE):
        some = pixels[start : start + AT_ONCE]
        some[...] = some.transpose(0, 2, 1, 3).copy()


@dataclass(frozen=True)
class EmnistBalanced(Emnist):
    """131,600 handwritten digits and letters, each of 47 classes as often."""

    kind = "emnist-balanced"
    title = "EMNIST balanced"
    about = "131,600 handwritten digits and letters of 28×28 pixels, 47 classes, each as often."
    set_name = "balanced"
    samples = (112_800, 18_800)
    class_names = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt")
    remarks = (_UPRIGHT, "The classes C I J K L M O P S U V W X Y Z hold small letters too.")
    steps = (Scale(255), Normalise(0.1751, 0.3332))


@dataclass(frozen=True)
class EmnistDigits(Emnist):
    """280,000 handwritten digits."""

    kind = "emnist-digits"
    title = "EMNIST digits"
    about = "280,000 handwritten digits of 28×28 pixels: four times as many as MNIST has."
    set_name = "digits"
    remarks = (_UPRIGHT,)
    samples = (240_000, 40_000)
    class_names = tuple("0123456789")
    steps = (Scale(255), Normalise(0.1733, 0.3317))


@dataclass(frozen=True)
class EmnistLetters(Emnist):
    """145,600 handwritten letters."""

    kind = "emnist-letters"
    title = "EMNIST letters"
    about = "145,600 handwritten letters of 28×28 pixels, 26 classes."
    set_name = "letters"
    samples = (124_800, 20_800)
    class_names = tuple(ascii_uppercase)
    first_label = 1
    remarks = (_UPRIGHT, "Each class holds capital and small letters.")
    steps = (Scale(255), Normalise(0.1722, 0.3309))
