"""A plan: what the compiler decided, as a plain value from which programs are built."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nnstudio.engine.losses import Loss
from nnstudio.layers.base import Layer
from nnstudio.layers.shapes import Shape, size_of


@dataclass(frozen=True)
class Step:
    """One layer in the order of computation; `inputs` are the numbers of the steps it reads."""

    id: str
    name: str
    layer: Layer
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    shape: Shape

    @cached_property
    def multiplications(self) -> int:
        """Products for one sample on the way forward."""
        return self.layer.multiplications(*self.input_shapes)


@dataclass(frozen=True)
class Encoding:
    """Which numbers stand for no and yes in the targets of a classification."""

    no: float
    yes: float = 1.0

    @property
    def middle(self) -> float:
        """Where a single output changes its mind."""
        return (self.no + self.yes) / 2


@dataclass(frozen=True)
class Plan:
    """A checked network, ready to be built for any batch size.

    `steps` follow the drawing. `quick` are the same layers, some in another order that gives the same output and
    the same derivatives at less cost. A batch is split into shards of at most `shard` samples, dealt out to
    `lanes`, whose gradients are added in a fixed order: results do not depend on the number of threads.
    """

    steps: tuple[Step, ...]
    quick: tuple[Step, ...]
    input: int
    output: int
    loss: Loss
    encoding: Encoding
    shard: int
    lanes: int
    precision: str = "float32"

    @property
    def dtype(self) -> np.dtype[Any]:
        """The kind of number the engine computes with."""
        return np.dtype(self.precision)

    @property
    def input_shape(self) -> Shape:
        """The shape of one sample."""
        return self.steps[self.input].shape

    @property
    def outputs(self) -> int:
        """How many numbers come out for one sample."""
        return size_of(self.steps[self.output].shape)

    @property
    def multiplications(self) -> int:
        """Products for one sample on the way forward."""
        return sum(step.multiplications for step in self.steps)

    @property
    def whole_batch_at_once(self) -> bool:
        """Whether some layer looks at all samples of a batch together, so that a batch cannot be split."""
        return any(step.layer.couples_samples for step in self.steps)
