"""Ups and downs: which samples of a part were right after each epoch; when one was learned, and when forgotten."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnstudio.training.verdicts import Numbers


@dataclass(frozen=True)
class Turn:
    """At the end of an epoch an answer is right, or wrong, that was the other before."""

    epoch: int
    right: bool


@dataclass(frozen=True, eq=False)
class UpsAndDowns:
    """A row of bits for each epoch that was looked at, a bit for each sample of the part.

    Epoch 0 is what was before the first batch. Of very many epochs not all are looked at.
    """

    part: str
    numbers: Numbers
    """The samples of the part, by their numbers in the data."""
    epochs: Numbers
    bits: NDArray[np.uint8]

    def of(self, number: int) -> NDArray[np.bool_] | None:
        """Whether the answer to a sample was right, epoch by epoch; None if it is not in the part."""
        places = self._places
        place = int(np.searchsorted(self.numbers[places], number))
        if place >= len(places) or self.numbers[places[place]] != number:
            return None
        byte, bit = divmod(int(places[place]), 8)
        if not len(self.epochs):
            return np.empty(0, np.bool_)
        return (self.bits[:, byte] >> (7 - bit) & 1).astype(np.bool_)

    def turns(self, number: int) -> tuple[Turn, ...]:
        """Where the answer to a sample changed between right and wrong."""
        right = self.of(number)
        if right is None:
            return ()
        places = np.flatnonzero(right[1:] != right[:-1]) + 1
        return tuple(Turn(int(self.epochs[place]), bool(right[place])) for place in places)

    def forgotten(self) -> Numbers:
        """How often each sample of the part went from right to wrong."""
        count = np.zeros(len(self.numbers), np.intp)
        for before, after in zip(self.bits[:-1], self.bits[1:], strict=True):
            count += np.unpackbits(before & ~after, count=len(self.numbers))
        return count

    @cached_property
    def _places(self) -> Numbers:
        """The places of the samples, in the order of their numbers."""
        return np.argsort(self.numbers, kind="stable")
