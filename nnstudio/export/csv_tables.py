"""CSV: the weights of every layer as a table that any spreadsheet opens."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.export.base import Exporter
from nnstudio.export.script import Script
from nnstudio.export.trained import Trained
from nnstudio.layers.shapes import Array


@dataclass(frozen=True)
class CsvTables(Exporter):
    """A folder with one table for each layer: a row for each neuron, filter or feature, a column for each number."""

    kind: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV tables"
    about: ClassVar[str] = "The weights of every layer as a table"
    suffix: ClassVar[str] = ".csv"
    in_folder: ClassVar[bool] = True

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """A table for each layer that has weights."""
        script = Script.of(trained, stem)
        found: dict[str, bytes] = {}
        for step in trained.plan.steps:
            for name, arrays in _tables(script.parameters(step)):
                table = "_".join(part for part in (stem, script.names[step.id], name) if part)
                found[f"{table}.csv"] = _csv(arrays).encode()
        if not found:
            raise StudioError("The model has no weights that a table could show. Choose another format.")
        return found


def _tables(arrays: Mapping[str, Array]) -> Iterator[tuple[str, Mapping[str, Array]]]:
    """All arrays in one table, where each has as many rows; else one table for each."""
    if len({len(array) for array in arrays.values()}) <= 1:
        if arrays:
            yield "", arrays
        return
    for name, array in arrays.items():
        yield name, {name: array}


def _csv(arrays: Mapping[str, Array]) -> str:
    """A header that says which number stands where, and the numbers with all their digits."""
    header = [column for name, array in arrays.items() for column in _columns(name, array.shape[1:])]
    rows = np.concatenate([array.reshape(len(array), -1) for array in arrays.values()], axis=1)
    return "\n".join((",".join(header), *(",".join(map(str, row)) for row in rows.astype(str)))) + "\n"


def _columns(name: str, shape: tuple[int, ...]) -> list[str]:
    """bias, or weights[0], weights[1] ...; of a filter weights[row column channel]."""
    return [f"{name}[{' '.join(map(str, place))}]" if place else name for place in np.ndindex(*shape)]
