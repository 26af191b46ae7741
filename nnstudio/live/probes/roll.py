"""The roll of all samples: which part each is in, which class it has, and what can be seen of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.dataset import PARTS
from nnstudio.layers.shapes import Shape
from nnstudio.live.probes.base import Probe, Sight

FLAT = 1


@dataclass(frozen=True, eq=False)
class Roll:
    """`classes` holds a class number for every sample of the data, or nothing where numbers are predicted."""

    count: int
    shape: Shape
    """Of one sample as it is stored."""
    parts: Mapping[str, NDArray[np.intp]]
    classes: NDArray[np.intp]
    class_names: tuple[str, ...]
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]

    @property
    def pictured(self) -> bool:
        """Whether a sample is a picture; else it is a row of numbers."""
        return len(self.shape) > FLAT

    @property
    def classifies(self) -> bool:
        """Whether every sample has a class."""
        return bool(self.class_names)

    def is_like(self, other: "Roll") -> bool:
        """Whether the other one calls as many samples, each of the same class."""
        return (self.count, self.shape) == (other.count, other.shape) and np.array_equal(self.classes, other.classes)


@dataclass(frozen=True)
class CallTheRoll(Probe):
    """Asked once for each data set."""

    constant: ClassVar[bool] = True

    def take(self, sight: Sight) -> Roll:
        """Copies."""
        data = sight.session.data
        classes = data.targets.astype(np.intp) if data.classifies else np.empty(0, np.intp)
        parts = {part: data.part(part).astype(np.intp) for part in PARTS}
        return Roll(
            len(data.inputs), data.stored_shape, parts, classes, data.class_names, data.input_names, data.target_names
        )
