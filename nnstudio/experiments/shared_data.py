"""Data that many processes read: laid down once, then mapped by each of them, so that it is in memory once."""

import os
import pickle
import platform
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.api import Model
from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.dataset import DataSet
from nnstudio.data.mapped import mapped, place_of
from nnstudio.project.project import Project
from nnstudio.training.samples import fingerprint

SMALL = 1 << 12  # Bytes of an array that is not worth a file.


class Unwanted(Exception):
    """Nobody waits for this any more."""


@dataclass(frozen=True)
class Laid:
    """A data set in a folder of this machine, and how it is known again elsewhere."""

    path: str
    fingerprint: str
    named: bool
    """Whether a project can say where the data is from; else it is nowhere but here."""
    place: str
    """Who is at the same place sees the same files."""

    @property
    def is_here(self) -> bool:
        """Whether whoever asks can see the folder, if it is still there."""
        return self.place == _place()

    def see_whether_wanted(self) -> None:
        """Unwanted if the experiment, which takes its folder away when it ends, is over."""
        if self.is_here and not os.path.exists(self.path):
            raise Unwanted


def lay_down(data: DataSet, folder: Path, name: str, named: bool = True) -> Laid:
    """Write a data set into a folder; numbers that are mapped from a file stay where they are."""
    path = folder / f"{name}.data"
    try:
        with open(path, "wb") as file:
            _Pickler(file, folder, name).dump(data)
    except OSError as error:
        raise DataError(
            f"The data could not be laid down for the workers in {shown(folder)} ({_why(error)}). "
            "Free some space there, or let TMPDIR name another folder."
        ) from None
    return Laid(str(path), fingerprint(data), named, _place())


def opened(laid: Laid, project: Project) -> DataSet:
    """The data of a project: as it was laid down or, on another machine, opened by its name."""
    laid.see_whether_wanted()
    return _here(laid) if laid.is_here else _elsewhere(laid, project)


# A worker has one trial after another on the same data; of an earlier experiment nothing is wanted any more.
@lru_cache(maxsize=1)
def _here(laid: Laid) -> DataSet:
    with open(laid.path, "rb") as file:
        data = _Unpickler(file).load()
    assert isinstance(data, DataSet)
    return data


_last: dict[Laid, DataSet] = {}


def _elsewhere(laid: Laid, project: Project) -> DataSet:
    if laid not in _last:
        _last.clear()
        data = _found_again(laid, project)
        _last[laid] = data
    return _last[laid]


def _found_again(laid: Laid, project: Project) -> DataSet:
    if not laid.named:
        raise DataError(
            "The data was given as arrays, which a worker on another machine has not. "
            "Save it in a file that every machine has, or run on this machine alone."
        )
    data = Model(project).data()
    if fingerprint(data) != laid.fingerprint:
        raise DataError(
            f"The worker's machine has other data under the name {shown(project.data)}. "
            "Give every machine the same files."
        )
    return data


class _Pickler(pickle.Pickler):
    """Leaves arrays out: each is a file beside, or stays in the file that it was mapped from."""

    def __init__(self, file: IO[bytes], folder: Path, name: str) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._folder, self._name = folder, name
        self._stored: dict[int, tuple[Any, ...]] = {}

    def persistent_id(self, value: Any) -> tuple[Any, ...] | None:
        """Where an array is found, in place of the array."""
        if not isinstance(value, np.ndarray) or value.nbytes < SMALL or value.dtype.hasobject:
            return None
        # All parts of a small set are one array: it is laid down once.
        if id(value) not in self._stored:
            self._stored[id(value)] = self._place(value)
        return self._stored[id(value)]

    def _place(self, array: NDArray[Any]) -> tuple[Any, ...]:
        if place := place_of(array):
            return str(place[0]), place[1], array.dtype.str, array.shape
        path = self._folder / f"{self._name}-{len(self._stored)}.npy"
        with open(path, "wb") as file:
            # Through the file's own writing: NumPy's shortcut does not say why a disk took only a part.
            np.lib.format.write_array(_Plain(file), array, allow_pickle=False)
        return (str(path),)


class _Plain:
    """A file that NumPy does not see through, so that every write is looked at."""

    def __init__(self, file: IO[bytes]) -> None:
        self.write = file.write


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, place: tuple[Any, ...]) -> NDArray[Any]:
        """The array at a place."""
        path, *rest = place
        if not rest:
            array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
            return array.view(np.ndarray)
        offset, element, shape = rest
        with open(path, "rb") as file:
            return mapped(path, file.fileno(), np.dtype(element), shape, offset)


@cache
def _place() -> str:
    """The machine as it runs since it was started, what of its files can be seen, and by whom."""
    found = [platform.node(), str(os.getuid() if hasattr(os, "getuid") else "")]
    with suppress(OSError):
        found.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        # A container may have the name of its machine, but not its files.
        found.append(os.readlink("/proc/self/ns/mnt"))
    return " ".join(found)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
