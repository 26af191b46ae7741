"""Points drawn by hand: samples with one or two inputs that a project holds itself. An immutable value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Self

import numpy as np

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import PARTS, DataSet
from nnstudio.data.preparation.base import Preparation

MOST = 5000
NAME = "points"


@dataclass(frozen=True)
class Points:
    """Where each point lies, what it is (a class number, or a number to predict), and to which part it belongs.

    `preparation` are the steps that the data brought from which the points were taken.
    """

    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[float, ...]
    parts: tuple[int, ...]
    class_names: tuple[str, ...] = ()
    input_names: tuple[str, ...] = ()
    preparation: tuple[Preparation, ...] = ()

    def __post_init__(self) -> None:
        count, widths = len(self.inputs), {len(point) for point in self.inputs}
        if not len(self.targets) == len(self.parts) == count:
            raise DataError("Each point needs its target and its part. Draw the points again.")
        if count > MOST:
            raise DataError(f"There can be at most {MOST:,} points. Remove some, or bring the data as a file.")
        if len(widths) > 1 or not widths <= {1, 2}:
            raise DataError("Points have one or two inputs, all of them alike. Bring other data as a file.")
        if not all(isfinite(number) for point in (*self.inputs, self.targets) for number in point):
            raise DataError("A point lies nowhere: its numbers are not finite. Draw it again.")
        if not all(0 <= part < len(PARTS) for part in self.parts):
            raise DataError("A point belongs to no part of the data. Draw it again.")
        if self.class_names and not set(self.targets) <= set(range(len(self.class_names))):
            raise DataError("A point has a class that is not known. Draw it again.")

    @classmethod
    def of(cls, data: DataSet) -> Self:
        """The samples of a data set with one or two inputs and one target."""
        width = int(np.prod(data.stored_shape))
        if width not in (1, 2) or (not data.classifies and data.outputs != 1):
            raise DataError(f"{data.name} cannot be drawn: points have one or two inputs and one target.")
        part_of = np.zeros(len(data.inputs), int)
        # Training last: where the parts are one and the same, a point is learned from.
        for number in (2, 1, 0):
            part_of[data.part(PARTS[number])] = number
        return cls(
            tuple(map(tuple, data.inputs.reshape(-1, width).astype(np.float64).tolist())),
            tuple(np.asarray(data.targets, np.float64).ravel().tolist()),
            tuple(part_of.tolist()),
            data.class_names,
            data.input_names,
            data.preparation,
        )

    def __len__(self) -> int:
        return len(self.inputs)

    def added(self, point: Sequence[float], target: float, part: int = 0) -> Self:
        """With one point more, at the end."""
        inputs = (*self.inputs, tuple(map(float, point)))
        return replace(self, inputs=inputs, targets=(*self.targets, float(target)), parts=(*self.parts, part))

    def removed(self, number: int) -> Self:
        """Without one of them."""
        before, after = slice(0, number), slice(number + 1, None)
        return replace(
            self,
            inputs=self.inputs[before] + self.inputs[after],
            targets=self.targets[before] + self.targets[after],
            parts=self.parts[before] + self.parts[after],
        )

    def data(self) -> DataSet:
        """As a data set; where no point is kept back, validation and test look at those that are learned."""
        if not self.inputs:
            raise DataError("There is no point to learn from. Draw some, or choose other data.")
        parts = np.array(self.parts, np.intp)
        found = {name: np.flatnonzero(parts == number).astype(np.intp) for number, name in enumerate(PARTS)}
        if not len(found["train"]):
            raise DataError("There is no point to learn from. Draw some, or choose other data.")
        found = {name: each if len(each) else found["train"] for name, each in found.items()}
        targets = np.array(self.targets)
        data = DataSet(
            name=NAME,
            inputs=np.array(self.inputs),
            targets=targets.astype(np.int64) if self.class_names else targets[:, np.newaxis],
            class_names=self.class_names,
            parts=found,
            notes=(f"{len(self):,} points drawn by hand.",),
            input_names=self.input_names,
        )
        return data.prepared_by(self.preparation)
