"""What a reader is: one way to make a data set of a file or a folder. Its declared fields are its options."""

import os
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import ClassVar

from nnstudio.core.errors import DataError
from nnstudio.core.fields import Configured
from nnstudio.core.files import opened, shown
from nnstudio.core.plugged import spared
from nnstudio.core.registry import Family
from nnstudio.data.dataset import DataSet

LONGEST_START = 4096
MOST_NAMES = 1000


@dataclass(frozen=True)
class Look:
    """What a quick look shows: the first bytes of a file, or the first names in a folder, in no particular order."""

    path: Path
    start: bytes = b""
    names: tuple[str, ...] = ()
    is_folder: bool = False


class Reader(Configured):
    """One way to read. `open` gives a data set whose parts are the official ones, or empty where there are none."""

    noun: ClassVar[str] = "reader"

    # Readers are asked in this order; the one that takes whatever is left comes last.
    rank: ClassVar[int] = 0
    # What it reads, for a sentence such as "Known are: …".
    reads: ClassVar[str] = ""
    # What a user might type for it, with an option of its own where it has one.
    example: ClassVar[str] = ""

    @classmethod
    def takes(cls, look: Look) -> bool:
        """Whether the file or folder is for this reader, be it good or damaged."""
        raise NotImplementedError

    def open(self, path: Path, name: str = "") -> DataSet:
        """The data set, not yet divided and with the preparation that suits it; a DataError says what is wrong."""
        raise NotImplementedError


def look_at(path: Path) -> Look:
    """A quick look at a file or folder, without waiting for a pipe or following the folder down."""
    if os.path.isdir(path):
        return Look(path, names=_names(path), is_folder=True)
    with opened(path, DataError) as file:
        return Look(path, start=file.read(LONGEST_START))


def _names(folder: Path) -> tuple[str, ...]:
    try:
        with os.scandir(folder) as entries:
            return tuple(entry.name for entry in islice(entries, MOST_NAMES))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name is possible"
        raise DataError(f"The folder {shown(folder)} cannot be opened ({reason}). Choose another.") from None


def reader_for(path: Path) -> type[Reader]:
    """The reader that takes the file or folder."""
    look = look_at(path)
    for reader in sorted(readers().kinds().values(), key=lambda reader: (reader.rank, reader.kind)):
        if spared(reader, partial(reader.takes, look), False):
            return reader
    kinds = "; ".join(reader.reads for reader in readers().kinds().values() if reader.reads)
    what = "holds nothing" if look.is_folder else "is nothing"
    raise DataError(f"{shown(path)} {what} that can be read as data. It may be: {kinds}.")


def name_of(path: Path) -> str:
    """What a data set is called after its file or folder."""
    return Path(os.path.abspath(path)).stem or "data"


@cache
def readers() -> Family[Reader]:
    """All readers, ours and the plugins'."""
    return Family(Reader, "nnstudio.data.readers", "nnstudio.readers", "reader")
