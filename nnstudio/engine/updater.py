"""The updater: adds the lanes' gradients up, checks and clips them, and lets the optimizer move the weights."""

from collections.abc import Sequence
from functools import partial
from math import inf, sqrt

import numpy as np

from nnstudio.engine.crew import Crew, Work
from nnstudio.engine.optimizers import Optimizer, UpdateSite
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import Penalty
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Tape

STRETCH = 65_536  # Weights that are worked on at a time: what belongs to them stays in the processor's cache.
DUSTING = 64  # Steps after which the optimizer's memory is rid of numbers that are nearly zero.
WORTH_SHARING = 16 * STRETCH  # Weights from which a second thread pays for being woken.


class Updater:
    """Moves the learning part of the weights vector, stretch by stretch, each by the same tape of calls.

    The first lane's gradient becomes the sum of all. Adding up and moving is one pass, while a stretch is in the
    processor's cache, unless the gradient may have to be clipped, for which its whole length must be known first.
    A gradient that is not finite has then moved the weights already: who calls must have kept good ones.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        penalty: Penalty,
        parameters: Parameters,
        gradients: Sequence[Array],
        crew: Crew,
        longest: float = 0.0,
    ) -> None:
        layout, dtype = parameters.layout, parameters.vector.dtype
        self.optimizer, self.penalty = optimizer, penalty
        self.state = {name: np.zeros(layout.learned, dtype) for name in optimizer.state}
        self.steps = 0
        self.gradient = gradients[0]
        self._longest = longest
        self._weights = parameters.vector[: layout.learned]
        self._decays = layout.decays(dtype)
        self._scratch = np.zeros(layout.learned if penalty.applies else 0, dtype)
        names = [*optimizer.numbers(1.0, 1), "penalty", "clip"]
        self._numbers = {name: np.zeros((), dtype) for name in names}
        self._set: dict[str, float] = {}
        self._crew = crew if layout.learned >= WORTH_SHARING else Crew(1)
        self._sums: list[Work] = []
        self._moves: list[Work] = []
        self._dust = Dust(list(self.state.values()), dtype)
        starts = range(0, layout.learned, STRETCH)
        self._squares = np.zeros(len(starts), dtype)
        for number, start in enumerate(starts):
            self._record(slice(start, min(start + STRETCH, layout.learned)), gradients, number)

    def step(self, rate: float, penalty_share: float = 0.0) -> float:
        """Add up the lanes and the penalty's part, and move; gives back the length of the gradient, infinite if it
        has none."""
        self._number("penalty", self.penalty.strength * penalty_share)
        if self._longest:
            self._crew.run(self._sums)
            length = self._length()
            self._number("clip", self._longest / length if length > self._longest else 1.0)
        if self.steps % DUSTING == 0:
            self._dust.clear()
        self.steps += 1
        for name, value in self.optimizer.numbers(rate, self.steps).items():
            self._number(name, value)
        self._crew.run(self._moves)
        return length if self._longest else self._length()

    def penalty_cost(self, share: float) -> float:
        """What the penalty adds to the cost at the present weights."""
        if not self.penalty.applies:
            return 0.0
        np.multiply(self._weights, self._decays, self._scratch)
        return self.penalty.cost(self._scratch, self.penalty.strength * share)

    def _length(self) -> float:
        square = float(np.add.reduce(self._squares)) if len(self._squares) != 1 else float(self._squares[0])
        return sqrt(square) if square < inf else inf

    def _number(self, name: str, value: float) -> None:
        if self._set.get(name) != value:
            self._numbers[name][()] = value
            self._set[name] = value

    def _record(self, part: slice, gradients: Sequence[Array], number: int) -> None:
        sums = Tape()
        # One pass, unless the length of the whole gradient must be known before any of it moves a weight.
        moves = Tape() if self._longest else sums
        gradient = gradients[0][part]
        site = UpdateSite(
            self._weights[part], gradient, {name: vector[part] for name, vector in self.state.items()},
            self._decays[part], np.zeros(len(gradient), gradient.dtype), self._numbers, sums,
        )  # fmt: skip
        for other in gradients[1:]:
            sums.append(partial(np.add, gradient, other[part], gradient))
        if self.penalty.applies:
            self.penalty.record(site)
        sums.append(partial(gradient.dot, gradient, self._squares[number : number + 1].reshape(())))
        if self._longest:
            moves.append(partial(np.multiply, gradient, self._numbers["clip"], gradient))
        site.tape = moves
        self.optimizer.record(site)
        self._sums.append(partial(_play, sums))
        self._moves.append(partial(_play, moves))


class Dust:
    """Numbers so small that they have fewer digits. A memory that shrinks by a share at every step, where no gradient
    comes any more, ends among them and never reaches zero; and each takes the processor a hundred times as long."""

    def __init__(self, vectors: Sequence[Array], dtype: np.dtype) -> None:
        self._smallest = np.finfo(dtype).tiny
        stretches = [vector[start : start + STRETCH] for vector in vectors for start in range(0, len(vector), STRETCH)]
        longest = max(map(len, stretches), default=0)
        sizes, small = np.zeros(longest, dtype), np.zeros(longest, np.bool_)
        self._stretches = [(each, sizes[: len(each)], small[: len(each)]) for each in stretches]

    def clear(self) -> None:
        """Make zeros of them."""
        for stretch, sizes, small in self._stretches:
            np.absolute(stretch, sizes)
            np.less(sizes, self._smallest, small)
            np.copyto(stretch, 0.0, where=small)


def _play(tape: Tape) -> None:
    for call in tape:
        call()
