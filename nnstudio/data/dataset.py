"""A data set: inputs, targets, parts, and the visible list of the steps that prepare the inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.data.preparation import Preparation

Array = NDArray[Any]

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class DataSet:
    """Samples along the first axis; inputs as stored (often uint8), prepared only when a batch is made.

    Classes: `targets` holds one class number per sample and `class_names` their names.
    Regression: `targets` is (samples, outputs) in float and `class_names` is empty.
    """

    name: str
    inputs: Array
    targets: Array
    class_names: tuple[str, ...] = ()
    parts: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)
    preparation: tuple[Preparation, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.targets):
            raise DataError(
                f"The data set {self.name} has {len(self.inputs):,} inputs but {len(self.targets):,} targets. "
                "They must belong together, one target for each input."
            )

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one input as the network's Input should have it."""
        return tuple(self.inputs.shape[1:])

    @property
    def classifies(self) -> bool:
        """Whether the targets are classes."""
        return bool(self.class_names)

    @property
    def outputs(self) -> int:
        """The number of classes, or of numbers to predict."""
        return len(self.class_names) if self.classifies else int(self.targets.shape[1])

    def part(self, name: str) -> NDArray[np.intp]:
        """The sample numbers of a part; an absent part is empty."""
        return self.parts.get(name, np.empty(0, np.intp))
