"""A picture file as a picture for the way: read within bounds, not larger than it need be, in grey or in colour."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnstudio.classify.stored import Stored
from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.picture_fit import Wanted
from nnstudio.data.picture_tree import Tree
from nnstudio.data.pictures import header_of, read_picture

LONGER_SIDE = 640  # Pixels; whatever is larger is read smaller, for the network sees a few of them only.


def read_for(path: str | Path, stored: Stored) -> NDArray[np.uint8]:
    """The picture, (height, width, 1 or 3); a DataError says in a sentence what is wrong with the file."""
    height, width = header_of(str(path)).size
    scale = min(1.0, LONGER_SIDE / max(height, width))
    channels = stored.picture[2]
    wanted = Wanted(max(1, round(height * scale)), max(1, round(width * scale)), "stretch", channels == 3)
    return read_picture(str(path), wanted)


def picture_paths(names: list[str]) -> list[str]:
    """Files as they are named, and in the place of a folder all pictures in it and below."""
    found: list[str] = []
    for name in names:
        if not os.path.isdir(name):
            found.append(name)
            continue
        pictures = Tree().files(name).pictures
        if not pictures:
            raise DataError(f"There is no picture in the folder {shown(name)}. Choose another folder.")
        found += pictures
    return found
