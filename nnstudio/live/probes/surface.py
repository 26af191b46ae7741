"""The error surface: the cost over two weights, all others as they are."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnstudio.engine.engine import quiet
from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight

MOST = 2000  # Training samples that it is taken over; of larger sets the first ones.

Place = tuple[str, tuple[int, ...]]
"""The full name of a parameter, and the place of one number in it."""
Range = tuple[float, float]


@dataclass(frozen=True)
class Surface(Probe):
    """The cost on the training samples, with its penalty, on a grid over two numbers of the network."""

    first: Place
    second: Place
    spans: tuple[Range, Range]
    counts: tuple[int, int]

    period: ClassVar[float] = 0.25

    def take(self, sight: Sight) -> Array:
        """(numbers of the second, of the first): the rows of a picture."""
        session = sight.session
        named = session.parameters.named()
        xs, ys = (np.linspace(*span, count) for span, count in zip(self.spans, self.counts, strict=True))
        first, second = (named[name][place[:-1]] for name, place in (self.first, self.second))
        i, j = self.first[1][-1], self.second[1][-1]
        before = first[i], second[j]
        picks = session.data.training()[:MOST]
        share = 1.0 / max(len(session.data.training()), 1)
        costs = np.empty((len(ys), len(xs)))
        with quiet():
            for row, y in enumerate(ys):
                for column, x in enumerate(xs):
                    first[i], second[j] = x, y
                    costs[row, column] = session.engine.judge(picks).mean_loss + session.updater.penalty_cost(share)
        first[i], second[j] = before
        return costs
