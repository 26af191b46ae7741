"""What the letters of a formula stand for, said under it."""

from collections.abc import Mapping
from unicodedata import combining

from nnstudio.help.markdown import code, section


def explained(formula: str, letters: Mapping[str, str]) -> str:
    """The section of a formula, with what its letters stand for; only those that it has."""
    known = [f"{letter}: {what}" for letter, what in letters.items() if _has(formula, letter)]
    return section("Formula", code(formula), f"{'; '.join(known)}." if known else "")


def _has(formula: str, letter: str) -> bool:
    """Whether a letter stands in a formula by itself, and not as part of a word."""
    places = [place for place in range(len(formula)) if formula.startswith(letter, place)]
    return any(not _in_word(formula, place, len(letter)) for place in places)


def _in_word(formula: str, place: int, length: int) -> bool:
    before, after = formula[max(place - 1, 0) : place], formula[place + length : place + length + 1]
    # β₁m is two letters, m̂ is one, and a word is none.
    beside = any(each.isascii() and each.isalpha() for each in (before, after))
    return beside or bool(after and combining(after))
