"""What of the published data sets is on this computer already, and what must be fetched."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nnstudio.core.errors import DataError
from nnstudio.data.collections.base import Collection, Remote, collections
from nnstudio.data.home import data_home
from nnstudio.data.sources import name_of


@dataclass(frozen=True)
class Fetched:
    """Where data sets are kept, and what was found there."""

    home: Path
    titles: tuple[str, ...]
    size: int
    """The bytes of their files."""


@dataclass(frozen=True)
class ToFetch:
    """A published set that cannot be read as it is: its files that are to be fetched, and where they go."""

    kind: str
    title: str
    folder: Path
    files: tuple[Remote, ...]

    @classmethod
    def of(cls, collection: type[Collection], files: tuple[Remote, ...]) -> Self:
        """Those files of a set."""
        return cls(collection.kind, collection.title, collection.home(), files)

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(remote.size for remote in self.files)


def to_fetch(source: str) -> ToFetch | None:
    """What is missing before that source can be read; None for one that is here or needs no fetching."""
    collection = collections().kinds().get(name_of(source))
    if collection is None:
        return None
    try:
        missing = collection.missing(collection.home())
    # A folder that may not be looked into holds nothing for us.
    except OSError:
        missing = collection.files
    return ToFetch.of(collection, missing) if missing else None


def to_mend(source: str) -> ToFetch | None:
    """All files of a set that is here but cannot be opened; those that are right will not be fetched again."""
    collection = collections().kinds().get(name_of(source))
    if collection is None:
        return None
    try:
        collection().open(collection.home())
    except DataError:
        return ToFetch.of(collection, collection.files)
    return None


def fetched() -> Fetched:
    """Every set whose files are all there. Only their own files are counted, so that a large folder costs no time."""
    here = [kind for name, kind in collections().kinds().items() if to_fetch(name) is None]
    # Sets that are published in one file share it.
    files = {kind.home() / remote.name for kind in here for remote in kind.files}
    return Fetched(data_home(), tuple(sorted(kind.title for kind in here)), sum(map(_size, files)))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        # It may lie there in another form, such as without its wrapping.
        return 0
