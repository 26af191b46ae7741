"""The figures of health over time: for each layer the size of its gradient and of its updates, as a bounded series."""

from array import array
from collections.abc import Mapping
from math import nan

import numpy as np
from numpy.typing import NDArray

from nnstudio.training.health import Health, LayerHealth

MOST = 2048  # Moments that are known. Of more, every second of the older half is forgotten: the latest stay dense.
Numbers = NDArray[np.float64]


class HealthSeries:
    """Grows with what is measured of one run, which has the same layers from beginning to end."""

    def __init__(self) -> None:
        self.names: Mapping[str, str] = {}
        """The layers that learn, in the order of computation: their ids, and what they are called."""
        self.latest: Health | None = None
        """The last that was measured, also of an earlier step."""
        self._steps = array("q")
        self._gradients: dict[str, array[float]] = {}
        self._ratios: dict[str, array[float]] = {}

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def last_step(self) -> int:
        """The last step of the series."""
        return self._steps[-1] if self._steps else 0

    def take(self, health: Health) -> None:
        """Grow by what was measured, unless that step is known already, as after a rewind."""
        self.latest = health
        learning = {layer.id: layer for layer in health.layers if layer.gradient is not None}
        names = {layer.id: layer.name for layer in learning.values()}
        if not learning or (self._steps and health.step <= self._steps[-1]):
            return
        if not self.names:
            self._start(names)
        self._steps.append(health.step)
        for id, layer in learning.items():
            self._gradients[id].append(_gradient(layer))
            self._ratios[id].append(nan if layer.ratio is None else layer.ratio)
        if len(self) >= MOST:
            self._thin()

    def cut(self, step: int) -> None:
        """Forget what came after a step: another run goes on from there."""
        last = int(np.searchsorted(np.array(self._steps), step, "right"))
        for column in self._columns():
            del column[last:]

    def gradients(self, id: str) -> tuple[Numbers, Numbers]:
        """Steps, and the root mean square of a layer's gradient. Copies."""
        return np.array(self._steps, np.float64), np.array(self._gradients[id])

    def ratios(self, id: str) -> tuple[Numbers, Numbers]:
        """Steps, and how long an update was for each unit of the weights' length, where that is known. Copies."""
        ratios = np.array(self._ratios[id])
        known = ~np.isnan(ratios)
        return np.array(self._steps, np.float64)[known], ratios[known]

    def _start(self, names: Mapping[str, str]) -> None:
        self.names = names
        self._gradients = {id: array("d") for id in names}
        self._ratios = {id: array("d") for id in names}

    def _thin(self) -> None:
        # Of an even number: which ones are left does not depend on how often this was done.
        for column in self._columns():
            del column[1 : MOST // 2 : 2]

    def _columns(self) -> "list[array[float] | array[int]]":
        return [self._steps, *self._gradients.values(), *self._ratios.values()]


def _gradient(layer: LayerHealth) -> float:
    return nan if layer.gradient is None else layer.gradient.rms
