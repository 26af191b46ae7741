"""The columns of a table as they are read: numbers in blocks, texts by their number among the different ones."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.data.arrays import MOST_CLASSES
from nnstudio.data.table.cells import decimal_sign, is_missing, number_in, quoted
from nnstudio.data.table.roles import Roles
from nnstudio.data.table.rows import Cells, Rows
from nnstudio.data.table.text import Lines

LIMIT = 4 * 2**30
MOST_CATEGORIES = 50
STRAYS = 10  # Texts in a column of numbers that may be mistakes; more of them are meant.

Array = NDArray[Any]


@dataclass(frozen=True)
class Block:
    """Some rows: the numbers in them and the lines they stand in."""

    inputs: Array
    targets: NDArray[np.float64]
    lines: NDArray[np.int64]


@dataclass
class Stray:
    """Texts in a column of numbers, and the first of them."""

    line: int
    text: str
    count: int = 0


class Texts:
    """A column of texts, each kept as its number among the different ones, until those are too many."""

    def __init__(self, most: int) -> None:
        self.known: dict[str, int] = {}
        self.most = most
        self._codes: list[NDArray[np.int32]] = []

    @property
    def too_many(self) -> bool:
        """Whether there are more different texts than can be categories."""
        return len(self.known) > self.most and sum(not is_missing(text) for text in self.known) > self.most

    def add(self, cells: Sequence[str]) -> None:
        """Go on with these cells."""
        if self.too_many:
            self._codes.clear()
            return
        texts = list(map(str.strip, cells))
        for text in set(texts).difference(self.known):
            self.known[text] = len(self.known)
        self._codes.append(np.fromiter(map(self.known.__getitem__, texts), np.int32, len(texts)))

    def categories(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """The different texts in order, and for each row the number of its text among them; −1 where it is missing."""
        texts = sorted((text for text in self.known if not is_missing(text)), key=_order)
        places = {text: place for place, text in enumerate(texts)}
        renumbered = np.array([places.get(text, -1) for text in self.known], np.int32)
        return tuple(texts), renumbered[np.concatenate(self._codes)]


def _order(text: str) -> tuple[float, str]:
    """Numbers by their size, then texts by their letters."""
    number = number_in(text)
    return (np.inf if number is None else number), text


class Columns:
    """What was read of a table so far; `texts` are the columns that hold texts, all others should hold numbers."""

    def __init__(self, roles: Roles, texts: Collection[int], rows: Rows) -> None:
        used = sorted({*roles.inputs, *roles.targets})
        targets = set(roles.targets)
        self.numbers = [column for column in used if column not in texts]
        self.texts = {
            column: Texts(MOST_CLASSES if column in targets else MOST_CATEGORIES) for column in used if column in texts
        }
        self.strays: dict[int, Stray] = {}
        self.blocks: list[Block] = []
        self.inputs = [column for column in self.numbers if column not in targets]
        self.targets = [column for column in roles.targets if column not in texts]
        places = {column: place for place, column in enumerate(self.numbers)}
        self._input_places = [places[column] for column in self.inputs]
        self._target_places = [places[column] for column in self.targets]
        self._comma = rows.dialect.decimal_comma
        self._room = LIMIT
        self._where = rows.where

    def add_rows(self, lines: list[int], rows: list[list[str]]) -> None:
        """Go on with rows of cells, in each of which may be anything."""
        numbers = np.empty((len(rows), len(self.numbers)))
        for place, column in enumerate(self.numbers):
            numbers[:, place] = self._numbers(column, [row[column] for row in rows], lines)
        texts = [[row[column] for row in rows] for column in self.texts]
        self.add(Cells(numbers, texts), np.array(lines, np.int64))

    def add(self, cells: Cells, lines: NDArray[np.int64]) -> None:
        """Go on with rows of which each cell is what its column should hold."""
        for texts, each in zip(self.texts.values(), cells.texts, strict=True):
            texts.add(each)
        inputs, targets = cells.numbers[:, self._input_places], cells.numbers[:, self._target_places]
        block = Block(compact(inputs), targets, lines)
        self._room -= block.inputs.nbytes
        if self._room < 0:
            raise DataError(f"{self._where} holds more than {LIMIT / 2**30:g} GiB of numbers. Choose a smaller table.")
        self.blocks.append(block)

    def crowded(self) -> set[int]:
        """The columns with more texts among their numbers than can be mistakes."""
        return {column for column, stray in self.strays.items() if stray.count > STRAYS}

    def value_count(self, column: int) -> int:
        """How many numbers a column has."""
        which, of = ("targets", self.targets) if column in self.targets else ("inputs", self.inputs)
        place = of.index(column)
        return sum(int((~np.isnan(getattr(block, which)[:, place])).sum()) for block in self.blocks)

    def _numbers(self, column: int, cells: list[str], lines: list[int]) -> NDArray[np.float64]:
        joined = "".join(cells)
        # Python also reads 1_000 and digits of other scripts as numbers.
        if joined.isascii() and "_" not in joined and not (self._comma and "." in joined):
            plain = [cell.replace(",", ".") for cell in cells] if self._comma else cells
            with suppress(ValueError):
                return np.fromiter(map(float, plain), np.float64, len(cells))
            with suppress(ValueError):
                return np.array([np.nan if is_missing(cell) else float(cell) for cell in plain])
        return self._numbers_and_texts(column, cells, lines)

    def _numbers_and_texts(self, column: int, cells: list[str], lines: list[int]) -> NDArray[np.float64]:
        numbers = np.full(len(cells), np.nan)
        for place, cell in enumerate(cells):
            number = number_in(cell, self._comma)
            if number is not None:
                numbers[place] = number
            elif not is_missing(cell):
                stray = self.strays.setdefault(column, Stray(lines[place], cell.strip()))
                stray.count += 1
                if stray.count > STRAYS:
                    # It will be read again, as a column of texts.
                    break
        return numbers


def compact(numbers: NDArray[np.float64]) -> Array:
    """The same numbers in as few bytes as hold them to a millionth: pixels in one, most others in four."""
    with np.errstate(all="ignore"):
        pixels = numbers.astype(np.uint8)
        if (pixels == numbers).all():
            return pixels
        single = numbers.astype(np.float32)
        changed = np.abs(single - numbers) > 1e-6 * np.abs(numbers)
    return np.ascontiguousarray(numbers) if changed.any() else single


def read_columns(begin: Callable[[], Lines], rows: Rows, roles: Roles, task: str) -> Columns:
    """All columns; read again where it only turned out on the way that a column holds texts."""
    texts = set(roles.categories)
    while True:
        lines = begin()
        if rows.dialect.header:
            rows.first(lines)
        columns = Columns(roles, texts, rows)
        found = _fill(columns, lines, rows)
        if not found:
            return columns
        for column in found:
            _check_meant(column, columns, roles, task, rows.where)
        texts |= found


def _fill(columns: Columns, lines: Lines, rows: Rows) -> set[int]:
    """Read to the end, and tell which columns hold texts after all; if the first block shows it, no further."""
    while left := lines.left():
        if cells := rows.quick(left, columns.numbers, list(columns.texts)):
            columns.add(cells, np.arange(len(left)) + lines.number + 1)
            lines.skip(len(left))
        else:
            columns.add_rows(*rows.careful(lines))
        if len(columns.blocks) == 1 and (crowded := columns.crowded()):
            return crowded
    return set(columns.strays)


def _check_meant(column: int, columns: Columns, roles: Roles, task: str, where: str) -> None:
    """Refuse texts in a column that should hold numbers."""
    stray, name = columns.strays[column], quoted(roles.names[column])
    at = f"Column {name} of {where} has the text {quoted(stray.text)} in line {stray.line:,}"
    is_target = column in roles.targets
    if is_target and (task == "numbers" or len(roles.targets) > 1):
        raise DataError(f"{at}, so it is nothing to predict as a number. Correct it, or choose another target.")
    if is_target and task == "classes":
        return
    if stray.count <= STRAYS and columns.value_count(column) >= 3 * stray.count:
        comma = " if it is a decimal comma, choose decimal=comma;" if decimal_sign(stray.text) == "," else ""
        meant = "task=classes" if is_target else f"categories={roles.names[column]}"
        raise DataError(f"{at} among numbers. Correct it;{comma} or if all are names, choose {meant}.")
