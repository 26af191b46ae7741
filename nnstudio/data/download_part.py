"""What has come of a file so far: kept beside its place, added to by one at a time, moved there when it is right."""

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from nnstudio.core.errors import DataError
from nnstudio.core.files import force_folder, shown
from nnstudio.data.download_lock import alone

_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


class Part:
    """The bytes of a file that are there; it lasts when something goes wrong, unless it is empty."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = part_path(target)
        self._file = open(self.path, "r+b", buffering=0)  # noqa: SIM115 -- closed when the part is left

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        empty = not self._file.closed and not self.length
        self._file.close()
        if empty:
            with suppress(OSError):
                self.path.unlink()

    @property
    def length(self) -> int:
        """How many bytes are there."""
        return os.fstat(self._file.fileno()).st_size

    @property
    def place(self) -> int:
        """Where the next block goes."""
        return self._file.tell()

    def begin(self, place: int) -> None:
        """Write from here on; what is there further on stays until it is written over."""
        self._file.seek(place)

    def write(self, block: bytes) -> None:
        """Add a block, all of it."""
        rest = memoryview(block)
        with to_disk(self._target):
            while rest:
                rest = rest[self._file.write(rest) :]

    def cut(self, length: int) -> None:
        """Drop what lies beyond."""
        with to_disk(self._target):
            self._file.truncate(length)

    def finish(self) -> Path:
        """Force it to the disk and move it to its place in one step."""
        with to_disk(self._target):
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self.path, self._target)
        force_folder(self._target.parent)
        return self._target


def part_path(target: Path) -> Path:
    """Where a file is kept while it is incomplete."""
    return target.with_name(f".{target.name}.part")


@contextmanager
def part_of(target: Path) -> Iterator[Part]:
    """What is there of a file; nobody else can add to it in the meantime."""
    _check_places(target)
    with ExitStack() as stack:
        with to_disk(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(alone(part_path(target), target.name))
            part = stack.enter_context(Part(target))
        yield part


@contextmanager
def to_disk(target: Path) -> Iterator[None]:
    """What goes wrong inside becomes one sentence."""
    try:
        yield
    except (OSError, ValueError) as error:
        remedy = "Allow writing to it, or put the file there by hand."
        if isinstance(error, OSError) and error.errno in _FULL:
            remedy = "Free some space and fetch it again, which goes on from what is there."
        reason = (getattr(error, "strerror", None) or "unknown reason").lower()
        raise DataError(
            f"{shown(target.name)} could not be written into {shown(target.parent)} ({reason}). {remedy}"
        ) from None


def _check_places(target: Path) -> None:
    folder = target.parent
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise DataError(f"{shown(folder)} is not a folder, so {target.name} cannot be put there. Move it away.")
    for path in (target, part_path(target)):
        if os.path.exists(path) and not os.path.isfile(path):
            raise DataError(f"{shown(path)} is not an ordinary file, so it cannot be replaced. Move it away.")
