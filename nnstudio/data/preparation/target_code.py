"""Target code: which numbers stand for no and yes in the targets of a classification."""

from dataclasses import dataclass

from nnstudio.core.fields import choice
from nnstudio.data.preparation.base import Preparation

NO_AND_YES = {"one_hot": (0.0, 1.0), "plus_minus_one": (-1.0, 1.0)}


@dataclass(frozen=True)
class TargetCode(Preparation):
    """Write a class as one number for each class: yes at its place, no elsewhere. Off: as the network's end asks."""

    code: str = choice("one_hot", tuple(NO_AND_YES), "one_hot: 0 for no and 1 for yes; plus_minus_one: −1 and 1")

    @property
    def no_and_yes(self) -> tuple[float, float]:
        """The two numbers."""
        return NO_AND_YES[self.code]
