"""Choices: what the trials of an experiment change, every combination of some values, or drawn at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, log, prod

import numpy as np

from nnstudio.core.errors import FieldError
from nnstudio.experiments.variation import Changes, Value

MOST = 10_000  # Trials of one experiment.
DIGITS = 4  # Of a number that was drawn: what is shown is what was used.


@dataclass(frozen=True)
class Between:
    """Numbers from the least to the greatest, every factor as likely as any other: as many in 0.01 to 0.1 as in 0.1
    to 1. Whole where both ends are."""

    least: float
    greatest: float

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.greatest:
            raise FieldError(
                f"Numbers are drawn between two that are above 0, the smaller one first, not between {self.least:g} "
                f"and {self.greatest:g}."
            )

    def draw(self, random: np.random.Generator) -> Value:
        """One of them."""
        drawn = exp(random.uniform(log(self.least), log(self.greatest)))
        if isinstance(self.least, int) and isinstance(self.greatest, int):
            return min(max(round(drawn), self.least), self.greatest)
        return min(max(float(f"{drawn:.{DIGITS}g}"), self.least), self.greatest)


def grid(axes: Mapping[str, Sequence[Value]]) -> tuple[Changes, ...]:
    """Every combination of the values; the last axis changes first."""
    values = {name: tuple(dict.fromkeys(each)) for name, each in axes.items()}
    for name, each in values.items():
        if not each:
            raise FieldError(f"There is no value for the {name.replace('_', ' ')}. Name at least one.")
    _need_few(prod(map(len, values.values())))
    return tuple(dict(zip(values, each, strict=True)) for each in product(*values.values()))


def drawn(axes: Mapping[str, Sequence[Value] | Between], count: int, seed: int = 0) -> tuple[Changes, ...]:
    """So many combinations, each value drawn by itself; with the same seed always the same. `seed` as an axis is not
    drawn: every combination is tried with each of its values."""
    if count < 1:
        raise FieldError(f"At least one combination must be drawn, but {count} are asked for.")
    seeds = axes.get("seed", ())
    assert not isinstance(seeds, Between)
    _need_few(count * max(1, len(seeds)))
    random = np.random.default_rng((seed, 3))
    others = {name: values for name, values in axes.items() if name != "seed"}
    found = [{name: _draw(values, random) for name, values in others.items()} for _ in range(count)]
    return tuple({**each, "seed": one} for each in found for one in seeds) if seeds else tuple(found)


def _draw(values: Sequence[Value] | Between, random: np.random.Generator) -> Value:
    return values.draw(random) if isinstance(values, Between) else values[int(random.integers(len(values)))]


def _need_few(count: int) -> None:
    if count > MOST:
        raise FieldError(f"These are {count:,} trials, more than {MOST:,}. Name fewer values, or draw some at random.")
