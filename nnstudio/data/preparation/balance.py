"""Balance: every class equally often in training."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, whole
from nnstudio.data.preparation.base import Picks, Preparation

MOST = 20_000_000  # Picks that an epoch may have; they take 160 MB.


@dataclass(frozen=True)
class Balance(Preparation):
    """Show every class equally often in training: rare ones again and again, or frequent ones only in part.

    Only training is changed, and only where there are classes.
    """

    only_in_training: ClassVar[bool] = True

    how: str = choice(
        "repeat", ("repeat", "drop"), "repeat: all as often as the most frequent; drop: as seldom as the rarest"
    )
    seed: int = whole(0, 0, 2**63 - 1, "The same seed repeats or drops the same samples")

    def picks(self, picks: Picks, classes: Picks | None) -> Picks:
        """The sample numbers in order, each class as often as any other."""
        if classes is None or not len(picks):
            return picks
        random = np.random.default_rng((self.seed, 2))
        _, first, counts = np.unique(np.sort(classes[picks]), return_index=True, return_counts=True)
        by_class = picks[np.argsort(classes[picks], kind="stable")]
        wanted = int(counts.max() if self.how == "repeat" else counts.min())
        if wanted * len(counts) > MOST:
            raise DataError(
                f"{self.title} would train with {wanted * len(counts):,} samples; {MOST:,} are the most. "
                "Choose how=drop, or leave it out."
            )
        each = (by_class[start : start + count] for start, count in zip(first, counts, strict=True))
        return np.sort(np.concatenate([_as_often(members, wanted, random) for members in each]))


def _as_often(members: Picks, wanted: int, random: np.random.Generator) -> Picks:
    """All of them as many times as they fit, and for the rest some of them at random, none twice."""
    rounds, rest = divmod(wanted, len(members))
    return np.concatenate((np.tile(members, rounds), random.permutation(members)[:rest]))
