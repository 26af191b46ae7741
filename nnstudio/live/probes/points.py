"""The samples themselves, where they have one or two inputs and can be drawn as points."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.dataset import PARTS
from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight

MOST = 5000  # Of each part; more points would cover one another.
SEED = 0


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points of one part: their numbers in the data, inputs as stored (points, inputs), and targets."""

    numbers: NDArray[np.intp]
    inputs: Array
    targets: Array


@dataclass(frozen=True)
class Points(Probe):
    """The points of every part, at most `MOST` of each."""

    constant: ClassVar[bool] = True

    def take(self, sight: Sight) -> Mapping[str, Cloud]:
        """By the name of the part. Copies."""
        data = sight.session.data
        found = {}
        for part in PARTS:
            numbers = data.part(part)
            if len(numbers) > MOST:
                numbers = np.sort(np.random.default_rng(SEED).choice(numbers, MOST, replace=False))
            inputs = np.asarray(data.inputs[numbers]).reshape(len(numbers), -1)
            found[part] = Cloud(numbers.copy(), inputs, np.array(data.targets[numbers]))
        return found
