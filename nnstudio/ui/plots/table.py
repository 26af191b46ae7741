"""What a plot shows as a table of numbers, and the table as a file that any program reads."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import zip_longest
from math import copysign
from typing import Any

import numpy as np
from numpy.typing import NDArray

Cells = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True, eq=False)
class Column:
    """Numbers or words under a name; the unit stands behind it. None is an empty cell."""

    name: str
    cells: Cells
    unit: str = ""

    @property
    def title(self) -> str:
        """The name with its unit."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, eq=False)
class Table:
    """Columns side by side; a shorter one ends with empty cells."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, eq=False)
class Series:
    """Columns whose cells stand at positions of their own."""

    positions: NDArray[np.float64]
    columns: tuple[Column, ...]


def joined(position: str, series: Iterable[Series]) -> Table:
    """Series beside each other, those at the same position in one row."""
    series = [each for each in series if len(each.positions)]
    if not series:
        return Table((Column(position, ()),))
    rows = np.unique(np.concatenate([each.positions for each in series]))
    columns = [Column(position, rows)]
    for each in series:
        places = np.searchsorted(rows, each.positions)
        for column in each.columns:
            cells = np.full(len(rows), None, object)
            cells[places] = np.asarray(column.cells).astype(object)
            columns.append(Column(column.name, cells, column.unit))
    return Table(tuple(columns))


def csv_of(table: Table) -> bytes:
    """Titles in the first line, then the numbers: every one so that it can be read back to the last bit."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.title for column in table.columns])
    writer.writerows(zip_longest(*(_written(column.cells) for column in table.columns), fillvalue=""))
    return text.getvalue().encode()


def _written(cells: Cells) -> list[str]:
    plain = cells.tolist() if isinstance(cells, np.ndarray) else list(cells)
    return [_cell(each) for each in plain]


def _cell(value: Any) -> str:
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15 and copysign(1.0, value) == (1.0 if value >= 0 else -1.0)
        return str(int(value)) if whole else repr(value)
    return "" if value is None else str(value)
