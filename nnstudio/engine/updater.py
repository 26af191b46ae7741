"""The updater: adds the lanes' gradients up, checks and clips them, and lets the optimizer move the weights."""

from collections.abc import Sequence
from functools import partial
from math import inf, sqrt

import numpy as np

from nnstudio.engine.crew import Crew
from nnstudio.engine.optimizers import Optimizer, UpdateSite
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import Penalty
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Tape

STRETCH = 32_768  # Weights that are worked on at a time: what belongs to them stays in the processor's cache.
WORTH_SHARING = 8 * STRETCH


class Updater:
    """Moves the learning part of the weights vector, stretch by stretch, each by the same tape of calls.

    The first lane's gradient becomes the sum of all. Nothing is moved when the sum is not finite.
    """

    def __init__(
        self, optimizer: Optimizer, penalty: Penalty, parameters: Parameters, gradients: Sequence[Array], crew: Crew
    ) -> None:
        layout, dtype = parameters.layout, parameters.vector.dtype
        self.optimizer, self.penalty = optimizer, penalty
        self.state = {name: np.zeros(layout.learned, dtype) for name in optimizer.state}
        self.steps = 0
        self.gradient = gradients[0]
        self._weights = parameters.vector[: layout.learned]
        self._decays = layout.decays(dtype)
        self._scratch = np.zeros(layout.learned if penalty.applies else 0, dtype)
        names = [*optimizer.numbers(1.0, 1), "penalty", "clip"]
        self._numbers = {name: np.zeros((), dtype) for name in names}
        self._set: dict[str, float] = {}
        self._crew = crew if layout.learned >= WORTH_SHARING else Crew(1)
        self._sums: list[Tape] = []
        self._clips: list[Tape] = []
        self._moves: list[Tape] = []
        starts = range(0, layout.learned, STRETCH)
        self._squares = np.zeros(len(starts), dtype)
        for number, start in enumerate(starts):
            self._record(slice(start, min(start + STRETCH, layout.learned)), gradients, number)

    def sum_up(self, penalty_share: float = 0.0) -> float:
        """Add up the lanes and the penalty's part; gives back the length of the gradient, infinite if it has none."""
        self._number("penalty", self.penalty.strength * penalty_share)
        self._work(self._sums)
        square = float(np.add.reduce(self._squares))
        return sqrt(square) if square < inf else inf

    def penalty_cost(self, share: float) -> float:
        """What the penalty adds to the cost at the present weights."""
        if not self.penalty.applies:
            return 0.0
        np.multiply(self._weights, self._decays, self._scratch)
        return self.penalty.cost(self._scratch, self.penalty.strength * share)

    def clip(self, factor: float) -> None:
        """Shorten the gradient."""
        self._number("clip", factor)
        self._work(self._clips)

    def move(self, rate: float) -> None:
        """Let the optimizer take one step."""
        self.steps += 1
        for name, value in self.optimizer.numbers(rate, self.steps).items():
            self._number(name, value)
        self._work(self._moves)

    def _number(self, name: str, value: float) -> None:
        if self._set.get(name) != value:
            self._numbers[name][()] = value
            self._set[name] = value

    def _work(self, tapes: Sequence[Tape]) -> None:
        if len(tapes) == 1:
            for call in tapes[0]:
                call()
        else:
            self._crew.run([partial(_play, tape) for tape in tapes])

    def _record(self, part: slice, gradients: Sequence[Array], number: int) -> None:
        sums, clips, moves = Tape(), Tape(), Tape()
        gradient = gradients[0][part]
        site = UpdateSite(
            self._weights[part], gradient, {name: vector[part] for name, vector in self.state.items()},
            self._decays[part], np.zeros(len(gradient), gradient.dtype), self._numbers, sums,
        )  # fmt: skip
        for other in gradients[1:]:
            sums.append(partial(np.add, gradient, other[part], gradient))
        if self.penalty.applies:
            self.penalty.record(site)
        sums.append(partial(np.dot, gradient, gradient, self._squares[number : number + 1].reshape(())))
        clips.append(partial(np.multiply, gradient, self._numbers["clip"], gradient))
        site.tape = moves
        self.optimizer.record(site)
        self._sums.append(sums)
        self._clips.append(clips)
        self._moves.append(moves)


def _play(tape: Tape) -> None:
    for call in tape:
        call()
