"""MAT files of MATLAB's version 5: what they state is checked here; SciPy, an extra, then reads them."""

import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.extras import how_to_install
from nnstudio.core.files import opened, shown
from nnstudio.data.collections.archives import AGAIN, check_start
from nnstudio.data.dataset import Array
from nnstudio.data.streams import BEST_RATIO

MOST_VARIABLES = 8

_START = 128  # Bytes before the first variable.
_HEAD = 256  # Bytes that surely hold the head of a variable with a short name.
_MATRIX, _PACKED = 14, 15
# The types that numbers are stored in, and their bytes.
_BYTES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8}
_KINDS = {6: "double", 9: "uint8"}


@dataclass(frozen=True)
class Variable:
    """What a MAT file states of an array."""

    name: str
    shape: tuple[int, ...]
    kind: str


def variables(path: Path) -> list[Variable]:
    """The arrays in a MAT file. What SciPy would take as much memory for as the file says is checked before it does."""
    with opened(path, DataError) as file:
        size = os.fstat(file.fileno()).st_size
        _check_version(path, file.read(_START))
        found: list[Variable] = []
        place = _START
        try:
            while place < size:
                file.seek(place)
                kind, length = struct.unpack("<II", file.read(8))
                place += 8 + length
                if place > size or len(found) == MOST_VARIABLES:
                    raise ValueError
                found.append(_variable(file, kind, length))
        except (ValueError, LookupError, struct.error, zlib.error):
            raise DataError(f"{shown(path)} is incomplete, damaged, or holds more than it should. {AGAIN}") from None
    if len({each.name for each in found}) < len(found):
        raise DataError(f"{shown(path)} holds two arrays of the same name. {AGAIN}")
    return found


def load(path: Path, names: Sequence[str]) -> Mapping[str, Array]:
    """The arrays of these names, as SciPy reads them; `variables` must have found them."""
    try:
        loadmat = import_module("scipy.io").loadmat
    except ImportError:
        raise DataError(f"MAT files are read by SciPy. {how_to_install('svhn')}") from None
    with opened(path, DataError) as file:
        try:
            found = loadmat(file, variable_names=list(names))
            return {name: np.asarray(found[name]) for name in names}
        # SciPy says in many ways that it does not understand a file.
        except Exception:
            raise DataError(f"{shown(path)} is damaged. {AGAIN}") from None


def _check_version(path: Path, start: bytes) -> None:
    check_start(path, start)
    if start.startswith((b"MATLAB 7.3", b"\x89HDF")):
        raise DataError(f"{shown(path)} is in MATLAB's form 7.3. Save it there with the option '-v7', or download it.")
    if not start.startswith(b"MATLAB 5.0") or start[124:] != b"\0\1IM":
        raise DataError(f"{shown(path)} is not a MAT file. {AGAIN}")


def _variable(file: BinaryIO, kind: int, length: int) -> Variable:
    if kind == _PACKED:
        head = zlib.decompressobj().decompress(file.read(min(length, 4 * _HEAD)), 8 + _HEAD)
        (kind,) = struct.unpack("<I", head[:4])
        head, most = head[8:], length * BEST_RATIO
    else:
        head, most = file.read(min(length, _HEAD)), length
    if kind != _MATRIX:
        raise ValueError
    return _stated(head, most)


def _stated(head: bytes, most: int) -> Variable:
    """Of an array of plain numbers that can lie in so many bytes; a ValueError or the like if it is not one."""
    parts, place = [], 0
    for _ in range(4):
        kind, length = struct.unpack_from("<II", head, place)
        if kind >> 16:
            # A few bytes stand in the tag itself.
            parts.append((kind & 0xFFFF, kind >> 16, head[place + 4 : place + 8]))
            place += 8
        else:
            parts.append((kind, length, head[place + 8 : place + 8 + length]))
            place += 8 + (length + 7) // 8 * 8
    flags, sizes, name, numbers = parts
    # No flags: neither complex, nor global, nor logical.
    (array_kind,) = struct.unpack_from("<I", flags[2])
    shape = struct.unpack_from(f"<{sizes[1] // 4}i", sizes[2])
    nbytes = prod(shape) * _BYTES[numbers[0]]
    if numbers[1] != nbytes or min(shape) < 0 or nbytes > most or (array_kind == 9 and numbers[0] != 2):
        raise ValueError
    return Variable(name[2][: name[1]].decode("ascii"), shape, _KINDS[array_kind])
