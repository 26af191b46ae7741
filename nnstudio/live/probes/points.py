"""The samples themselves, where they have one or two inputs and can be drawn as points."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.dataset import PARTS, DataSet
from nnstudio.layers.shapes import Array, Shape, size_of
from nnstudio.live.probes.base import Probe, Sight

MOST = 5000  # Of each part; more points would cover one another.
DRAWABLE = 2  # Inputs.
SEED = 0


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points of one part: their numbers in the data, inputs as stored (points, inputs), and targets."""

    numbers: NDArray[np.intp]
    inputs: Array
    targets: Array


@dataclass(frozen=True, eq=False)
class PointSet:
    """The points of every part, and what they are. `clouds` is empty where they cannot be drawn.

    `no` and `yes` are the numbers that a single output should answer to the two classes.
    """

    shape: Shape
    clouds: Mapping[str, Cloud]
    class_names: tuple[str, ...]
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]
    no: float
    yes: float

    @property
    def inputs(self) -> int:
        """How many numbers one sample has."""
        return size_of(self.shape)


@dataclass(frozen=True)
class Points(Probe):
    """At most `MOST` points of each part."""

    constant: ClassVar[bool] = True

    def take(self, sight: Sight) -> PointSet:
        """By the name of the part; a sample that stands in several is a point of the first. Copies."""
        data, encoding = sight.session.data, sight.session.plan.encoding
        clouds = _clouds(data) if size_of(data.stored_shape) <= DRAWABLE else {}
        return PointSet(
            data.stored_shape, clouds, data.class_names, data.input_names, data.target_names, encoding.no, encoding.yes
        )


def _clouds(data: DataSet) -> dict[str, Cloud]:
    found: dict[str, Cloud] = {}
    for part in PARTS:
        # Where nothing is kept back, validation and test look at what is learned.
        earlier = [cloud.numbers for cloud in found.values()]
        numbers = np.setdiff1d(data.part(part), np.concatenate([np.empty(0, np.intp), *earlier]))
        if len(numbers) > MOST:
            numbers = np.sort(np.random.default_rng(SEED).choice(numbers, MOST, replace=False))
        inputs = np.asarray(data.inputs[numbers]).reshape(len(numbers), size_of(data.stored_shape))
        found[part] = Cloud(numbers, inputs, np.array(data.targets[numbers]))
    return found
