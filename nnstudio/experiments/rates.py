"""Learning rates for the lanes of an experiment: as somebody writes them, spaced by factors, put into a project."""

import re
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from nnstudio.core.errors import FieldError
from nnstudio.core.fields import rules_of
from nnstudio.core.rules import Real
from nnstudio.engine.optimizers import SGD
from nnstudio.project.project import UNLEARNED, Project

MOST = 1000  # Rates of one experiment.
DIGITS = 4  # Of a rate that nobody wrote, or more: the number that is shown is then the number that is used.
UNSEEN = 0.01  # Of the way to the next rate, by which rounding may move one.
HOW_TO = "Write rates such as 0.01, 0.1, 1, or the least, the greatest and how many, such as 1e-4:1:9"


def greatest_rate() -> float:
    """The greatest rate that an optimizer takes."""
    rule = rules_of(SGD)["learning_rate"]
    assert isinstance(rule, Real)
    return rule.high


def checked_rate(value: object) -> float:
    """A rate from a number or a text; FieldError for one that no training can take."""
    try:
        rate = float(value)  # type: ignore[arg-type]
    except (OverflowError, TypeError, ValueError):
        raise FieldError(f"A learning rate is a number, but here is {_shown(value)}. {HOW_TO}.") from None
    if isinstance(value, bool) or not isfinite(rate) or not 0 < rate <= greatest_rate():
        wanted = f"greater than 0 and at most {greatest_rate():,.0f}"
        raise FieldError(f"A learning rate must be a number {wanted}, but here is {_shown(value)}.")
    return rate


def spaced_rates(least: object, greatest: object, count: object) -> tuple[float, ...]:
    """So many rates from the least to the greatest, each by the same factor greater than the one before.

    Those between are rounded, as far as it does not show.
    """
    least, greatest, count = checked_rate(least), checked_rate(greatest), _count(count)
    if least >= greatest:
        raise FieldError(f"The greatest rate must be greater than the least, but {greatest!r} is not above {least!r}.")
    rates = least, *_rounded(np.geomspace(least, greatest, count)[1:-1].tolist(), least, greatest, count), greatest
    if len(set(rates)) < count:
        raise FieldError(f"There are no {count} different rates between {least!r} and {greatest!r}. Take fewer.")
    return rates


def rates_from_text(text: str) -> tuple[float, ...]:
    """The different rates that a text names, from small to large: `0.01, 0.1, 1`, or `1e-4:1:9`, or both."""
    words = re.findall(r"[^\s,;]+", text)
    if not words:
        raise FieldError(f"There is no learning rate yet. {HOW_TO}.")
    rates = sorted({rate for word in words for rate in _rates_of(word)})
    if len(rates) > MOST:
        raise FieldError(f"{len(rates):,} learning rates are too many. Take at most {MOST:,}.")
    return tuple(rates)


def with_rate(project: Project, rate: float) -> Project:
    """The project with another learning rate, and without anything that it has learned."""
    # Every optimizer has a rate, which its base can only promise.
    optimizer: Any = project.settings.optimizer
    settings = replace(project.settings, optimizer=replace(optimizer, learning_rate=checked_rate(rate)))
    return replace(project, settings=settings, **UNLEARNED)


def _rounded(exact: list[float], least: float, greatest: float, count: int) -> list[float]:
    factor = (greatest / least) ** (1 / (count - 1))
    for digits in range(DIGITS, 18):
        rates = [float(f"{rate:.{digits}g}") for rate in exact]
        if all(abs(rate / wanted - 1) <= UNSEEN * (factor - 1) for rate, wanted in zip(rates, exact, strict=True)):
            return rates
    return exact


def _rates_of(word: str) -> tuple[float, ...]:
    if ":" not in word:
        return (checked_rate(word),)
    parts = word.split(":")
    if len(parts) != 3:
        raise FieldError(f"{_shown(word)} does not name learning rates. {HOW_TO}.")
    return spaced_rates(*parts)


def _count(value: object) -> int:
    written = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,9}", written) or not 2 <= int(written) <= MOST:
        raise FieldError(f"The number of rates must be a whole number from 2 to {MOST:,}, but here is {_shown(value)}.")
    return int(written)


def _shown(value: object) -> str:
    shown = value.strip() if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."
