"""Axes: the values that somebody writes for what is varied: 16,32,64, or 1e-4:1:9, or a range to draw from."""

import re
from collections.abc import Sequence

import numpy as np

from nnstudio.core.errors import FieldError
from nnstudio.core.fields import rules_of
from nnstudio.core.rules import Rule, Whole, typed
from nnstudio.engine.penalties import L2
from nnstudio.experiments.choices import DIGITS, Between
from nnstudio.experiments.rates import checked_rate, rates_from_text
from nnstudio.experiments.variation import Value
from nnstudio.training.settings import Settings

MOST = 1000  # Values of one axis.
RULES: dict[str, Rule] = {
    "learning_rate": rules_of(L2)["strength"],
    "penalty": rules_of(L2)["strength"],
    "batch_size": rules_of(Settings)["batch_size"],
    "width": rules_of(Settings)["batch_size"],
}
"""What kind of number is meant; whether it can be is for the variation to say."""


def axis_from_text(name: str, text: str, random: bool = False) -> Sequence[Value] | Between:
    """The values that a text names for `learning_rate`, `batch_size`, `optimizer`, `penalty` or `width`.

    They are separated by commas; least:greatest:count is so many, each by the same factor greater. Where they are
    drawn at `random`, a single range least:greatest stands for everything between, however many it names.
    """
    words = re.findall(r"[^\s,;]+", text)
    if not words:
        raise FieldError(f"There is no value for the {_said(name)}. Name at least one.")
    if random and len(words) == 1 and ":" in words[0] and name in RULES:
        return _between(name, words[0])
    if name == "learning_rate":
        return rates_from_text(text)
    values = tuple(value for word in words for value in _values(name, word))
    if len(values) > MOST:
        raise FieldError(f"{len(values):,} values for the {_said(name)} are too many. Take at most {MOST:,}.")
    return values


def seeds_from(first: int, count: int) -> tuple[int, ...]:
    """So many seeds in a row."""
    if not 1 <= count <= MOST:
        raise FieldError(f"The number of seeds must be from 1 to {MOST:,}, but is {count}.")
    return tuple(range(first, first + count))


def _between(name: str, word: str) -> Between:
    parts = word.split(":")
    if len(parts) not in (2, 3):
        raise _not_a_range(name, word)
    ends = [checked_rate(part) for part in parts[:2]] if name == "learning_rate" else _numbers(name, parts[:2], word)
    return Between(*ends)


def _values(name: str, word: str) -> Sequence[Value]:
    if name not in RULES:
        return (word,)
    if ":" not in word:
        value = typed(RULES[name], word)
        assert isinstance(value, int | float | str)
        return (value,)
    parts = word.split(":")
    if len(parts) != 3 or not re.fullmatch(r"[0-9]{1,4}", parts[2]) or not 2 <= int(parts[2]) <= MOST:
        raise _not_a_range(name, word)
    least, greatest = _numbers(name, parts[:2], word)
    return _spaced(least, greatest, int(parts[2]))


def _numbers(name: str, written: Sequence[str], word: str) -> list[int | float]:
    """The two ends of a range, the smaller one first."""
    found = [typed(RULES[name], each) for each in written]
    ends = [each for each in found if isinstance(each, int | float)]
    if len(ends) < 2 or not 0 < ends[0] < ends[1] < float("inf"):
        raise _not_a_range(name, word)
    return ends if isinstance(RULES[name], Whole) else [float(each) for each in ends]


def _spaced(least: int | float, greatest: int | float, count: int) -> tuple[Value, ...]:
    exact = np.geomspace(least, greatest, count).tolist()
    if isinstance(least, int) and isinstance(greatest, int):
        return tuple(dict.fromkeys(round(each) for each in exact))
    return (least, *(float(f"{each:.{DIGITS}g}") for each in exact[1:-1]), greatest)


def _not_a_range(name: str, word: str) -> FieldError:
    shown = word if len(word) <= 40 else word[:37] + "..."
    return FieldError(
        f"'{shown}' is no range for the {_said(name)}. Write the least, which is above 0, the greatest, and from 2 to "
        f"{MOST:,} how many, such as 8:128:5."
    )


def _said(name: str) -> str:
    return name.replace("_", " ")
