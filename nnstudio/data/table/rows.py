"""The rows of a table: whole blocks of numbers at once where nothing else is in them, and else cell by cell."""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.wording import counted
from nnstudio.data.table.dialect import Dialect, is_blank
from nnstudio.data.table.text import Lines

USUAL_GAPS = ("", "NA", "N/A", "#N/A", "null", "NULL", "None", "?", "-")


@dataclass(frozen=True)
class Cells:
    """The same rows of several columns: of numbers as one array, of texts one after another."""

    numbers: NDArray[np.float64]
    texts: list[list[str]]


@dataclass(frozen=True)
class Rows:
    """Reads rows of one width; what cannot be read is refused with its line."""

    dialect: Dialect
    where: str
    width: int = 0
    """How many cells each row must have; 0 as long as it is not known."""
    width_line: int = 0
    """The line that shows it."""

    def first(self, lines: Lines) -> tuple[int, list[str]] | None:
        """The first row, whatever its width, with its line."""
        return next(self._each(lines), None)

    def quick(self, lines: list[str], numbers: list[int], texts: list[int]) -> Cells | None:
        """These columns of whole lines, read at once; None if something in them must be read with care."""
        text = "".join(lines)
        if '"' in text or lines[0].isspace() or not all(self._width_of(line) == self.width for line in lines):
            return None
        words = self._loaded(text, texts, len(lines), object)
        if words is None or (self.dialect.decimal_comma and "." in text):
            return None
        text = text.replace(",", ".") if self.dialect.decimal_comma else text
        # Most often nothing is missing; and if something is, its cell is most often empty.
        for gaps in ((), ("",), USUAL_GAPS) if self.dialect.sign else ((),):
            values = self._loaded(gaps_marked(text, self.dialect.sign, gaps), numbers, len(lines))
            if values is not None:
                return Cells(values, words.T.tolist())
        return None

    def _width_of(self, line: str) -> int:
        sign = self.dialect.sign
        return line.count(sign) + 1 if sign else len(line.split())

    def _loaded(self, text: str, columns: list[int], count: int, element: type = float) -> NDArray[Any] | None:
        if not columns:
            return np.empty((count, 0), element)
        which = columns if len(columns) < self.width else None
        try:
            found: NDArray[Any] = np.loadtxt(
                StringIO(text), element, comments=None, delimiter=self.dialect.sign, usecols=which, ndmin=2
            )
        except ValueError:
            return None
        return found if len(found) == count else None

    def careful(self, lines: Lines) -> tuple[list[int], list[list[str]]]:
        """The cells of all rows that begin in this block, and their lines."""
        end = lines.number + len(lines.left())
        places: list[int] = []
        rows: list[list[str]] = []
        for line, row in self._each(lines):
            if len(row) != self.width:
                raise self._ragged(line, len(row))
            places.append(line)
            rows.append(row)
            if lines.number >= end:
                break
        return places, rows

    def _each(self, lines: Lines) -> Iterator[tuple[int, list[str]]]:
        line = lines.number + 1
        try:
            for row in self.dialect.rows(self._not_too_wide(lines)):
                if not is_blank(row):
                    yield line, row
                line = lines.number + 1
        except csv.Error as error:
            raise self._unreadable(line, str(error)) from None

    def _not_too_wide(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self.dialect.refuse_too_wide(line, self.where)
            yield line

    def _ragged(self, line: int, width: int) -> DataError:
        fields = counted(width, "field", "fields")
        return DataError(
            f"Line {line:,} of {self.where} has {fields}, but line {self.width_line:,} has {self.width:,}. "
            f"Correct one of the two, or choose another delimiter than {self.dialect.delimiter}."
        )

    def _unreadable(self, line: int, reason: str) -> DataError:
        if "field limit" in reason:
            what = "has a cell that is far too long. Perhaps a quote is not closed: correct it"
        elif "unexpected end" in reason:
            what = "opens a quote that is never closed. Correct it"
        else:
            what = "has letters behind a closing quote. Correct it"
        return DataError(f"Line {line:,} of {self.where} {what}.")


def gaps_marked(text: str, sign: str | None, words: Collection[str]) -> str:
    """The same lines with nan in every cell that is one of these words."""
    if not words:
        return text
    text = f"\n{text}" if text.endswith("\n") else f"\n{text}\n"
    for word in words:
        # Twice between two signs: neighbours share one, and the first pass sees every second.
        for before, after in ((sign, sign), (sign, sign), ("\n", sign), (sign, "\n")):
            text = text.replace(f"{before}{word}{after}", f"{before}nan{after}")
    return text[1:]
