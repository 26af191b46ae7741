"""What a collection is: a published data set that is fetched on request into the user's data folder."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from nnstudio.core.fields import Configured
from nnstudio.core.registry import Family
from nnstudio.data.dataset import Array, DataSet
from nnstudio.data.home import data_home
from nnstudio.data.preparation.base import Preparation


@dataclass(frozen=True)
class Remote:
    """One published file: where it is offered, and how it is known to be right."""

    name: str
    """Its name in the collection's folder."""
    addresses: tuple[str, ...]
    """https addresses of the same file, tried one after another."""
    size: int
    """The bytes of the file as it is offered."""
    sha256: str
    """Of the file as it is offered."""
    content: str = ""
    """For a .gz, the SHA-256 of what it holds: where given, any wrapping of the same bytes is right."""


class Collection(Configured):
    """A published data set. Its kind is the name that a user types, its declared fields are its options."""

    noun: ClassVar[str] = "data set"

    about: ClassVar[str] = ""
    """One line for the list."""
    source: ClassVar[str] = ""
    """Who made it, where it is described, and under which licence."""
    files: ClassVar[tuple[Remote, ...]] = ()
    folder_name: ClassVar[str] = ""
    """The folder of its files, where it differs from the kind: sets that are published in one file share it."""
    samples: ClassVar[tuple[int, int]] = (0, 0)
    """How many were published, to train and to test."""
    class_names: ClassVar[tuple[str, ...]] = ()
    steps: ClassVar[tuple[Preparation, ...]] = ()
    """The preparation that suits it."""

    @classmethod
    def home(cls) -> Path:
        """The folder in which its files are looked for."""
        return data_home() / (cls.folder_name or cls.kind)

    @classmethod
    def missing(cls, folder: Path) -> tuple[Remote, ...]:
        """The files that are not there yet, in any form that `open` can read."""
        return tuple(remote for remote in cls.files if not os.path.isfile(folder / remote.name))

    def open(self, folder: Path) -> DataSet:
        """The data set from its files, with its official parts."""
        raise NotImplementedError

    def divided(
        self, inputs: Array, targets: Array, train: int, notes: Sequence[str] = (), input_names: Sequence[str] = ()
    ) -> DataSet:
        """The data set, its first `train` samples to train and the others to test, as they were published."""
        numbers = np.arange(len(targets), dtype=np.intp)
        parts = {"train": numbers[:train], "test": numbers[train:]}
        return DataSet(
            self.kind, inputs, targets, self.class_names, parts, self.steps, tuple(notes),
            self._warnings(train, len(targets) - train), tuple(input_names),
        )  # fmt: skip

    def _warnings(self, train: int, test: int) -> tuple[str, ...]:
        if (train, test) == self.samples:
            return ()
        published = " and ".join(f"{count:,}" for count in self.samples)
        return (f"{train:,} samples train and {test:,} test, but {self.title} was published with {published}.",)


@cache
def collections() -> Family[Collection]:
    """All collections, ours and the plugins'."""
    return Family(Collection, "nnstudio.data.collections", "nnstudio.collections", "data set")
