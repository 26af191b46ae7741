"""What a preparation step is: a visible value that can be changed, switched off and recorded as calls on a batch."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.fields import Configured, flag
from nnstudio.core.onnx_sheet import OnnxSheet
from nnstudio.core.registry import Family
from nnstudio.core.written import Written

Array = NDArray[Any]
Shape = tuple[int, ...]
Tape = list[Callable[[], object]]
Picks = NDArray[np.intp]


@dataclass(frozen=True)
class Preparation(Configured):
    """One step on the way from the stored number to the network's input.

    A step sees batches in floating point, (samples, *shape). It records calls that work on memory made once: whatever
    a call needs is made in `record`, so that a training step allocates nothing.
    """

    noun: ClassVar[str] = "preparation step"

    # Whether only training sees this step: what varies at random has no place in a test.
    only_in_training: ClassVar[bool] = False
    # Neighbouring steps of the same group are recorded as one.
    group: ClassVar[str] = ""
    # For its help page: stored samples that it is shown with, and fields so that something is seen.
    example: ClassVar[Any] = ((1.0, 10.0), (2.0, 20.0), (3.0, 60.0))
    example_fields: ClassVar[Mapping[str, Any]] = {}

    _: KW_ONLY
    on: bool = flag(True, "Whether this step is done")

    def shape(self, shape: Shape) -> Shape:
        """The shape of a sample after this step; a DataError if the step cannot take samples of that shape."""
        return shape

    def fitted(self, batches: Callable[[], Iterable[Array]]) -> Self:
        """The step with what it must know of the training samples, which come prepared by the steps before it."""
        return self

    def picks(self, picks: Picks, classes: Picks | None) -> Picks:
        """Which samples train, of those that would; `classes` are all samples' class numbers, if they have any."""
        return picks

    def record(self, numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """The calls that do this step to a batch, and the array in which its result will stand."""
        return [], numbers

    def written(self, module: str, shape: Shape) -> Written | None:
        """The step as it is done after training, where arrays come from the module np, torch or, in Keras, ops.

        `shape` is that of a sample before it. No lines: nothing is to do; None: nobody said it.
        """
        does_nothing = type(self).record is Preparation.record or self.only_in_training
        return Written(()) if does_nothing else None

    def onnx_nodes(self, sheet: OnnxSheet, x: str, shape: Shape) -> str:
        """Write the step as it is done after training; `shape` is that of a sample before it. Gives back the result."""
        if type(self).record is Preparation.record or self.only_in_training:
            return x
        raise DataError(f"{self.title} has no form in ONNX. Export in another format, or switch this step off.")

    @classmethod
    def onnx_group(cls, steps: Sequence[Any], sheet: OnnxSheet, x: str, shape: Shape) -> tuple[str, Shape]:
        """The same for neighbours of one group; gives back the result and its shape."""
        for step in steps:
            x, shape = step.onnx_nodes(sheet, x, shape), step.shape(shape)
        return x, shape

    @classmethod
    def record_group(cls, steps: Sequence[Any], numbers: Array, random: np.random.Generator) -> tuple[Tape, Array]:
        """The same for neighbours of one group; a group of its own may do better than one after another."""
        tape: Tape = []
        for step in steps:
            calls, numbers = step.record(numbers, random)
            tape += calls
        return tape, numbers


def switched_on(steps: Iterable[Preparation]) -> tuple[Preparation, ...]:
    """The steps that are done."""
    return tuple(step for step in steps if step.on)


def shape_after(steps: Iterable[Preparation], shape: Shape) -> Shape:
    """The shape of a sample once it is prepared."""
    for step in switched_on(steps):
        shape = step.shape(shape)
    return shape


def record(
    steps: Iterable[Preparation], raw: Array, dtype: np.dtype[Any], random: np.random.Generator | None = None
) -> tuple[Tape, Array]:
    """The calls that prepare what stands in `raw`, (samples, *shape), and where the result will stand.

    `raw` itself is left as it is. Steps that are for training only are done where there are random numbers.
    """
    done = [step for step in switched_on(steps) if random is not None or not step.only_in_training]
    if not done and raw.dtype == dtype:
        return [], raw
    numbers: Array = np.zeros(raw.shape, dtype)
    tape: Tape = [partial(np.copyto, numbers, raw, casting="unsafe")]
    result = numbers
    for _, neighbours in groupby(done, key=lambda step: step.group or step.kind):
        together = list(neighbours)
        calls, result = together[0].record_group(together, result, random or np.random.default_rng(0))
        tape += calls
    return tape, result


def prepared(
    steps: Iterable[Preparation], raw: Array, dtype: np.dtype[Any], random: np.random.Generator | None = None
) -> Array:
    """Stored inputs as the network wants them; `raw` itself only where nothing is to do."""
    tape, result = record(steps, raw, dtype, random)
    with np.errstate(all="ignore"):
        for call in tape:
            call()
    return result


def fitted(steps: Iterable[Preparation], training: Callable[[], Iterator[Array]]) -> tuple[Preparation, ...]:
    """The steps with what each must know of the training samples, which `training` gives as stored, a few at a time."""
    known: list[Preparation] = []
    for step in steps:
        known.append(step.fitted(partial(_batches, tuple(known), training)) if step.on else step)
    return tuple(known)


def _batches(steps: Sequence[Preparation], stored: Callable[[], Iterable[Array]]) -> Iterator[Array]:
    return (prepared(steps, batch, np.dtype(np.float64)) for batch in stored())


@cache
def preparations() -> Family[Preparation]:
    """All preparation steps, ours and the plugins'."""
    return Family(Preparation, "nnstudio.data.preparation", "nnstudio.preparations", "preparation step")
