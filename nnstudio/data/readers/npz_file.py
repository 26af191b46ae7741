"""An npz file that holds inputs and targets by the usual names, perhaps with their official parts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, text
from nnstudio.core.files import shown
from nnstudio.data.arrays import TASKS, from_arrays
from nnstudio.data.beside import check_pair
from nnstudio.data.dataset import PARTS, Array, DataSet
from nnstudio.data.layout import HELP as LAYOUT_HELP
from nnstudio.data.layout import LAYOUTS, by, laid_out
from nnstudio.data.npz import Npz, opened_npz
from nnstudio.data.options import nearest
from nnstudio.data.readers.base import Look, Reader, name_of

ENDING = ".npz"
LONGEST_KEY = 200
WHOLE = ""  # The part that is everything.

# By how often they are met; of several the first is taken.
INPUTS = ("x", "inputs", "input", "images", "data", "features", "samples")
TARGETS = ("y", "targets", "target", "labels", "label", "outputs", "output")
_PART_NAMES = {
    "": WHOLE, "train": "train", "training": "train", "val": "validation", "valid": "validation",
    "validation": "validation", "test": "test", "testing": "test",
}  # fmt: skip
_PART = "|".join(name for name in _PART_NAMES if name)
_WORD = "|".join((*INPUTS, *TARGETS))
_KEY = re.compile(rf"(?:({_PART})[-_. ]?)?({_WORD})(?:[-_. ]?({_PART}))?", re.IGNORECASE)
_MOST_LISTED = 12

UNNAMED = ("arr_0", "arr_1")  # What np.savez calls two arrays that were given no names.

Keys = Mapping[str, str]
"""The key of the array for each part."""


@dataclass(frozen=True)
class NpzFile(Reader):
    """An npz file with inputs and targets."""

    title = "NPZ file"
    rank = 2
    reads = "an npz file with inputs and targets (x and y, or x_train, y_train, x_test and y_test)"
    example = "measured.npz,inputs=x,targets=y"

    inputs: str = text("", LONGEST_KEY, "The array of inputs, where it has no usual name")
    targets: str = text("", LONGEST_KEY, "The array of targets, where it has no usual name")
    task: str = choice("auto", TASKS, "Whether the targets are classes or numbers")
    layout: str = choice("auto", LAYOUTS, LAYOUT_HELP)

    @classmethod
    def takes(cls, look: Look) -> bool:
        """A zip that begins with an npy file, or a file named so."""
        named_so = look.path.name.lower().endswith(ENDING)
        return not look.is_folder and (named_so or _begins_with_npy(look.start))

    def open(self, path: Path, name: str = "") -> DataSet:
        """The arrays as one data set; with the parts `train`, `validation` and `test` where the file has them."""
        with opened_npz(path) as archive:
            inputs, targets = self._keys(archive, path)
            counts = {part: _count(archive, inputs[part], targets[part]) for part in inputs}
            _check_alike(archive, list(inputs.values()))
            keys = list(inputs.values())
            stored, notes = laid_out(archive.read_together(keys), self.layout, archive.where(keys[0]))
            answers = _joined(archive, list(targets.values()))
        return from_arrays(
            stored,
            answers,
            name or name_of(path),
            task=self.task,
            parts=_parts(counts),
            notes=(*notes, _told(inputs, targets)),
        )

    def _keys(self, archive: Npz, path: Path) -> tuple[Keys, Keys]:
        """The keys of inputs and targets by part, the parts in their usual order."""
        for option, key in (("inputs", self.inputs), ("targets", self.targets)):
            if key and key not in archive.keys:
                raise DataError(
                    f"{shown(path)} holds no array '{shown(key)}', as the option '{option}' says."
                    f"{nearest(key, archive.keys)} It holds: {_listing(archive)}."
                )
        if self.inputs and self.targets:
            return {WHOLE: self.inputs}, {WHOLE: self.targets}
        inputs, targets = _usual((self.inputs,), INPUTS), _usual((self.targets,), TARGETS)
        inputs = inputs or {WHOLE: self.inputs} if self.inputs else _usual(archive.keys, INPUTS)
        targets = targets or {WHOLE: self.targets} if self.targets else _usual(archive.keys, TARGETS)
        if archive.keys == UNNAMED:
            inputs, targets = inputs or {WHOLE: UNNAMED[0]}, targets or {WHOLE: UNNAMED[1]}
        return _paired(inputs, targets) or _not_recognised(archive, path)


def _begins_with_npy(start: bytes) -> bool:
    # A zip begins with its first member, whose name stands 30 bytes after its start.
    length = int.from_bytes(start[26:28], "little")
    return start.startswith(b"PK\3\4") and start[30 : 30 + length].endswith(b".npy")


def _usual(keys: Sequence[str], words: Sequence[str]) -> Keys:
    """The first of these words that is met for each part: x_train, train_x, trainX or x."""
    found: dict[str, tuple[int, str]] = {}
    for key in keys:
        match = _KEY.fullmatch(key)
        if match and match[2].lower() in words and not (match[1] and match[3]):
            part = _PART_NAMES[(match[1] or match[3] or "").lower()]
            found[part] = min(found.get(part, (len(words), "")), (words.index(match[2].lower()), key))
    return {part: key for part, (_, key) in found.items()}


def _paired(inputs: Keys, targets: Keys) -> tuple[Keys, Keys] | None:
    """The parts that have both, or the whole; one part alone is a whole."""
    both = [part for part in PARTS if part in inputs and part in targets]
    if len(both) > 1:
        return {part: inputs[part] for part in both}, {part: targets[part] for part in both}
    for part in (WHOLE, *both):
        if part in inputs and part in targets:
            return {WHOLE: inputs[part]}, {WHOLE: targets[part]}
    return None


def _not_recognised(archive: Npz, path: Path) -> NoReturn:
    raise DataError(
        f"{shown(path)} holds {_listing(archive)}. Say which are inputs and targets, "
        f"as in {shown(path.name)},inputs=KEY,targets=KEY."
    )


def _listing(archive: Npz) -> str:
    """The arrays with their shapes."""
    listed = [f"{shown(key)} ({_shape(archive, key)})" for key in archive.keys[:_MOST_LISTED]]
    more = len(archive.keys) - len(listed)
    return ", ".join(listed) + (f" and {more} more" if more else "")


def _shape(archive: Npz, key: str) -> str:
    try:
        return by(archive.header(key).shape)
    except DataError:
        return "not readable"


def _count(archive: Npz, inputs: str, targets: str) -> int:
    """The number of samples, of which inputs and targets must have the same."""
    samples, answers = archive.header(inputs), archive.header(targets)
    if samples.element.kind not in "biuf":
        raise DataError(f"{archive.where(inputs)} holds texts, not numbers. Choose numbers for the inputs.")
    check_pair(archive.where(inputs), samples.shape, archive.where(targets), answers.shape)
    return samples.shape[0]


def _check_alike(archive: Npz, keys: Sequence[str]) -> None:
    """Refuse parts of different sizes or types."""
    first = archive.header(keys[0])
    for key in keys[1:]:
        header = archive.header(key)
        one, other = ((each.shape[1:], each.element.newbyteorder("=")) for each in (first, header))
        if one != other:
            raise DataError(
                f"{archive.where(keys[0])} has samples of {by(one[0])} ({one[1]}), but '{shown(key)}' of "
                f"{by(other[0])} ({other[1]}). Choose the arrays with the options inputs=KEY,targets=KEY."
            )


def _joined(archive: Npz, keys: Sequence[str]) -> Array:
    """The targets of all parts; whole numbers of different widths go together."""
    arrays = [archive.read(key) for key in keys]
    if len({(array.shape[1:], array.dtype.kind in "SU", array.dtype.kind == "S") for array in arrays}) > 1:
        raise DataError(f"{archive.where(keys[0])} is of another kind than '{shown(keys[1])}'. Save them alike.")
    return np.concatenate(arrays) if len(arrays) > 1 else arrays[0]


def _parts(counts: Mapping[str, int]) -> dict[str, NDArray[np.intp]]:
    if len(counts) == 1:
        return {}
    numbers = np.arange(sum(counts.values()), dtype=np.intp)
    return dict(zip(counts, np.split(numbers, np.cumsum(list(counts.values()))[:-1]), strict=True))


def _told(inputs: Keys, targets: Keys) -> str:
    one, other = (" and ".join(f"'{shown(key)}'" for key in keys.values()) for keys in (inputs, targets))
    return f"The inputs are {one}, the targets {other}."
