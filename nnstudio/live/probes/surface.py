"""The error surface: the cost over two weights, all others as they are."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from nnstudio.engine.engine import quiet
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Feed
from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.training.session import Session

MOST = 2000  # Training samples that it is taken over; of larger sets the first ones.

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
        session = sight.session
        bench = sight.remembered("surface", lambda: Bench(session))
        numbers = [bench.number(place) for place in (self.first, self.second)]
        if None in numbers:
            return np.empty((0, 0))
        first, second = (number for number in numbers if number is not None)
        np.copyto(bench.parameters.vector, session.parameters.vector)
        xs, ys = (np.linspace(*span, count) for span, count in zip(self.spans, self.counts, strict=True))
        costs = np.empty((len(ys), len(xs)))
        with quiet():
            for row, y in enumerate(ys.tolist()):
                second[...] = y
                for column, x in enumerate(xs.tolist()):
                    first[...] = x
                    costs[row, column] = bench.cost()
        return costs


@dataclass(eq=False)
class Bench:
    """The network once more, with parameters of its own: those of the session are not touched."""

    session: Session
    parameters: Parameters = field(init=False)

    def __post_init__(self) -> None:
        session = self.session
        picks = session.data.training()[:MOST]
        self.parameters = Parameters(session.parameters.layout, session.parameters.vector.copy())
        self._program = Program(session.plan, len(picks), self.parameters)
        feed = Feed(session.engine.samples, self._program, session.plan.encoding.middle)
        feed.picks[:] = picks
        for call in feed.loading:
            call()
        learned = session.parameters.layout.learned
        self._weights, self._decays = self.parameters.vector[:learned], session.parameters.layout.decays(float)
        self._penalty = session.settings.penalty
        self._share = self._penalty.strength / len(session.data.training())

    def number(self, place: Place) -> Array | None:
        """One number of the parameters. A view."""
        array = self.parameters.named().get(place[0])
        if array is None or len(place[1]) != array.ndim or (np.array(place[1]) >= array.shape).any():
            return None
        index: Any = (*place[1], ...)
        number: Array = array[index]
        return number

    def cost(self) -> float:
        """The mean loss at the parameters as they stand, and the penalty."""
        self._program.run()
        self._program.judge()
        loss = float(self._program.total) / self._program.batch
        if not self._penalty.applies:
            return loss
        return loss + self._penalty.cost(self._weights * self._decays, self._share)
