"""CIFAR-10: 60,000 colour photographs of 32×32 pixels, in its binary version."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.collections.archives import AGAIN, opened_tar
from nnstudio.data.collections.base import Collection, Remote
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.streams import Plain, Readable

BATCHES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
FOLDER = "cifar-10-batches-bin"
ARCHIVES = ("cifar-10-binary.tar.gz", "cifar-10-binary.tar")

SIDE = 32
RECORD = 1 + 3 * SIDE * SIDE  # The class, then all red, all green and all blue pixels.
MOST_RECORDS = 10_000
AT_ONCE = 500  # Records that are read together.
# The archive has 8 files and a folder; its contents take 184 MB.
MOST_MEMBERS, MOST_BYTES = 100, 256 * 2**20

_PYTHON_SIGNS = ("cifar-10-batches-py", "cifar-10-python.tar.gz", *(name.removesuffix(".bin") for name in BATCHES))


@dataclass(frozen=True)
class Cifar10(Collection):
    """60,000 colour photographs of 32×32 pixels."""

    kind = "cifar-10"
    title = "CIFAR-10"
    about = "60,000 colour photographs of animals and vehicles of 32×32 pixels."
    source = (
        "A. Krizhevsky: Learning multiple layers of features from tiny images. "
        "https://www.cs.toronto.edu/~kriz/cifar.html. No licence is stated."
    )
    samples = (50_000, 10_000)
    class_names = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    steps = (Scale(255), Normalise(0.4734, 0.2516))
    files = (
        Remote(
            ARCHIVES[0],
            (
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                "https://cave.cs.toronto.edu/kriz/cifar-10-binary.tar.gz",
                "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
            ),
            170_052_171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        ),
    )

    @classmethod
    def missing(cls, folder: Path) -> tuple[Remote, ...]:
        """The archive, unless it is there, or its six files without it."""
        return () if _archive(folder) or _loose(folder) else cls.files

    def open(self, folder: Path) -> DataSet:
        """The six files, from the archive or taken out of it by hand."""
        if paths := _loose(folder):
            batches = _Batches(paths[0].parent)
            for path in paths:
                batches.add_file(path)
        elif archive := _archive(folder):
            batches = _Batches(archive)
            batches.add_archive()
        else:
            _refuse(folder)
        pixels, labels = batches.put_together()
        return self.divided(pixels, labels, len(labels) // len(BATCHES) * 5)


class _Batches:
    """The six files, read in any order into one array."""

    def __init__(self, origin: Path) -> None:
        self._origin = origin
        self._there: set[str] = set()
        self._each = 0
        self._pixels = np.empty((0, SIDE, SIDE, 3), np.uint8)
        self._labels = np.empty(0, np.int64)

    def add_archive(self) -> None:
        with opened_tar(self._origin, MOST_MEMBERS, MOST_BYTES) as archive:
            for member in archive:
                name = member.name.removeprefix("./").removeprefix(f"{FOLDER}/")
                if name in BATCHES:
                    self._add(name, member.size, archive.fill)
                elif Path(name).name in _PYTHON_SIGNS:
                    _refuse_python_version(self._origin)

    def add_file(self, path: Path) -> None:
        with opened(path, DataError) as file:
            size = os.fstat(file.fileno()).st_size
            contents = Plain(cast(Readable, file), size)

            def fill(target: memoryview) -> None:
                if contents.fill(target) < len(target):
                    raise DataError(f"{shown(path)} has changed while it was read. Open it again.")

            self._add(path.name, size, fill)

    def put_together(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        if missing := [name for name in BATCHES if name not in self._there]:
            raise DataError(f"{shown(self._origin)} lacks {', '.join(missing)}. {AGAIN}")
        return self._pixels, self._labels

    def _add(self, name: str, size: int, fill: Callable[[memoryview], None]) -> None:
        images = self._checked(name, size)
        place = BATCHES.index(name) * self._each
        records = np.empty((min(AT_ONCE, images), RECORD), np.uint8)
        for start in range(place, place + images, AT_ONCE):
            some = records[: place + images - start]
            fill(some.reshape(-1).data)
            if some[:, 0].max() > 9:
                raise DataError(f"{name} in {shown(self._origin)} has a class above 9: it is not of CIFAR-10. {AGAIN}")
            self._labels[start : start + len(some)] = some[:, 0]
            planes = some[:, 1:].reshape(-1, 3, SIDE, SIDE)
            self._pixels[start : start + len(some)] = planes.transpose(0, 2, 3, 1)
        self._there.add(name)

    def _checked(self, name: str, size: int) -> int:
        """How many images a file of this size has: as many as the others."""
        images, rest = divmod(size, RECORD)
        if rest or not 0 < images <= MOST_RECORDS or (self._each and images != self._each) or name in self._there:
            expected = f"{(self._each or MOST_RECORDS) * RECORD:,}"
            raise DataError(
                f"{name} in {shown(self._origin)} has {size:,} bytes instead of {expected}, or is there twice. {AGAIN}"
            )
        if not self._each:
            self._each = images
            self._pixels = np.empty((len(BATCHES) * images, SIDE, SIDE, 3), np.uint8)
            self._labels = np.empty(len(BATCHES) * images, np.int64)
        return images


def _archive(folder: Path) -> Path | None:
    return next((folder / name for name in ARCHIVES if os.path.isfile(folder / name)), None)


def _loose(folder: Path) -> list[Path]:
    """The six files outside an archive, if all are there."""
    for place in (folder, folder / FOLDER):
        paths = [place / name for name in BATCHES]
        if all(os.path.isfile(path) for path in paths):
            return paths
    return []


def _refuse(folder: Path) -> NoReturn:
    if any(os.path.lexists(folder / sign) for sign in _PYTHON_SIGNS):
        _refuse_python_version(folder)
    raise DataError(f"{shown(folder)} does not hold {ARCHIVES[0]}. Fetch it, or put it there.")


def _refuse_python_version(where: Path) -> NoReturn:
    raise DataError(
        f"{shown(where)} holds the Python version of CIFAR-10, which could run any program when it is read. "
        f"Take the binary version, {ARCHIVES[0]}."
    )
