"""What the text of one cell means: a number, a missing value, yes or no, or a text."""

import re
from collections.abc import Iterable

from nnstudio.core.files import shown

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "?", "-"})
YES_NO = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
SHOWN = 5

# No part can be read in two ways, or a long row of digits would be tried in all of them.
_NUMBER = re.compile(r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)", re.IGNORECASE | re.ASCII)
_BROKEN = re.compile(r"[+-]?\d*([.,])\d+(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


def is_missing(cell: str) -> bool:
    """Whether the cell is empty, or says that there is no value."""
    return cell.strip().lower() in MISSING


def number_in(cell: str, decimal_comma: bool = False) -> float | None:
    """The number that the cell is, or None; separators of thousands are not guessed."""
    if decimal_comma:
        if "." in cell:
            return None
        cell = cell.replace(",", ".")
    cell = cell.strip()
    return float(cell) if _NUMBER.fullmatch(cell) else None


def decimal_sign(cell: str) -> str:
    """The point or comma in a number with decimals, or nothing."""
    found = _BROKEN.fullmatch(cell.strip())
    return found[1] if found else ""


def quoted(text: str) -> str:
    """A name or text as a message can show it."""
    return f"'{shown(text)}'"


def listed(texts: Iterable[str], most: int = SHOWN) -> str:
    """The first few, and how many more there are."""
    texts = list(texts)
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
