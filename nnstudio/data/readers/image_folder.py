"""A folder of pictures: one sub-folder for each class, or a table of labels; official parts are kept."""

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, text
from nnstudio.core.files import shown
from nnstudio.data.arrays import from_arrays
from nnstudio.data.dataset import PARTS, DataSet
from nnstudio.data.picture_fit import FITS
from nnstudio.data.picture_folder import Found, find_pictures
from nnstudio.data.picture_stack import Stack, read_stack
from nnstudio.data.picture_tree import is_picture_name, is_visible
from nnstudio.data.readers.base import Look, Reader, name_of

_MOST_NAMES = 100  # That are looked at in each sub-folder to see what it is.


@dataclass(frozen=True)
class ImageFolder(Reader):
    """A folder of PNG, JPEG, BMP, GIF or TIFF pictures, of which sub-folders or a table say the classes."""

    rank = 5
    reads = "a folder of pictures, one sub-folder for each class"
    example = "cells/,size=64x64,colour=grey"

    size: str = text("auto", 20, "Height and width of all pictures: auto, a number of pixels, or height x width: 32x48")
    fit: str = choice(
        "pad", FITS, "Other proportions: pad with the colour of the picture's edge, crop to the middle, or stretch"
    )
    colour: str = choice("auto", ("auto", "grey", "colour"), "Grey or colour; auto looks whether there is colour")
    labels: str = text("", 200, "The table in the folder that has a file name and a label in each line")

    @classmethod
    def takes(cls, look: Look) -> bool:
        """Pictures in it, or sub-folders with pictures or further folders."""
        names = list(filter(is_visible, look.names))
        return look.is_folder and (
            any(map(is_picture_name, names)) or any(_holds_pictures(look.path / name) for name in names)
        )

    def open(self, path: Path, name: str = "") -> DataSet:
        """All pictures that can be read, as bytes of one size; their parts only where the folder has them."""
        found = find_pictures(str(path), self.labels)
        stack = read_stack(found.paths, self.size, self.fit, self.colour, shown(path))
        classes = found.classes[stack.kept]
        return from_arrays(
            stack.pixels,
            classes,
            name or name_of(path),
            class_names=found.class_names,
            parts=_parts(found, stack, path),
            notes=(*found.notes, *stack.notes),
            warnings=(*stack.warnings, *_lost(classes, found.class_names)),
        )


def _holds_pictures(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(
                is_visible(entry.name) and (is_picture_name(entry.name) or entry.is_dir(follow_symlinks=False))
                for entry in islice(entries, _MOST_NAMES)
            )
    except (OSError, ValueError):
        return False


def _parts(found: Found, stack: Stack, path: Path) -> dict[str, NDArray[np.intp]]:
    if found.parts is None:
        return {}
    kept = found.parts[stack.kept]
    parts = {name: np.flatnonzero(kept == place) for place, name in enumerate(PARTS)}
    if not len(parts["train"]):
        raise DataError(f"None of the pictures to train with in {shown(path)} can be read. Copy them again.")
    return {name: part for name, part in parts.items() if len(part)}


def _lost(classes: NDArray[np.intp], names: tuple[str, ...]) -> tuple[str, ...]:
    """A warning where no picture of a class can be read."""
    lost = np.flatnonzero(np.bincount(classes, minlength=len(names)) == 0)
    return (f"No picture of the class {names[lost[0]]} can be read.",) if len(lost) else ()
