"""Tables of text, such as CSV and TSV: how they are written is found out, and may be said instead."""

from dataclasses import dataclass, replace
from math import isqrt
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, text
from nnstudio.core.files import opened, shown
from nnstudio.data.arrays import TASKS, from_arrays
from nnstudio.data.dataset import Array, DataSet
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.preparation.fill import Fill
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.data.readers.base import Look, Reader, name_of
from nnstudio.data.table.columns import LIMIT, Columns, read_columns
from nnstudio.data.table.detect import dialect_of, sample_of, sample_rows
from nnstudio.data.table.dialect import DELIMITERS, Dialect
from nnstudio.data.table.inputs import inputs_of
from nnstudio.data.table.missing import WAYS, rows_without_gaps
from nnstudio.data.table.roles import Choices, Roles, names_of, roles_of
from nnstudio.data.table.rows import Rows
from nnstudio.data.table.strangers import refuse_strangers
from nnstudio.data.table.targets import targets_of
from nnstudio.data.table.text import Encoding, Lines, blocks_of, encoding_of

START = 4096
LONGEST_OPTION = 20_000
USUAL = 10.0  # Inputs within ±10 stay as they are written: a truth table, lengths in centimetres.


@dataclass(frozen=True)
class Table(Reader):
    """A table of text: one row for each sample, one column for each input and for the target."""

    rank = 90
    reads = "a table (CSV or TSV)"
    example = "prices.csv,target=price,missing=drop"

    target: str = text("", LONGEST_OPTION, "The column to predict, by name or number; several joined by +")
    task: str = choice("auto", TASKS, "Whether the target is one of several classes, or numbers")
    columns: str = text("", LONGEST_OPTION, "The columns to take as inputs, joined by +; else all but the target")
    leave_out: str = text("", LONGEST_OPTION, "Columns to leave out, joined by +")
    categories: str = text("", LONGEST_OPTION, "Columns whose numbers are names, joined by +: one input for each")
    missing: str = choice("fill", WAYS, "Missing inputs: fill them in, drop their rows, or refuse the table")
    delimiter: str = choice("auto", ("auto", *DELIMITERS), "What stands between two columns")
    header: str = choice("auto", ("auto", "yes", "no"), "Whether the first line names the columns")
    decimal: str = choice("auto", ("auto", "point", "comma"), "What stands before the decimals of a number")
    encoding: str = choice("auto", ("auto", "utf-8", "utf-16", "windows-1252"), "How letters are written as bytes")

    @classmethod
    def takes(cls, look: Look) -> bool:
        """Every file that is left: the message then says what it is instead."""
        return not look.is_folder

    def open(self, path: Path, name: str = "") -> DataSet:
        """The rows of the table, texts as categories, with the preparation that its numbers ask for."""
        try:
            with opened(path, DataError) as file:
                read = self._read(file, shown(path))
            return self._assembled(*read, name or name_of(path), shown(path))
        except MemoryError:
            raise DataError(f"{shown(path)} does not fit into memory. Close other programs first.") from None

    def _read(self, file: BinaryIO, where: str) -> tuple[Columns, Roles, str]:
        """All columns, what they are for, and a sentence about how the table is written."""
        refuse_strangers(file.read(START), where)
        if file.seek(0, 2) > LIMIT:
            raise DataError(f"{where} has more than {LIMIT / 2**30:g} GiB. Choose a smaller table.")
        encoding = encoding_of(file, self.encoding, where)
        rows, roles = self._layout(file, encoding, where)
        columns = read_columns(lambda: Lines(blocks_of(file, encoding, where)), rows, roles, self.task)
        if not any(len(block.lines) for block in columns.blocks):
            raise DataError(f"{where} has only a header, but no rows below it. Choose a table with rows.")
        return columns, roles, rows.dialect.described(encoding.title)

    def _layout(self, file: BinaryIO, encoding: Encoding, where: str) -> tuple[Rows, Roles]:
        """The form of the rows, and what their columns are for."""
        sample = sample_of(Lines(blocks_of(file, encoding, where)))
        dialect = dialect_of(sample, self.delimiter, self.header, self.decimal, where)
        rows = Rows(dialect, where)
        line, first = rows.first(Lines(blocks_of(file, encoding, where))) or (1, [])
        below = sample_rows(sample, dialect)[1 if dialect.header else 0 :]
        if len(first) < 2:
            raise _too_narrow(line, dialect, any(len(row) > 1 for row in below), where)
        names = names_of(first if dialect.header else None, len(first), where)
        choices = Choices(self.target, self.columns, self.leave_out, self.categories)
        roles = roles_of(names, below, choices, where)
        return replace(rows, width=len(first), width_line=line), roles

    def _assembled(self, columns: Columns, roles: Roles, written: str, name: str, where: str) -> DataSet:
        targets = targets_of(columns, roles, where)
        inputs, left_out = inputs_of(columns, roles, targets.known)
        keep, gaps = rows_without_gaps(inputs, targets.known, self.missing, where)
        values = inputs.values(keep, where)
        data = from_arrays(
            values, targets.values[keep], name, task=self.task, class_names=targets.class_names,
            preparation=_preparation(values), input_names=inputs.names,
            target_names=[roles.names[column] for column in roles.targets],
            notes=[written, *roles.notes, *left_out, *targets.notes, *gaps, *_picture_notes(values)],
        )  # fmt: skip
        several = data.classifies and len(roles.targets) > 1
        return replace(data, class_names=data.target_names) if several else data


def _too_narrow(line: int, dialect: Dialect, wider_below: bool, where: str) -> DataError:
    if wider_below:
        return DataError(f"Line {line:,} of {where} has 1 field, but others have more. Take out what is only a title.")
    return DataError(
        f"{where} has only one column, divided by {dialect.plural}. "
        "A table needs at least two, for inputs and target: choose another delimiter."
    )


def _preparation(values: Array) -> tuple[Preparation, ...]:
    if values.dtype == np.uint8:
        return (Scale(255),)
    # These pass over what is missing.
    low, high = np.fmin.reduce(values, None), np.fmax.reduce(values, None)
    steps: list[Preparation] = [Fill("mean")] if np.isnan(values).any() else []
    return (*steps, Standardise("feature")) if low < -USUAL or high > USUAL else tuple(steps)


def _picture_notes(values: Array) -> list[str]:
    """A hint where the columns are as many as the pixels of a square picture."""
    count = values.shape[1]
    for channels in (1, 3):
        side = isqrt(count // channels)
        if values.dtype == np.uint8 and side * side * channels == count:
            shape = f"{side}×{side}×{channels}"
            return [f"They may be pictures of {side}×{side} pixels: Reshape to {shape} behind the Input makes them so."]
    return []
