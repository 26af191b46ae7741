"""CSV: the weights of every layer as a table that any spreadsheet opens."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.export import numpy_script
from nnstudio.export.base import Exporter, Runner
from nnstudio.export.npz import npz_of
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
        tables = _tables(Script.of(trained, stem))
        if not tables:
            raise StudioError("The model has no weights that a table could show. Choose another format.")
        return {name: _csv(arrays).encode() for name, (_, arrays) in tables.items()}

    def runner(self, trained: Trained, main: Path) -> Runner:
        """NumPy reads the tables, and runs its own script with them."""
        # The tables are called after the stem and the first layer that has weights.
        script = Script.of(trained, _stem(trained, main))
        tables = {
            name: [[layer, own, array.shape] for own, array in arrays.items()]
            for name, (layer, arrays) in _tables(script).items()
        }
        return Runner(
            f"NumPy {np.__version__}", "nnstudio.export.run_tables",
            files={
                "script.py": numpy_script.source(script).encode(), "known.npz": npz_of(numpy_script.known(script)),
                "tables.json": json.dumps({"dtype": script.dtype, "tables": tables}).encode(),
            },
        )  # fmt: skip


def _stem(trained: Trained, main: Path) -> str:
    """What was in front of the first table's own name."""
    own = next(iter(_tables(Script.of(trained, ""))))
    return main.name.removesuffix(own)


def _tables(script: Script) -> dict[str, tuple[str, Mapping[str, Array]]]:
    """Every table by the name of its file: the layer that it is of, and its arrays."""
    found = {}
    for step in script.trained.plan.steps:
        layer = script.names[step.id]
        for name, arrays in _parts(script.parameters(step)):
            found[f"{script.stem}_{layer}{name and f'_{name}'}.csv"] = layer, arrays
    return found


def _parts(arrays: Mapping[str, Array]) -> Iterator[tuple[str, Mapping[str, Array]]]:
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
