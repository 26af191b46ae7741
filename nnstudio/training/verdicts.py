"""Verdicts: what a network answers to each sample of a part, and how sure it is; the table of confusions."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

NOTHING = 0.0

Numbers = NDArray[np.intp]
Figures = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Verdicts:
    """The answers to the samples of a part that were asked so far, each under the sample's number in the data.

    `certainty` is the probability of the answer, `rightful` that of the right class. Where outputs are no
    probabilities (not `probable`), they say how far the answer lies before the next best, and what the right class
    got.
    """

    part: str
    step: int
    """How many batches the network had learned from."""
    of: int
    """How many samples the part has."""
    classes: int
    probable: bool
    numbers: Numbers
    wanted: Numbers
    answers: Numbers
    certainty: NDArray[np.float32]
    rightful: NDArray[np.float32]

    @property
    def complete(self) -> bool:
        """Whether all samples were asked."""
        return len(self.numbers) == self.of

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether each answer is right."""
        right: NDArray[np.bool_] = self.answers == self.wanted
        return right

    def table(self) -> Numbers:
        """How often each class (row) was answered as each class (column)."""
        places = self.wanted * self.classes + self.answers
        counts = np.bincount(places, minlength=self.classes**2)
        return counts.reshape(self.classes, self.classes)

    def worst(self, most: int) -> Numbers:
        """The places of the errors that the network was surest of, these first."""
        errors = np.flatnonzero(~self.right)
        # By a stable order: of equal ones the first in the data comes first.
        return errors[np.argsort(-sureness(self.certainty[errors]), kind="stable")][:most]


@dataclass(frozen=True, eq=False)
class ClassFigures:
    """What a table of confusions says of each class. A share of nothing is not a number.

    precision = right answers of the class / all answers of the class; recall = right answers / all samples of the
    class; F1 = 2 · precision · recall / (precision + recall).
    """

    counts: Numbers
    """Samples of each class."""
    precision: Figures
    recall: Figures
    f1: Figures
    accuracy: float
    """The share of right answers, over all classes."""

    @classmethod
    def of(cls, table: Numbers) -> "ClassFigures":
        """From how often each class (row) was answered as each class (column)."""
        right, wanted, answered = table.diagonal(), table.sum(axis=1), table.sum(axis=0)
        return cls(
            counts=wanted,
            precision=_shares(right, answered),
            recall=_shares(right, wanted),
            f1=_shares(2 * right, wanted + answered),
            accuracy=float(right.sum() / wanted.sum()) if wanted.sum() else float("nan"),
        )


def sureness(certainty: NDArray[np.float32]) -> NDArray[np.float32]:
    """What can be sorted: an answer that is no number was not sure at all."""
    return np.nan_to_num(certainty, nan=NOTHING)


def _shares(part: Numbers, whole: Numbers) -> Figures:
    found = np.full(len(whole), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
