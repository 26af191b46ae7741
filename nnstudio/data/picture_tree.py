"""A walk through folders in search of pictures: no links to folders are followed, nothing hidden is seen."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.pictures import looks_like_picture

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".tif", ".tiff")
IGNORED = ("thumbs.db", "desktop.ini", "__macosx")
MOST_FILES = 1_000_000


@dataclass(frozen=True)
class Files:
    """What is in a folder and below it: paths of pictures, and of files that are none."""

    pictures: tuple[str, ...]
    others: tuple[str, ...]


def is_visible(name: str) -> bool:
    """Whether a file or folder is one that its owner knows of."""
    return not name.startswith(".") and name.lower() not in IGNORED


def is_picture_name(name: str) -> bool:
    """Whether a file is called like a picture."""
    return name.lower().endswith(SUFFIXES)


def natural(name: str) -> list[tuple[int, int | str]]:
    """What to sort names by, so that 2 comes before 10."""
    parts = re.split(r"([0-9]+)", name)
    return [(0, int(part)) if place % 2 else (1, part.lower()) for place, part in enumerate(parts)] + [(1, name)]


class Tree:
    """Looks into one folder after another, and stops where there are too many files."""

    def __init__(self) -> None:
        self._left = MOST_FILES

    def entries(self, folder: str) -> tuple[list[str], list[str]]:
        """The names of the folders in a folder, and those of all else, each in natural order."""
        folders: list[str] = []
        files: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in filter(lambda entry: is_visible(entry.name), entries):
                    (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
                    self._count(folder)
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or "no such name is possible").lower()
            raise DataError(f"The folder {shown(folder)} cannot be opened ({reason}). Choose another.") from None
        return sorted(folders, key=natural), sorted(files, key=natural)

    def files(self, folder: str) -> Files:
        """All files in a folder and below, those of the folder itself first."""
        pictures: list[str] = []
        others: list[str] = []
        waiting = [folder]
        while waiting:
            place = waiting.pop()
            folders, names = self.entries(place)
            waiting += [os.path.join(place, name) for name in reversed(folders)]
            for name in names:
                path = os.path.join(place, name)
                (pictures if is_picture_name(name) or _starts_like_picture(path) else others).append(path)
        return Files(tuple(pictures), tuple(others))

    def _count(self, folder: str) -> None:
        self._left -= 1
        if self._left < 0:
            raise DataError(
                f"There are more than {MOST_FILES:,} files up to the folder {shown(folder)}. Choose a smaller one."
            )


def _starts_like_picture(path: str) -> bool:
    # Only ordinary files: opening a device may do something.
    if not os.path.isfile(path):
        return False
    try:
        with opened(Path(path), DataError) as file:
            return looks_like_picture(file.read(16))
    except DataError:
        return False
