"""How a table is written: what divides its columns, its decimal sign, and whether its first line names them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nnstudio.core.errors import DataError
from nnstudio.data.preparation.learned import MOST

# The steps that fill and standardise keep a number for each, and have this bound.
MOST_COLUMNS = MOST
# None: any number of blanks. Of equals, the first is the likelier.
DELIMITERS: dict[str, str | None] = {"tab": "\t", "semicolon": ";", "comma": ",", "pipe": "|", "space": None}
_PLURALS = {"tab": "tabs", "semicolon": "semicolons", "comma": "commas", "pipe": "pipes", "space": "blanks"}


@dataclass(frozen=True)
class Dialect:
    """The form in which a table is written."""

    delimiter: str
    decimal_comma: bool = False
    header: bool = True

    @property
    def sign(self) -> str | None:
        """What stands between two cells; None for any number of blanks."""
        return DELIMITERS[self.delimiter]

    @property
    def plural(self) -> str:
        """What divides the columns, for a sentence."""
        return _PLURALS[self.delimiter]

    def refuse_too_wide(self, line: str, where: str) -> None:
        """Refuse a line of too many columns before it is divided: a few million cells would take a lot of memory."""
        if len(line) > MOST_COLUMNS and len(line.split(self.sign, MOST_COLUMNS)) > MOST_COLUMNS:
            raise DataError(f"{where} has more than {MOST_COLUMNS:,} columns. Choose another delimiter or table.")

    def rows(self, lines: Iterable[str], strict: bool = True) -> Iterator[list[str]]:
        """The cells of each row; a row takes several lines where a quoted cell has newlines in it."""
        if self.sign is None:
            return csv.reader((" ".join(line.split()) for line in lines), delimiter=" ", strict=strict)
        return csv.reader(lines, delimiter=self.sign, skipinitialspace=True, strict=strict)

    def described(self, encoding: str) -> str:
        """A sentence that shows how the table was understood."""
        sign = "commas" if self.decimal_comma else "points"
        names = "the first line names the columns" if self.header else "no line names the columns"
        return f"Read as {encoding}, divided by {self.plural}, with decimal {sign}; {names}."


def is_blank(row: list[str]) -> bool:
    """Whether a row is an empty line."""
    return not row or (len(row) == 1 and not row[0].strip())
