"""What is known of the samples: their classes and parts, and what the network answers to each; and which are wanted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.live.probes.roll import Roll
from nnstudio.live.probes.verdicts import ALL
from nnstudio.training.verdicts import Numbers, Verdicts, sureness
from nnstudio.ui.sample_query import Order, Query, Verdict

UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Known:
    """All samples of the data; of those that were judged the answer, its certainty and that of the right class."""

    roll: Roll
    verdicts: Verdicts | None
    answers: Numbers
    certainty: NDArray[np.float32]
    rightful: NDArray[np.float32]

    @classmethod
    def of(cls, roll: Roll, verdicts: Verdicts | None = None) -> "Known":
        """Verdicts on other data are not heeded."""
        answers = np.full(roll.count, UNKNOWN, np.intp)
        certainty, rightful = np.zeros((2, roll.count), np.float32)
        if verdicts is not None and (
            verdicts.numbers.max(initial=0) >= roll.count or verdicts.classes != len(roll.class_names)
        ):
            verdicts = None
        if verdicts is not None:
            answers[verdicts.numbers] = verdicts.answers
            certainty[verdicts.numbers] = verdicts.certainty
            rightful[verdicts.numbers] = verdicts.rightful
        return cls(roll, verdicts, answers, certainty, rightful)

    def part(self, name: str) -> Numbers:
        """The samples of a part, or of all."""
        return np.arange(self.roll.count) if name == ALL else self.roll.parts.get(name, np.empty(0, np.intp))

    def is_right(self, number: int) -> bool | None:
        """Whether the answer to a sample is right; None while there is none."""
        answer = int(self.answers[number])
        return None if answer == UNKNOWN or not self.roll.classifies else answer == int(self.roll.classes[number])

    def name(self, kind: int) -> str:
        """What a class is called."""
        names = self.roll.class_names
        return names[kind] if 0 <= kind < len(names) else str(kind)

    def place(self, number: int) -> tuple[str, int]:
        """The part that a sample is in, and its number there; no part where it is in none."""
        for name in ("test", "validation", "train"):
            places = np.flatnonzero(self.part(name) == number)
            if len(places):
                return name, int(places[0])
        return "", number

    def chosen(self, query: Query) -> Numbers:
        """The samples that a query asks for, in its order."""
        numbers = self.part(query.part)
        if not self.roll.classifies:
            return numbers
        if query.wanted is not None:
            numbers = numbers[self.roll.classes[numbers] == query.wanted]
        if query.answered is not None:
            numbers = numbers[self.answers[numbers] == query.answered]
        if query.verdict is not Verdict.ANY:
            judged = self.answers[numbers] != UNKNOWN
            right = self.answers[numbers] == self.roll.classes[numbers]
            numbers = numbers[judged & (right == (query.verdict is Verdict.RIGHT))]
        return numbers[self._order(numbers, query.order)]

    def _order(self, numbers: Numbers, order: Order) -> Numbers | slice:
        """Where each stands; by a stable order, so that equal ones stay as they are in the data."""
        if order is Order.DATA:
            return slice(None)
        sure, judged = sureness(self.certainty[numbers]), self.answers[numbers] != UNKNOWN
        key = np.where(judged, sure, np.inf)
        if order is Order.WORST:
            wrong = judged & (self.answers[numbers] != self.roll.classes[numbers])
            # Errors first, the surest before; then what is right, the least sure before.
            key = np.where(wrong, -1 - sure, key)
        return ascending(key)


def ascending(key: NDArray[np.float32]) -> Numbers:
    """The places from the least to the greatest, equal ones in order: as a stable argsort, at a third of its time."""
    bits = key.astype(np.float32).view(np.uint32).astype(np.uint64)
    # The bits of negative numbers count downwards.
    rank = np.where(bits >> 31, ~bits & 0xFFFFFFFF, bits | 0x80000000)
    found: Numbers = (np.sort(rank << 32 | np.arange(len(key), dtype=np.uint64)) & 0xFFFFFFFF).astype(np.intp)
    return found
