"""How the numbers of a parameter are spread: now, and over the time of the training."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.live.probes.places import places_of

MOST = 40  # Moments that are looked at: each costs as much as all others.


@dataclass(frozen=True, eq=False)
class Spread:
    """How many numbers fall between every two edges."""

    edges: Array
    counts: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Spreads:
    """The same at several steps, one row of counts for each."""

    steps: NDArray[np.intp]
    edges: Array
    counts: NDArray[np.intp]


@dataclass(frozen=True)
class Histogram(Probe):
    """The numbers of a parameter by its full name, `step/parameter`, as they are now."""

    name: str
    bins: int = 40

    period: ClassVar[float] = 0.1

    def take(self, sight: Sight) -> Spread | None:
        """What is no number is left out; None where there is no such parameter."""
        places = places_of(sight, self.name)
        if not places.size:
            return None
        numbers = sight.session.parameters.vector[places.ravel()]
        numbers = numbers[np.isfinite(numbers)].astype(np.float64)
        counts, edges = np.histogram(numbers, self.bins)
        return Spread(edges, counts)


@dataclass(frozen=True)
class Histograms(Probe):
    """The same at some of the keyframes that are recorded, spread over the whole training."""

    name: str
    bins: int = 40

    period: ClassVar[float] = 1.0

    def take(self, sight: Sight) -> Spreads | None:
        """None where there is no such parameter."""
        places = places_of(sight, self.name)
        if not places.size:
            return None
        return Spreads(*sight.recorder.histograms_at(places.ravel(), self.bins, MOST))
