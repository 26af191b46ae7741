"""Columns of texts as inputs: 0 and 1 for no and yes, or one input for each category."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.files import shown
from nnstudio.data.table.cells import YES_NO, listed, quoted
from nnstudio.data.table.columns import MOST_CATEGORIES, Texts

Array = NDArray[Any]


@dataclass(frozen=True)
class Feature:
    """The inputs that one column of texts becomes."""

    names: tuple[str, ...]
    values: Array
    """For yes and no the input itself, NaN where it is missing; else the number of the category, −1 where missing."""

    @property
    def is_number(self) -> bool:
        """Whether it is one input of 0 and 1."""
        return self.values.dtype.kind == "f"

    def missing(self) -> NDArray[np.bool_]:
        """The rows without a value."""
        return np.isnan(self.values) if self.is_number else self.values < 0

    def write(self, room: Array, keep: NDArray[np.bool_]) -> None:
        """Put the inputs of the rows that are kept into their room, (rows, inputs), which holds zeros."""
        values = self.values[keep]
        if self.is_number:
            room[:, 0] = values
            return
        known = np.flatnonzero(values >= 0)
        room[known, values[known]] = 1


def text_features(texts: dict[int, Texts], names: Sequence[str]) -> tuple[dict[int, Feature], list[str]]:
    """The inputs that these columns become, and notes about them; those with too many different texts are left out."""
    made: dict[int, Feature] = {}
    crowded = []
    for column, each in texts.items():
        if each.too_many:
            crowded.append(quoted(names[column]))
        else:
            made[column] = _feature(names[column], each)
    pairs = [quoted(names[column]) for column, feature in made.items() if feature.is_number]
    split = [
        f"{quoted(names[column])} ({len(feature.names)})"
        for column, feature in made.items() if not feature.is_number and feature.names
    ]  # fmt: skip
    notes = []
    if pairs:
        notes.append(f"Yes is 1 and no is 0 in {listed(pairs)}.")
    if split:
        notes.append(f"There is one input for each text of {listed(split)}.")
    if crowded:
        notes.append(f"Left out for having more than {MOST_CATEGORIES} different texts: {listed(crowded)}.")
    return made, notes


def _feature(name: str, texts: Texts) -> Feature:
    known, codes = texts.categories()
    if known and all(text.lower() in YES_NO for text in known):
        values = np.array([*(YES_NO[text.lower()] for text in known), np.nan], np.float32)
        # The code −1 takes the last, which is NaN.
        return Feature((name,), values[codes])
    return Feature(tuple(f"{name}={shown(text)}" for text in known), codes)
