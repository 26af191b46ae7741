"""The inputs of a table: which columns they come from, where they have gaps, and all of them as one array."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.data.table.cells import listed, quoted
from nnstudio.data.table.columns import LIMIT, Block, Columns
from nnstudio.data.table.dialect import MOST_COLUMNS
from nnstudio.data.table.features import Feature, text_features
from nnstudio.data.table.roles import Roles

FEWEST_PIXELS = 64
BRIGHT = 50  # Pixels of one byte reach beyond it; smaller whole numbers may well be counts.

# The order of the rows, which such a column tells, often gives the answer away.
_COUNTERS = frozenset({"id", "index", "no", "nr", "row", "rownames", "unnamed: 0", "unnamed 1"})

Array = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Inputs:
    """Columns that become inputs; their numbers are still in blocks."""

    blocks: list[Block]
    places: dict[int, int]
    """Where in the blocks the numbers of each column stand."""
    features: dict[int, Feature]
    """The columns of texts."""
    order: tuple[int, ...]
    """The columns that become inputs, from left to right."""
    column_names: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What each input is called."""
        return tuple(name for column in self.order for name in self._names_from(column))

    def _names_from(self, column: int) -> tuple[str, ...]:
        return self.features[column].names if column in self.features else (self.column_names[column],)

    def without(self, columns: Collection[int]) -> "Inputs":
        """The same but for these columns."""
        return replace(self, order=tuple(column for column in self.order if column not in columns))

    def pieces(self) -> Iterator[tuple[slice, Block]]:
        """The blocks, each with its place among all rows."""
        start = 0
        for block in self.blocks:
            yield slice(start, start + len(block.lines)), block
            start += len(block.lines)

    def gaps(self, keep: Mask) -> dict[int, int]:
        """How many values each column lacks in the rows that are kept."""
        counts = np.zeros(len(self.places), np.int64)
        for rows, block in self.pieces():
            if block.inputs.dtype.kind == "f":
                counts += np.isnan(block.inputs[keep[rows]]).sum(0)
        return {column: self._gaps_in(column, counts, keep) for column in self.order}

    def _gaps_in(self, column: int, counts: NDArray[np.int64], keep: Mask) -> int:
        if column in self.features:
            return int((self.features[column].missing() & keep).sum())
        return int(counts[self.places[column]])

    def rows_with_gaps(self) -> Mask:
        """The rows that lack a value."""
        used = self._used()
        found = [np.isnan(block.inputs[:, used]).any(1) for block in self.blocks]
        missing: Mask = np.concatenate(found)
        for column in self.order:
            if column in self.features:
                missing |= self.features[column].missing()
        return missing

    def counts_rows(self, column: int) -> bool:
        """Whether the column only numbers the rows, by its name and its values."""
        if self.column_names[column].lower() not in _COUNTERS or column not in self.places:
            return False
        values = np.concatenate([block.inputs[:, self.places[column]] for block in self.blocks])
        return np.array_equal(values, values[0] + np.arange(len(values), dtype=np.float64))

    def line(self, row: int) -> int:
        """The line in which a row stands."""
        return next(int(block.lines[row - rows.start]) for rows, block in self.pieces() if row < rows.stop)

    def values(self, keep: Mask, where: str) -> Array:
        """All inputs of the rows that are kept, (rows, inputs): bytes if they are pixels, else in floating point."""
        starts = np.cumsum([0, *(len(self._names_from(column)) for column in self.order)])
        samples, width, element = int(keep.sum()), int(starts[-1]), self._element()
        _check_room(samples, width, element.itemsize, where)
        made = np.zeros((samples, width), element)
        used, goals = self._used(), starts[:-1][[column not in self.features for column in self.order]]
        start = done = 0
        while self.blocks:
            # Each block goes as it is copied, or all numbers would be there twice.
            numbers = self.blocks.pop(0).inputs
            numbers, done = numbers[keep[done : done + len(numbers)]], done + len(numbers)
            made[start : start + len(numbers), goals] = numbers[:, used]
            start += len(numbers)
        for column, start, stop in zip(self.order, starts[:-1], starts[1:], strict=True):
            if column in self.features:
                self.features[column].write(made[:, start:stop], keep)
        return _as_pixels(made)

    def _used(self) -> list[int]:
        return [self.places[column] for column in self.order if column not in self.features]

    def _element(self) -> np.dtype[Any]:
        found: np.dtype[Any] = np.result_type(*(block.inputs.dtype for block in self.blocks))
        return np.promote_types(found, np.float32) if self.features else found


def _as_pixels(made: Array) -> Array:
    """Bytes if there are as many inputs as a picture may have, each a whole number up to 255; else floating point."""
    if made.shape[1] >= FEWEST_PIXELS and made.min() >= 0 and BRIGHT < made.max() <= 255:
        pixels = made.astype(np.uint8, copy=False)
        if pixels is made or (pixels == made).all():
            return pixels
    return made.astype(np.promote_types(made.dtype, np.float32), copy=False)


def inputs_of(columns: Columns, roles: Roles, keep: Mask) -> tuple[Inputs, list[str]]:
    """The columns that become inputs, and notes about those that do not."""
    texts = {column: columns.texts[column] for column in roles.inputs if column in columns.texts}
    features, notes = text_features(texts, roles.names)
    places = {column: place for place, column in enumerate(columns.inputs)}
    order = tuple(column for column in roles.inputs if column in places or column in features)
    found = Inputs(columns.blocks, places, features, order, roles.names)
    empty = [column for column, count in found.gaps(keep).items() if count == keep.sum()]
    found = found.without(empty)
    counters = [] if roles.chosen else [column for column in found.order if found.counts_rows(column)]
    # The only input may be a time that counts.
    counters = counters if len(counters) < len(found.order) else []
    for left_out, why in ((empty, "being empty"), (counters, "only counting the rows")):
        if left_out:
            notes.append(f"Left out for {why}: {listed(quoted(roles.names[column]) for column in left_out)}.")
    return found.without(counters), notes


def _check_room(samples: int, width: int, size: int, where: str) -> None:
    if not width:
        raise DataError(f"No column of {where} can be an input. Choose another delimiter, or another table.")
    if width > MOST_COLUMNS:
        raise DataError(f"{where} makes {width:,} inputs; {MOST_COLUMNS:,} are the most. Leave out columns of texts.")
    if samples * width * size > LIMIT:
        raise DataError(f"{where} makes more than {LIMIT / 2**30:g} GiB of inputs. Leave out columns of texts.")
