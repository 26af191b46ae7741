"""What a collection is: a published data set that is fetched on request into the user's data folder."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from platformdirs import user_data_path

from nnstudio.core.fields import Configured
from nnstudio.core.registry import Family
from nnstudio.data.dataset import DataSet


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

    @classmethod
    def home(cls) -> Path:
        """The folder in which its files are looked for."""
        return data_home() / (cls.folder_name or cls.kind)

    @classmethod
    def missing(cls, folder: Path) -> tuple[Remote, ...]:
        """The files that are not there yet, in any form that `open` can read."""
        raise NotImplementedError

    def open(self, folder: Path) -> DataSet:
        """The data set from its files, with its official parts."""
        raise NotImplementedError


def data_home() -> Path:
    """The folder in which fetched data sets are kept, one folder each."""
    return user_data_path("nnstudio") / "data"


@cache
def collections() -> Family[Collection]:
    """All collections, ours and the plugins'."""
    return Family(Collection, "nnstudio.data.collections", "nnstudio.collections", "data set")
