"""An npy file of inputs with the npy file of its targets beside it, or with the targets in its last column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, text
from nnstudio.core.files import shown
from nnstudio.data.arrays import TASKS, from_arrays
from nnstudio.data.beside import LONGEST_PATH, check_pair, first_beside, named
from nnstudio.data.dataset import Array, DataSet
from nnstudio.data.layout import HELP as LAYOUT_HELP
from nnstudio.data.layout import LAYOUTS, by, laid_out
from nnstudio.data.mapped import note_on
from nnstudio.data.npy import LIMIT, MAGIC, open_npy, read_npy
from nnstudio.data.readers.base import Look, Reader, name_of

LAST = "last"
ENDING = ".npy"

# What stands for inputs in a name, and what may stand in its place for their targets.
_PARTNERS = {
    "x": ("y",),
    "inputs": ("targets", "outputs", "labels"),
    "input": ("target", "output", "label"),
    "images": ("labels", "targets"),
    "image": ("label", "target"),
    "data": ("labels", "targets", "target", "label"),
    "features": ("labels", "targets", "target"),
    "samples": ("labels", "targets"),
}
_WORDS = re.compile(r"([-_. ]+)")


@dataclass(frozen=True)
class NpyFiles(Reader):
    """An npy file, and its targets."""

    title = "NPY file"
    rank = 2
    reads = "an npy file with its targets beside it (X.npy and y.npy)"
    example = "X.npy,targets=labels.npy"

    targets: str = text("", LONGEST_PATH, "The npy file of targets, or 'last' for the last column of the inputs")
    task: str = choice("auto", TASKS, "Whether the targets are classes or numbers")
    layout: str = choice("auto", LAYOUTS, LAYOUT_HELP)

    @classmethod
    def takes(cls, look: Look) -> bool:
        """A file that begins as npy does, or is named so."""
        named_so = look.path.name.lower().endswith(ENDING)
        return not look.is_folder and (named_so or look.start.startswith(MAGIC))

    def open(self, path: Path, name: str = "") -> DataSet:
        """The inputs, left in their file where they are many, and one target for each."""
        stored = open_npy(path)
        if stored.dtype.kind not in "biuf":
            raise DataError(f"{shown(path)} holds texts, not numbers. Choose a file of numbers for the inputs.")
        inputs, targets, notes = self._divided(path, stored)
        inputs, more = laid_out(inputs, self.layout, shown(path))
        notes = (*more, *notes, *note_on(inputs, path))
        return from_arrays(inputs, targets, name or name_of(path), task=self.task, notes=notes)

    def _divided(self, path: Path, stored: Array) -> tuple[Array, Array, tuple[str, ...]]:
        if self.targets == LAST:
            return _last_column(path, stored)
        found = named(path, self.targets) if self.targets else _beside(path)
        answers = read_npy(found)
        check_pair(shown(path), stored.shape, shown(found), answers.shape)
        return stored, answers, () if self.targets else (f"The targets are those in {shown(found.name)}.",)


def _last_column(path: Path, stored: Array) -> tuple[Array, Array, tuple[str, ...]]:
    if stored.ndim != 2 or stored.shape[1] < 2:
        raise DataError(
            f"{shown(path)} is an array of {by(stored.shape)}, so it has no last column to be the targets. "
            "Name a file with the option targets=FILE."
        )
    if stored.nbytes > LIMIT:
        raise DataError(f"{shown(path)} is too large to take its last column off. Save the targets in another file.")
    columns = np.asarray(stored)
    # What a batch picks must lie together, or NumPy copies everything for each batch.
    inputs, targets = np.ascontiguousarray(columns[:, :-1]), np.ascontiguousarray(columns[:, -1])
    return inputs, targets, (f"The targets are the last of {stored.shape[1]:,} columns.",)


def _beside(path: Path) -> Path:
    if found := first_beside(path, _partners(path)):
        return found
    if inputs := first_beside(path, _inputs_for(path)):
        raise DataError(
            f"{shown(path)} holds the targets of {shown(inputs.name)}. Choose that file; this one is found beside it."
        )
    usual = next(_partners(path), "y.npy for an X.npy")
    raise DataError(
        f"There are no targets beside {shown(path)}. Put them there as {shown(usual)}, or name them with the option "
        "targets=FILE, or with targets=last if they are the last column."
    )


def _partners(path: Path) -> Iterator[str]:
    """What the file of targets may be called, the likeliest first: x_train.npy has its targets in y_train.npy."""
    words = _WORDS.split(path.stem)
    for place, word in enumerate(words):
        for other in _PARTNERS.get(word.lower(), ()):
            # X goes with y, but Images with Labels.
            spellings = (other.title(), other) if word.istitle() and len(word) > 1 else (other, other.title())
            for spelling in spellings:
                yield "".join((*words[:place], spelling, *words[place + 1 :])) + ENDING


def _inputs_for(path: Path) -> Iterator[str]:
    words = _WORDS.split(path.stem)
    for (place, word), (inputs, targets) in product(enumerate(words), _PARTNERS.items()):
        if word.lower() in targets:
            for spelling in (inputs, inputs.title()):
                yield "".join((*words[:place], spelling, *words[place + 1 :])) + ENDING
