"""The bench: a network once more, with parameters of its own, to ask what the cost would be elsewhere."""

from typing import Any

import numpy as np

from nnstudio.engine.engine import quiet
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Feed
from nnstudio.layers.shapes import Array
from nnstudio.training.session import Session

MOST, FEWEST = 2000, 250  # Training samples that the cost is taken over; of larger sets the first ones.
PRODUCTS = 250e6  # For one cost: a large network is asked about fewer samples.


class Bench:
    """The cost on the training samples of a session, whose own parameters are not touched."""

    def __init__(self, session: Session) -> None:
        plan = session.plan
        fitting = min(MOST, max(FEWEST, int(PRODUCTS / max(plan.multiplications, 1))))
        picks = session.data.training()[:fitting]
        self.parameters = Parameters(session.parameters.layout, session.parameters.vector.copy())
        self._program = Program(plan, len(picks), self.parameters)
        feed = Feed(session.engine.samples, self._program, plan.encoding.middle)
        feed.picks[:] = picks
        for call in feed.loading:
            call()
        learned = session.parameters.layout.learned
        self._weights, self._decays = self.parameters.vector[:learned], session.parameters.layout.decays(float)
        self._penalty = session.settings.penalty
        self._share = self._penalty.strength / len(session.data.training())

    @property
    def samples(self) -> int:
        """How many samples the cost is taken over."""
        return self._program.batch

    def number(self, name: str, index: tuple[int, ...]) -> Array | None:
        """One number of the parameters, by their full name. A view; None where there is no such number."""
        array = self.parameters.named().get(name)
        if array is None or len(index) != array.ndim or (np.array(index) >= array.shape).any():
            return None
        place: Any = (*index, ...)
        number: Array = array[place]
        return number

    def cost(self) -> float:
        """The mean loss at the parameters as they stand, and the penalty."""
        with quiet():
            self._program.run()
            self._program.judge()
            loss = float(self._program.total) / self._program.batch
            if not self._penalty.applies:
                return loss
            return loss + self._penalty.cost(self._weights * self._decays, self._share)
