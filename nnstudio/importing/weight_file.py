"""A file with weights, whatever its format: the shapes of its arrays at once, their numbers when they are wanted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from nnstudio.core.errors import StudioError
from nnstudio.core.files import opened, shown
from nnstudio.data.npz import Npz, opened_npz
from nnstudio.importing.safetensors_file import opened_safetensors
from nnstudio.layers.shapes import Array, Shape

MOST_ARRAYS = 20_000
PICKLES = (b"\x80\2", b"\x80\3", b"\x80\4", b"\x80\5")
HDF5 = b"\x89HDF"
NUMPY = b"\x93NUMPY"
SAVE = "Save the weights with safetensors, or with np.savez."


class WeightFile(Protocol):
    """An open file with weights."""

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of every array."""

    def read(self, name: str) -> Array:
        """The numbers of an array."""


class _NpzWeights:
    def __init__(self, npz: Npz) -> None:
        self._npz = npz

    @property
    def shapes(self) -> Mapping[str, Shape]:
        return {key: self._npz.header(key).shape for key in self._npz.keys}

    def read(self, name: str) -> Array:
        return self._npz.read(name)


@contextmanager
def opened_weights(path: Path) -> Iterator[WeightFile]:
    """An npz or safetensors file; anything else is refused in one sentence, and nothing is ever unpickled."""
    start = _start(path)
    if start.startswith(b"PK"):
        with opened_npz(path, MOST_ARRAYS) as npz:
            yield _NpzWeights(npz)
        return
    with opened_safetensors(path) as file:
        yield file


def _start(path: Path) -> bytes:
    with opened(path) as file:
        start = file.read(16)
    if not start:
        raise StudioError(f"{shown(path)} is empty. {SAVE}")
    if path.suffix.lower() in (".pt", ".pth", ".ckpt", ".pkl", ".pickle") or start.startswith(PICKLES):
        raise StudioError(f"{shown(path)} is a pickle, which could run a program and is never read. {SAVE}")
    if start.startswith(HDF5):
        raise StudioError(f"{shown(path)} is an HDF5 file, which is not read here. {SAVE}")
    if start.startswith(NUMPY):
        raise StudioError(f"{shown(path)} is a single array without a name. {SAVE}")
    return start
