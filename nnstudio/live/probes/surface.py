"""The error surface: the cost over two weights, all others as they are."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight

Place = tuple[str, tuple[int, ...]]
"""The full name of a parameter, and the place of one number in it."""
Range = tuple[float, float]


@dataclass(frozen=True)
class Surface(Probe):
    """The cost on the training samples, with its penalty, on a grid over two numbers of the network.

    `spans` holds the least and the greatest of each, `counts` how many are tried between them, both ends included.
    """

    first: Place
    second: Place
    spans: tuple[Range, Range]
    counts: tuple[int, int]

    period: ClassVar[float] = 0.25

    def take(self, sight: Sight) -> Array:
        """(numbers of the second, of the first): the rows of a picture. Empty where there are no such numbers, as
        after a change."""
        # Loaded here: a window that asks another process needs no engine of its own.
        from nnstudio.training.bench import Bench

        session = sight.session
        bench = sight.remembered("surface", lambda: Bench(session))
        first, second = bench.number(*self.first), bench.number(*self.second)
        if first is None or second is None:
            return np.empty((0, 0))
        np.copyto(bench.parameters.vector, session.parameters.vector)
        xs, ys = (np.linspace(*span, count) for span, count in zip(self.spans, self.counts, strict=True))
        costs = np.empty((len(ys), len(xs)))
        for row, y in enumerate(ys.tolist()):
            second[...] = y
            for column, x in enumerate(xs.tolist()):
                first[...] = x
                costs[row, column] = bench.cost()
        return costs
