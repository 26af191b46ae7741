"""What sets in the form of MNIST share: four IDX files, found in whatever form they lie in their folder."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.collections.base import Collection, Remote
from nnstudio.data.dataset import DataSet
from nnstudio.data.readers.mnist_folder import FILES, PLACES, Images, find, find_all, read_images


class MnistLike(Collection):
    """Small grey images in four IDX files."""

    places: ClassVar[tuple[str, ...]] = PLACES
    """The folders, within its own, in which its files may lie."""
    first_label: ClassVar[int] = 0
    remarks: ClassVar[tuple[str, ...]] = ()
    """What a user should know of how it is read."""

    @classmethod
    def missing(cls, folder: Path) -> tuple[Remote, ...]:
        """Those of the four that are there neither packed nor unpacked."""
        found = find(folder, FILES, cls.places)
        there = [path is not None and os.path.isfile(path) for path in found]
        return tuple(remote for remote, here in zip(cls.files, there, strict=True) if not here)

    def open(self, folder: Path) -> DataSet:
        """The four files as published."""
        return self.of_images(read_images(find_all(folder, FILES, self.places)), folder)

    def of_images(self, images: Images, folder: Path) -> DataSet:
        """The data set of these images, if they are of its size and classes."""
        if images.pixels.shape[1:3] != (28, 28):
            raise DataError(f"The images in {shown(folder)} are not of 28×28 pixels. Take the files of {self.title}.")
        labels = images.labels
        labels -= self.first_label
        if labels.min() < 0 or labels.max() >= len(self.class_names):
            last = self.first_label + len(self.class_names) - 1
            raise DataError(
                f"The labels in {shown(folder)} are not all from {self.first_label} to {last}. "
                f"Take the files of {self.title}."
            )
        return self.divided(images.pixels, labels, images.train, self.remarks)


def remotes(published: Sequence[tuple[int, str, str]], addresses: Sequence[str]) -> tuple[Remote, ...]:
    """The four files in their usual order, each with its size, its SHA-256 and that of what it holds, if known."""
    return tuple(
        Remote(f"{name}.gz", tuple(f"{address}{name}.gz" for address in addresses), *known)
        for name, known in zip(FILES, published, strict=True)
    )
