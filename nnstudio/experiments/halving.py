"""Successive halving: all combinations are trained a little, and only the best go on, again and again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from nnstudio.core.errors import FieldError
from nnstudio.experiments.trials import Result
from nnstudio.experiments.variation import Changes


@dataclass(frozen=True)
class Halving:
    """After each rung one in `of` goes on, and is trained `of` times as long."""

    of: int = 3

    def __post_init__(self) -> None:
        if self.of < 2:
            raise FieldError(f"One in 2 or more goes on, not one in {self.of}.")

    def rungs(self, epochs: int, candidates: int) -> tuple[int, ...]:
        """After how many epochs it is decided who goes on; the last is the end. 27 epochs for 9: (3, 9, 27)."""
        found = [epochs]
        while candidates > 1 and found[0] >= self.of:
            candidates = -(-candidates // self.of)
            found.insert(0, found[0] // self.of)
        return tuple(found)

    def promoted(self, trials: Iterable[tuple[int, Changes]], results: Mapping[int, Result]) -> frozenset[int]:
        """The numbers of those who go on: of all combinations the best, with all their seeds.

        A combination is as good as its seeds are on average; what failed or diverged with one of them does not go on.
        """
        members: dict[tuple[object, ...], list[int]] = {}
        for number, changes in trials:
            members.setdefault(_but_seed(changes), []).append(number)
        scores = {key: _mean([results[number].score for number in each]) for key, each in members.items()}
        finite = sorted((key for key in members if isfinite(scores[key])), key=lambda key: scores[key])
        best = finite[: -(-len(members) // self.of)]
        return frozenset(number for key in best for number in members[key])


def combinations(choices: Iterable[Changes]) -> int:
    """How many there are, whatever their seeds."""
    return len({_but_seed(each) for each in choices})


def _but_seed(changes: Changes) -> tuple[object, ...]:
    return tuple((name, value) for name, value in changes.items() if name != "seed")


def _mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores) if scores else inf
