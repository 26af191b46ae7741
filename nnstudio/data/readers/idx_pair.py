"""An IDX file of inputs with the IDX file of its labels beside it, as the files of MNIST are published."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, text
from nnstudio.core.files import shown
from nnstudio.data.arrays import TASKS, from_arrays
from nnstudio.data.beside import HELP, LONGEST_PATH, check_pair, first_beside, named
from nnstudio.data.dataset import Array, DataSet
from nnstudio.data.idx import ELEMENTS, Header, open_idx, read_header, read_idx
from nnstudio.data.layout import HELP as LAYOUT_HELP
from nnstudio.data.layout import LAYOUTS, laid_out
from nnstudio.data.mapped import LARGEST, note_on
from nnstudio.data.readers.base import Look, Reader, name_of
from nnstudio.data.streams import GZIP

_NAME = re.compile(r"[-._]idx\d?(?:[-.]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class IdxPair(Reader):
    """An IDX file, plain or compressed with gzip, and the labels beside it."""

    title = "IDX file"
    rank = 2
    reads = "an IDX file with its labels beside it"
    example = "scans-images-idx3-ubyte.gz"

    targets: str = text("", LONGEST_PATH, HELP)
    task: str = choice("auto", TASKS, "Whether the targets are classes or numbers")
    layout: str = choice("auto", LAYOUTS, LAYOUT_HELP)

    @classmethod
    def takes(cls, look: Look) -> bool:
        """A file that begins as IDX does, compressed or not, or is named so."""
        return not look.is_folder and (bool(_NAME.search(look.path.name)) or _begins_as_idx(look.start))

    def open(self, path: Path, name: str = "") -> DataSet:
        """The inputs, left in their file where they are many, and one target for each."""
        header = read_header(path, LARGEST)
        found = self._targets_of(path, header)
        answers = read_header(found)
        check_pair(shown(path), header.shape, shown(found), answers.shape)
        layout = "images" if self.layout == "auto" and len(header.shape) == 3 else self.layout
        inputs, notes = laid_out(open_idx(path), layout, shown(path))
        notes += () if self.targets else (f"The targets are those in {shown(found.name)}.",)
        targets, classes = _numbered(read_idx(found), self.task)
        return from_arrays(
            inputs,
            targets,
            name or name_of(path),
            task=self.task,
            class_names=classes,
            notes=(*notes, *note_on(inputs, path)),
        )

    def _targets_of(self, path: Path, header: Header) -> Path:
        if self.targets:
            return named(path, self.targets)
        if len(header.shape) == 1:
            raise _labels_alone(path)
        found = first_beside(path, _other_names(path.name, "images", "labels", "idx1"))
        if found is None:
            raise DataError(
                f"There are no labels beside {shown(path)}. Put the file with them there, named as usual "
                f"({_usual_name(path)}), or name it with the option targets=FILE."
            )
        return found


def _begins_as_idx(start: bytes) -> bool:
    if start.startswith(b"\x1f\x8b"):
        try:
            start = zlib.decompressobj(wbits=GZIP).decompress(start, 4)
        except zlib.error:
            return False
    return start[:2] == b"\0\0" and len(start) >= 4 and start[2] in ELEMENTS and 1 <= start[3] <= 8


def _other_names(name: str, old: str, new: str, rank: str) -> Iterator[str]:
    """What the other file of a pair may be called, the likeliest first."""
    packed = name.endswith(".gz")
    plain = name.removesuffix(".gz")
    if old not in plain:
        return
    other = re.sub(r"idx\d", rank, plain.replace(old, new))
    spellings = dict.fromkeys((other, other.replace("-idx", ".idx"), other.replace(".idx", "-idx")))
    for ending, spelling in product((".gz", "") if packed else ("", ".gz"), spellings):
        yield spelling + ending


def _usual_name(path: Path) -> str:
    return shown(next(_other_names(path.name, "images", "labels", "idx1"), "train-labels-idx1-ubyte.gz"))


def _labels_alone(path: Path) -> DataError:
    if "images" in path.name:
        return DataError(f"{shown(path)} holds labels, not images. Perhaps inputs and targets were swapped.")
    names = (name for rank in "342" for name in _other_names(path.name, "labels", "images", f"idx{rank}"))
    images = first_beside(path, names)
    inputs = shown(images.name) if images else "train-images-idx3-ubyte.gz"
    return DataError(
        f"{shown(path)} holds labels, not images. Choose the file with the images, such as {inputs}; "
        "its labels are found beside it."
    )


def _numbered(labels: Array, task: str) -> tuple[Array, tuple[str, ...]]:
    """Labels of one byte are class numbers as they are, so that files of one set agree on them; named by the number."""
    if task == "numbers" or labels.ndim != 1 or labels.dtype.kind not in "iu" or not len(labels):
        return labels, ()
    if labels.min() < 0 or labels.max() > 255:
        return labels, ()
    return labels.astype(np.int64), tuple(str(number) for number in range(max(2, int(labels.max()) + 1)))
