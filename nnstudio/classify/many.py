"""Many picture files, asked about a few at a time, and their answers as a table; what cannot be read is listed."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from nnstudio.classify.network import CHUNK, Network
from nnstudio.classify.picture_file import read_for
from nnstudio.classify.recognition import Recognition, recognise
from nnstudio.classify.stored import Stored
from nnstudio.classify.way import chosen_stages, way
from nnstudio.core.errors import DataError, StudioError
from nnstudio.layers.shapes import Array

AT_ONCE = CHUNK
COLUMNS = ("file", "answer", "probability", "second", "second_probability")
Look = Callable[[str, Array], object]


def pictures_of(network: Network) -> Stored:
    """How the network's pictures are stored; a DataError where it reads none."""
    if isinstance(network.stored, str):
        raise DataError(network.stored)
    return network.stored


def sample_for(network: Network, picture: ArrayLike | str | Path, stages: str = "all") -> Array:
    """A picture, or a file with one, as a sample of the network's data."""
    stored = pictures_of(network)
    if isinstance(picture, str | Path):
        picture = read_for(picture, stored)
    return way(picture, chosen_stages(stored, stages), stored).sample


@dataclass
class Answered:
    """A network, and what it said of picture files so far."""

    network: Network
    stages: str = "all"
    answers: dict[str, Recognition] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    """Why a file is no picture, in a sentence."""

    @property
    def count(self) -> int:
        """How many files are done with."""
        return len(self.answers) + len(self.unreadable)

    def ask(self, paths: Sequence[str], look: Look | None = None, wanted: Callable[[], bool] | None = None) -> None:
        """Ask about some more, as long as it is `wanted`; `look` sees each picture that could be read."""
        samples = {}
        for path in paths:
            if wanted is not None and not wanted():
                break
            try:
                picture = read_for(path, pictures_of(self.network))
                samples[path] = sample_for(self.network, picture, self.stages)
            except StudioError as error:
                self.unreadable[path] = str(error)
                continue
            if look is not None:
                look(path, picture)
        self.answers.update(zip(samples, recognise(self.network, list(samples.values())), strict=True))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The answers, each with the columns of the table."""
        for path, found in self.answers.items():
            yield dict(zip(COLUMNS, (path, found.answer, found.probability, found.second, found.second_probability),
                           strict=True))  # fmt: skip

    def csv(self) -> bytes:
        """The table as a file: the answers first, then what could not be read."""
        text = io.StringIO()
        writer = csv.DictWriter(text, (*COLUMNS, "problem"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows())
        writer.writerows({"file": path, "problem": reason} for path, reason in self.unreadable.items())
        return text.getvalue().encode("utf-8", "backslashreplace")
