"""The path of a lane through the space of weights, remembered within bounds, however long it goes on."""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from nnstudio.experiments.charts import Chart
from nnstudio.layers.shapes import Array

BUDGET = 32 << 20  # Bytes of the weights that are remembered.
MOST = 20_000  # Places, and weights.
BESIDE = 160  # Bytes that a remembered vector takes besides its numbers.
Steps = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Way:
    """Where a lane was on a chart: after how many steps, the places (steps, 2), and the loss of the batch before."""

    steps: Steps
    places: Array
    losses: Array


class Path:
    """Remembers weights now and then, and on a chart the place of every step, thinned only when there are too many.

    Where the loss was above `wild` the lane was on its way out of all bounds: that need not be seen to the end.
    """

    def __init__(self, budget: int = BUDGET, most: int = MOST, wild: float = inf) -> None:
        self._budget, self._most, self.wild = budget, most, wild
        self._vectors: dict[int, tuple[Array, float]] = {}
        self._spacing = self._stride = 1
        self._chart: Chart | None = None
        self._row: list[tuple[int, float, float, float]] = []
        self._last: tuple[int, Array, float] | None = None
        self._corners: tuple[float, float, float, float] | None = None

    @property
    def corners(self) -> Array:
        """Two places on the chart between which all others lie; none before there are any."""
        return np.empty((0, 2)) if self._corners is None else np.array(self._corners).reshape(2, 2)

    @property
    def step(self) -> int:
        """The last step that was noted; -1 before the first."""
        return self._last[0] if self._last else -1

    @property
    def bytes(self) -> int:
        """The memory that the weights take, roughly."""
        return sum(vector.nbytes + BESIDE for vector, _ in self._vectors.values())

    def note(self, step: int, vector: Array, loss: float) -> None:
        """The lane stands with these weights after so many steps; what was known of later steps is forgotten."""
        if step <= self.step:
            self.cut(step - 1)
        if step % self._spacing == 0:
            self._vectors[step] = vector.copy(), loss
            self._thin_vectors(vector.nbytes + BESIDE)
        if self._last is None or self._last[1].shape != vector.shape:
            self._last = step, vector.copy(), loss
        else:
            np.copyto(self._last[1], vector)
            self._last = step, self._last[1], loss
        if self._chart is not None:
            self._note_place(step, *self._place(vector), loss)

    def cut(self, step: int) -> None:
        """Forget what came after so many steps."""
        self._vectors = {each: kept for each, kept in self._vectors.items() if each <= step}
        self._row = [each for each in self._row if each[0] <= step]
        last = max(self._vectors, default=None)
        self._last = None if last is None else (last, self._vectors[last][0].copy(), self._vectors[last][1])

    def follow(self, chart: Chart) -> None:
        """Know the way on another chart: of the steps whose weights are remembered, and of each from now on."""
        self._chart, self._stride = chart, 1
        self._row, self._corners = [], None
        if self._vectors:
            places = chart.places(np.array([vector for vector, _ in self._vectors.values()])).tolist()
            for (step, (_, loss)), (x, y) in zip(self._vectors.items(), places, strict=True):
                self._note_place(step, x, y, loss)

    def way(self) -> Way:
        """Where it was on the chart, the last step included."""
        row = list(self._row)
        if self._last is not None and self._chart is not None and (not row or row[-1][0] != self._last[0]):
            step, vector, loss = self._last
            row.append((step, *self._place(vector), loss))
        table = np.array(row, np.float64).reshape(-1, 4)
        return Way(table[:, 0].astype(np.int64), table[:, 1:3].copy(), table[:, 3].copy())

    def weights(self, most: int, learned: int) -> Array:
        """At most so many of the remembered weights (rows, those that learn), evenly spread, the last included."""
        known = [*self._vectors.values()]
        if self._last is not None and self._last[0] not in self._vectors:
            known.append(self._last[1:])
        tame = [vector for vector, loss in known if loss <= self.wild]
        chosen = np.unique(np.linspace(0, len(tame) - 1, min(most, len(tame))).round().astype(int)).tolist()
        return np.array([tame[each][:learned] for each in chosen]).reshape(-1, learned)

    def _note_place(self, step: int, x: float, y: float, loss: float) -> None:
        if step % self._stride == 0:
            self._row.append((step, x, y, loss))
            if len(self._row) > self._most:
                self._stride *= 2
                self._row = [each for each in self._row if each[0] % self._stride == 0]
        if loss <= self.wild and isfinite(x) and isfinite(y):
            left, low, right, high = self._corners or (x, y, x, y)
            self._corners = min(left, x), min(low, y), max(right, x), max(high, y)

    def _place(self, vector: Array) -> tuple[float, float]:
        assert self._chart is not None
        if self._chart.numbers is not None:
            first, second = self._chart.numbers
            return float(vector[first]), float(vector[second])
        x, y = self._chart.places(vector[None])[0].tolist()
        return x, y

    def _thin_vectors(self, each: int) -> None:
        """Keep every second one if there are too many; two stay, however large."""
        while len(self._vectors) > 2 and (len(self._vectors) > self._most or len(self._vectors) * each > self._budget):
            self._spacing *= 2
            first = next(iter(self._vectors))
            self._vectors = {
                step: kept for step, kept in self._vectors.items() if step % self._spacing == 0 or step == first
            }
