"""The best: the parameters after the epoch with the lowest loss, kept while a training goes on."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from operator import attrgetter

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.engine.parameters import Parameters
from nnstudio.layers.shapes import Array
from nnstudio.training.history import Epoch

by_loss = attrgetter("watched_loss")


@dataclass(frozen=True, eq=False)
class Best:
    """After how many batches the loss was the lowest at the end of an epoch, and the parameters then by name."""

    steps: int
    weights: Mapping[str, Array]


class Lookback:
    """Watches the parameters of a session. What it keeps has its memory from the start."""

    def __init__(self, parameters: Parameters) -> None:
        self._present = parameters.vector
        self._kept = Parameters(parameters.layout, parameters.vector.copy())
        self._steps = 0
        self._least = inf

    def notice(self, epoch: Epoch) -> None:
        """An epoch has ended; of equals the first is the best."""
        if epoch.watched_loss < self._least:
            self._least, self._steps = epoch.watched_loss, epoch.steps
            np.copyto(self._kept.vector, self._present)

    def review(self, epochs: Iterable[Epoch]) -> None:
        """These epochs led to where the session stands now."""
        self._least = min(map(by_loss, epochs), default=inf)

    def take(self, best: Best) -> None:
        """Remember what was kept when the training was left, if it belongs to these parameters."""
        with suppress(StudioError):
            self._kept.fill(best.weights)
            self._steps = best.steps

    def best_of(self, epochs: Iterable[Epoch]) -> Best | None:
        """The best of these epochs, if it is the one that is remembered. Copies."""
        found = min(epochs, key=by_loss, default=None)
        if found is None or found.steps != self._steps:
            return None
        return Best(self._steps, {name: array.copy() for name, array in self._kept.named().items()})
