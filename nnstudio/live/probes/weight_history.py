"""What became of one weight while the network learned."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.live.probes.places import places_of


@dataclass(frozen=True, eq=False)
class History:
    """The steps at which a number is known and what it was then, and where the network stands with what it is now."""

    steps: NDArray[np.intp]
    values: Array
    step: int
    value: np.floating


@dataclass(frozen=True)
class WeightHistory(Probe):
    """One number of a parameter by its full name, `step/parameter`, at every keyframe that is recorded, and now."""

    name: str
    index: tuple[int, ...]

    period: ClassVar[float] = 0.1

    def take(self, sight: Sight) -> History | None:
        """Copies; None where there is no such number."""
        places = places_of(sight, self.name)
        if len(self.index) != places.ndim or (np.array(self.index) >= places.shape).any():
            return None
        place, step = int(places[self.index]), sight.session.steps_done
        value = sight.session.parameters.vector[place]
        steps, values = sight.recorder.weights_at(place)
        if step not in steps:
            # The furthest step, or one between two keyframes.
            here = int(np.searchsorted(steps, step))
            steps, values = np.insert(steps, here, step), np.insert(values, here, value)
        return History(steps, values, step, value)
