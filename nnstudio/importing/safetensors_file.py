"""A safetensors file, read within bounds: first what it promises, then only the arrays that are wanted."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
import numpy as np
from msgspec import Meta

from nnstudio.core.errors import StudioError
from nnstudio.core.files import opened, shown
from nnstudio.layers.shapes import Array, Shape

LONGEST_HEADER = 1 << 24
MOST_ARRAYS = 20_000
AGAIN = "Save or copy it again."

# How each kind of number reads, and how many bytes one takes. NumPy has no bfloat16: it is the upper half of a float32.
KINDS = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
}  # fmt: skip

Size = Annotated[int, Meta(ge=0, le=2**48)]


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    dtype: Annotated[str, Meta(max_length=20)]
    shape: Annotated[list[Size], Meta(max_length=16)]
    data_offsets: tuple[Size, Size]


@dataclass(frozen=True, eq=False)
class SafetensorsFile:
    """The promises of an open file; an array is read when it is asked for."""

    path: Path
    file: BinaryIO
    start: int
    entries: Mapping[str, Any]

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of every array."""
        return {name: tuple(entry.shape) for name, entry in self.entries.items()}

    def read(self, name: str) -> Array:
        """The numbers of an array."""
        entry = self.entries[name]
        if entry.dtype not in KINDS:
            raise StudioError(f"The array '{shown(name)}' in {shown(self.path)} holds no numbers that are known here.")
        self.file.seek(self.start + entry.data_offsets[0])
        content = self.file.read(entry.data_offsets[1] - entry.data_offsets[0])
        numbers: Array = np.frombuffer(content, KINDS[entry.dtype])
        if entry.dtype == "BF16":
            numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
        return numbers.reshape(entry.shape)


@contextmanager
def opened_safetensors(path: Path) -> Iterator[SafetensorsFile]:
    """A file whose promises can be true."""
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(LONGEST_HEADER, size - 8):
            raise _damaged(path)
        yield SafetensorsFile(path, file, 8 + length, _entries(path, file.read(length), size - 8 - length))


def _entries(path: Path, header: bytes, room: int) -> dict[str, _Entry]:
    try:
        found = msgspec.json.decode(header, type=dict[str, msgspec.Raw])
        found.pop("__metadata__", None)
        if len(found) > MOST_ARRAYS:
            raise _damaged(path)
        entries = {name: msgspec.json.decode(raw, type=_Entry) for name, raw in found.items()}
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise _damaged(path) from None
    _check(path, entries, room)
    return entries


def _check(path: Path, entries: Mapping[str, _Entry], room: int) -> None:
    """Refuse arrays that overlap, leave gaps, or are as long as their shape does not say."""
    end = 0
    for entry in sorted(entries.values(), key=lambda each: each.data_offsets):
        first, last = entry.data_offsets
        wrong = entry.dtype in KINDS and last - first != prod(entry.shape) * np.dtype(KINDS[entry.dtype]).itemsize
        if first != end or last < first or wrong:
            raise _damaged(path)
        end = last
    if end != room:
        raise _damaged(path)


def _damaged(path: Path) -> StudioError:
    return StudioError(f"{shown(path)} is no safetensors file, or it is damaged or cut short. {AGAIN}")
