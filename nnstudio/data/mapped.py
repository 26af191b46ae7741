"""Numbers that stay in their file: the system brings into memory what is looked at, and lets it go again."""

import math
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.dataset import pieces

# Reading less takes a tenth of a second, and what was read does not depend on its file any more.
MAPPED_FROM = 2**26
LARGEST = 2**40
_MOST_AHEAD = 2**28  # Bytes that are asked for at once; of more, the first would be gone again before they are used.


@dataclass(frozen=True, eq=False)
class _Source:
    """An open file as memory: what it is called, and the address of its first byte."""

    path: str | Path
    content: mmap.mmap
    address: int


class Mapped(np.ndarray[tuple[int, ...], np.dtype[Any]]):
    """An array whose numbers stay in their file and cannot be changed; samples picked from it are an ordinary array.

    The system ends a program that reaches behind the end of a mapped file. So the file's length is looked at before
    every picking: a file that another program makes shorter becomes a sentence, not a crash. And the samples are
    named to the system before they are touched: it then reads those and no others, and all of them at the same time.
    """

    _source: _Source | None = None

    def __array_finalize__(self, whole: NDArray[Any] | None) -> None:
        # A copy does not need the file; only a view does.
        if isinstance(whole, Mapped) and whole._source is not None and np.may_share_memory(self, whole):
            self._source = whole._source

    def __getitem__(self, key: Any) -> Any:
        self._check()
        if isinstance(key, slice):
            self._announce(range(*key.indices(len(self))))
            return super().__getitem__(key)
        if isinstance(key, np.ndarray) and key.ndim == 1 and key.dtype.kind in "iu":
            self._announce((key % len(self)).tolist())
        return self.view(np.ndarray)[key]

    def take(self, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
        """As any array's: the numbers at these places."""
        self._check()
        if axis == 0 and isinstance(indices, np.ndarray) and indices.ndim == 1:
            self._announce((indices % len(self)).tolist())
        return self.view(np.ndarray).take(indices, axis, out, mode)

    def _check(self) -> None:
        source = self._source
        if source is not None and source.content.size() < len(source.content):
            raise DataError(f"{shown(source.path)} was made shorter by another program. Open it again.")

    def _announce(self, samples: Sequence[int]) -> None:
        """Ask the system for these samples, unless they are more than what anybody looks at together."""
        length = self.itemsize * math.prod(self.shape[1:])
        if self._source is None or len(samples) * length > _MOST_AHEAD or not hasattr(mmap.mmap, "madvise"):
            return
        if not self.view(np.ndarray)[:1].flags.c_contiguous:
            return
        ask = self._source.content.madvise
        first, apart = self.__array_interface__["data"][0] - self._source.address, self.strides[0]
        if isinstance(samples, range) and samples.step == 1 and apart == length:
            samples, length = samples[:1], len(samples) * length
        for sample in samples:
            start = first + sample * apart
            page = start - start % mmap.PAGESIZE
            ask(mmap.MADV_WILLNEED, page, start + length - page)


def may_be_mapped(element: np.dtype[Any], nbytes: int, offset: int) -> bool:
    """Whether numbers are enough to be left in their file, and lie there so that they can be computed with."""
    # From numbers at odd addresses NumPy picks only after it has copied all of them.
    return nbytes >= MAPPED_FROM and element.kind in "biuf" and offset % element.alignment == 0


def mapped(path: str | Path, file: int, element: np.dtype[Any], shape: tuple[int, ...], offset: int) -> NDArray[Any]:
    """The numbers in an open file, known by its number, from `offset` on; in the byte order that they have there."""
    count = math.prod(shape)
    try:
        content = mmap.mmap(file, offset + count * element.itemsize, access=mmap.ACCESS_READ)
    except (OSError, OverflowError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is too large"
        raise DataError(f"{shown(path)} cannot be used from where it lies ({reason}). Take a part of it.") from None
    if hasattr(content, "madvise"):
        # Or the system reads megabytes around each sample that is picked at random.
        content.madvise(mmap.MADV_RANDOM)
    bytes_in_file = np.frombuffer(content, np.uint8)
    array = bytes_in_file[offset:].view(element).view(Mapped)
    array._source = _Source(path, content, bytes_in_file.__array_interface__["data"][0])
    return array.reshape(shape)


def place_of(array: NDArray[Any]) -> tuple[Path, int] | None:
    """The file in which an array's numbers lie in a row, and where they begin in it; None where they are in memory."""
    if not isinstance(array, Mapped) or array._source is None or not array.view(np.ndarray).flags.c_contiguous:
        return None
    return Path(array._source.path).absolute(), array.__array_interface__["data"][0] - array._source.address


def copy_over(target: NDArray[Any], source: NDArray[Any]) -> None:
    """Fill an array of the same shape a few samples at a time, for which the system can be asked."""
    for some in pieces(source):
        target[some] = source[some]


def note_on(array: NDArray[Any], path: Path) -> tuple[str, ...]:
    """What the user of a mapped file should know; nothing where the numbers were read."""
    if not isinstance(array, Mapped):
        return ()
    size = f"{array.nbytes / 2**30:.1f} GiB" if array.nbytes >= 2**30 else f"{array.nbytes / 2**20:.0f} MiB"
    name = shown(path.name)
    return (f"The {size} of {name} stay in the file and are read when they are needed: leave it unchanged.",)
