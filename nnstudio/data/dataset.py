"""A data set: inputs, targets, parts, and the visible list of the steps that prepare the inputs."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.preparation.base import Preparation, fitted, shape_after, switched_on
from nnstudio.data.preparation.target_code import TargetCode

Array = NDArray[Any]

PARTS = ("train", "validation", "test")
AT_ONCE = 1 << 22  # Numbers that are looked at together where all are.


@dataclass(frozen=True, eq=False)
class DataSet:
    """Samples along the first axis; inputs as stored (often uint8), prepared only when a batch is made.

    Classes: `targets` holds one class number per sample and `class_names` their names.
    Regression: `targets` is (samples, outputs) in float and `class_names` is empty.
    `input_names` and `target_names` are there where the numbers have names, as the columns of a table do. `notes` say
    how the data was read, `warnings` what is wrong with it.
    """

    name: str
    inputs: Array
    targets: Array
    class_names: tuple[str, ...] = ()
    parts: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)
    preparation: tuple[Preparation, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.targets):
            raise DataError(
                f"The data set {self.name} has {len(self.inputs):,} inputs but {len(self.targets):,} targets. "
                "They must belong together, one target for each input."
            )

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """The shape of one input as it is stored."""
        return tuple(self.inputs.shape[1:])

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one input as the network's Input should have it."""
        return shape_after(self.preparation, self.stored_shape)

    @property
    def classifies(self) -> bool:
        """Whether the targets are classes."""
        return bool(self.class_names)

    @property
    def outputs(self) -> int:
        """The number of classes, or of numbers to predict."""
        return len(self.class_names) if self.classifies else int(self.targets.shape[1])

    @property
    def no_and_yes(self) -> tuple[float, float] | None:
        """The numbers that stand for no and yes in the targets, where a step says it."""
        codes = [step.no_and_yes for step in switched_on(self.preparation) if isinstance(step, TargetCode)]
        return codes[-1] if codes else None

    def part(self, name: str) -> NDArray[np.intp]:
        """The sample numbers of a part; an absent part is empty."""
        return self.parts.get(name, np.empty(0, np.intp))

    def training(self) -> NDArray[np.intp]:
        """The sample numbers that training passes through: the training part, balanced if a step says so."""
        picks = self.part("train").astype(np.intp)
        for step in switched_on(self.preparation):
            picks = step.picks(picks, self.targets if self.classifies else None)
        return picks

    def in_terms_of(self, class_names: tuple[str, ...]) -> Self:
        """The same samples with the classes of a trained network, each known by its name."""
        if class_names == self.class_names:
            return self
        if not self.classifies:
            raise DataError(f"The network tells classes apart, but {self.name} has numbers to predict. Take others.")
        strange = next((name for name in self.class_names if name not in class_names), None)
        if strange is not None:
            raise DataError(
                f"{self.name} has the class '{shown(strange)}', which the network was not trained on. "
                f"It knows: {', '.join(map(shown, class_names[:12]))}."
            )
        numbers = np.array([class_names.index(name) for name in self.class_names], np.int64)
        return replace(self, targets=numbers[self.targets], class_names=class_names)

    def prepared_by(self, steps: Iterable[Preparation]) -> Self:
        """The same data with these steps instead of its own; each learns what it must know from the training part."""
        steps = tuple(steps)
        shape_after(steps, self.stored_shape)
        return replace(self, preparation=fitted(steps, self._training_batches))

    def _training_batches(self) -> Iterator[Array]:
        picks = self.part("train")
        for piece in pieces(self.inputs, len(picks)):
            yield self.inputs[picks[piece]]


def pieces(array: Array, count: int | None = None) -> Iterator[slice]:
    """Slices that cover so many samples of an array, by default all; few at a time, so that memory stays flat."""
    size = max(1, AT_ONCE // max(1, math.prod(array.shape[1:])))
    for start in range(0, len(array) if count is None else count, size):
        yield slice(start, start + size)
