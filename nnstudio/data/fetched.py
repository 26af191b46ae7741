"""What of the published data sets is on this computer already."""

from dataclasses import dataclass
from pathlib import Path

from nnstudio.data.collections.base import collections
from nnstudio.data.home import data_home


@dataclass(frozen=True)
class Fetched:
    """Where data sets are kept, and what was found there."""

    home: Path
    titles: tuple[str, ...]
    size: int
    """The bytes of their files."""


def fetched() -> Fetched:
    """Every set whose files are all there. Only their own files are counted, so that a large folder costs no time."""
    here = [kind for kind in collections().kinds().values() if not kind.missing(kind.home())]
    # Sets that are published in one file share it.
    files = {kind.home() / remote.name for kind in here for remote in kind.files}
    return Fetched(data_home(), tuple(sorted(kind.title for kind in here)), sum(map(_size, files)))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        # It may lie there in another form, such as without its wrapping.
        return 0
