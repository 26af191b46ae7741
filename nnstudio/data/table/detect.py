"""Finding out from its first lines how a table is written."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from nnstudio.core.errors import DataError
from nnstudio.data.table.cells import decimal_sign, is_missing, number_in
from nnstudio.data.table.dialect import DELIMITERS, MOST_COLUMNS, Dialect, is_blank

LINES = 100
CHARACTERS = 2**16
FEWEST = 3
CELLS = 1000  # Of a row that are looked at.

_QUOTED = re.compile(r'(?<![^\n,;|\t ])"(?:[^"]++|"")*+"')


def sample_of(lines: Iterable[str]) -> list[str]:
    """The first lines; few of long ones."""
    sample: list[str] = []
    size = 0
    for line in lines:
        sample.append(line)
        size += len(line)
        if len(sample) >= LINES or (size > CHARACTERS and len(sample) >= FEWEST):
            break
    return sample


def dialect_of(sample: list[str], delimiter: str, header: str, decimal: str, where: str) -> Dialect:
    """How the table is written: as was said, and else as it looks."""
    if delimiter == "auto":
        delimiter = _delimiter(sample, where)
    dialect = Dialect(delimiter)
    for line in sample:
        dialect.refuse_too_wide(line, where)
    rows = sample_rows(sample, dialect)
    comma = decimal == "comma" or (decimal == "auto" and delimiter != "comma" and _has_decimal_commas(rows))
    named = header == "yes" or (header == "auto" and _starts_with_names(rows, comma))
    return Dialect(delimiter, comma, named)


def sample_rows(sample: list[str], dialect: Dialect) -> list[list[str]]:
    """The cells of the first rows, as far as they can be read."""
    rows: list[list[str]] = []
    try:
        rows.extend(row[:CELLS] for row in dialect.rows(sample, strict=False) if not is_blank(row))
    except csv.Error:
        # What is wrong with that row is said when the table is read.
        return rows
    return rows


def _delimiter(sample: list[str], where: str) -> str:
    lines = _QUOTED.sub('""', "".join(sample)).split("\n")
    lines = [line for line in lines if line.strip()]
    fits = {name: _fit(lines, sign) for name, sign in DELIMITERS.items()}
    best = max(fits, key=lambda name: fits[name])
    if not fits[best]:
        raise DataError(
            f"{where} has only one column. A table needs at least two, for inputs and target, divided by commas, "
            "semicolons, tabs, pipes or blanks."
        )
    return best


def _fit(lines: Sequence[str], sign: str | None) -> float:
    """How well a delimiter divides the lines: into as many cells each, and into numbers."""
    if not lines:
        return 0.0
    widths = Counter(len(line.split(sign, MOST_COLUMNS)) for line in lines)
    width, count = widths.most_common(1)[0]
    if width == 1:
        return 0.0
    cells = [cell for line in lines for cell in islice(line.split(sign, CELLS), CELLS)]
    numbers = sum(_is_number(cell, sign) for cell in cells)
    # A line of names has no decimal commas to be mistaken for the delimiter.
    like_the_first = len(lines[0].split(sign, MOST_COLUMNS)) == width
    return count / len(lines) + numbers / len(cells) + like_the_first


def _is_number(cell: str, sign: str | None) -> bool:
    return number_in(cell) is not None or (sign != "," and number_in(cell, decimal_comma=True) is not None)


def _has_decimal_commas(rows: list[list[str]]) -> bool:
    signs = Counter(map(decimal_sign, chain.from_iterable(rows)))
    return signs[","] > signs["."]


def _starts_with_names(rows: list[list[str]], comma: bool) -> bool:
    if not rows:
        return False
    first, *rest = rows
    votes = sum(
        _vote(cell, [row[place] for row in rest if place < len(row)], comma) for place, cell in enumerate(first)
    )
    return votes > 0 or (votes == 0 and all(number_in(cell, comma) is None for cell in first))


def _vote(cell: str, below: list[str], comma: bool) -> int:
    """1 if a cell of the first line looks like the name of what is below, −1 if it looks like one of it."""
    below = [each for each in below if not is_missing(each)]
    if not below or is_missing(cell):
        return 0
    numbers = sum(number_in(each, comma) is not None for each in below)
    if 2 * numbers > len(below):
        return 1 if number_in(cell, comma) is None else -1
    if cell in below:
        return -1
    return 1 if len(set(below)) < len(below) else 0
