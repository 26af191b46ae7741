"""A trained network as one asks it: its answer to a sample as the data stores it, whether or not the data is there."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.classify.stored import Shape, Stored, picture_shape
from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.base import Preparation, prepared, shape_after
from nnstudio.engine.crew import SingleThreadedProducts
from nnstudio.engine.engine import quiet
from nnstudio.engine.metrics import decide
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import size_of, to_samples

Array = NDArray[Any]

CHUNK = 64  # Samples that are answered at once: an image network is quickest so, and few are wasted.


@dataclass(frozen=True, eq=False)
class Answer:
    """What a network says to one sample.

    `probabilities` has one number for each class, or is None where the network does not speak of probability; `scores`
    are the numbers that the last activation made of them, or the outputs where there is none. `answer` is the class's
    number, or None where numbers are predicted. `values` is what comes out of every layer.
    """

    values: Mapping[str, Array]
    outputs: Array
    scores: Array
    probabilities: Array | None
    answer: int | None


@dataclass(frozen=True, eq=False)
class Network:
    """A plan with its parameters, and what it takes to read a sample. `stored` says how the data stores its pictures,
    or in a sentence why they are none. It reads the parameters as they are at the moment, and never changes them."""

    plan: Plan
    parameters: Parameters
    preparation: tuple[Preparation, ...]
    class_names: tuple[str, ...]
    stored: Stored | str

    @classmethod
    def on(cls, plan: Plan, parameters: Parameters, data: DataSet) -> "Network":
        """A network with its data."""
        try:
            stored: Stored | str = Stored.of_data(data)
        except DataError as error:
            stored = str(error)
        return cls(plan, parameters, data.preparation, data.class_names, stored)

    @classmethod
    def alone(
        cls, plan: Plan, parameters: Parameters, preparation: Sequence[Preparation], class_names: Sequence[str]
    ) -> "Network":
        """A network whose data is elsewhere: how it stores its pictures is seen from how they are prepared."""
        try:
            stored: Stored | str = Stored.guessed(_unprepared(plan.input_shape, preparation), preparation)
        except DataError as error:
            stored = str(error)
        return cls(plan, parameters, tuple(preparation), tuple(class_names), stored)

    def answer(self, sample: Array) -> Answer:
        """The answer to one sample. Copies."""
        program, plan = self._one, self.plan
        with quiet(), SingleThreadedProducts():
            np.copyto(program.inputs, self.inputs(sample[np.newaxis]), casting="same_kind")
            program.run()
        values = {step.id: to_samples(program.value(step.id), step.shape)[0].copy() for step in plan.steps}
        outputs = values[plan.steps[plan.output].id].reshape(-1)
        answer = int(decide(outputs[np.newaxis], plan.encoding.middle)[0]) if self.class_names else None
        return Answer(values, outputs, values[self.judged].reshape(-1), self._probabilities(outputs), answer)

    def outputs(self, samples: Array) -> Array:
        """The outputs for several samples, (samples, outputs)."""
        return self.ask(self.inputs(samples), self.plan.steps[self.plan.output].id)

    def ask(self, inputs: Array, step: str) -> Array:
        """What comes out of a step for several prepared inputs, (samples, numbers)."""
        program = self._many
        found = np.empty((len(inputs), program.value(step).size // CHUNK), self.plan.dtype)
        with quiet(), SingleThreadedProducts():
            for start in range(0, len(inputs), CHUNK):
                part = inputs[start : start + CHUNK]
                np.copyto(program.inputs[: len(part)], part, casting="same_kind")
                program.run()
                value = program.value(step)
                rows = to_samples(value, (0,) * (value.ndim - 1)).reshape(CHUNK, -1)
                found[start : start + len(part)] = rows[: len(part)]
        return found

    def inputs(self, samples: Array) -> Array:
        """Samples as the data stores them, prepared: one row each."""
        return prepared(self.preparation, samples, self.plan.dtype).reshape(len(samples), -1)

    def fits(self, sample: Array) -> bool:
        """Whether a sample is one that this network reads; not so after a change of the model."""
        if isinstance(self.stored, str) or sample.shape != self.stored.shape:
            return False
        return size_of(shape_after(self.preparation, sample.shape)) == size_of(self.plan.input_shape)

    @property
    def judged(self) -> str:
        """The step whose numbers the loss reads: before the last activation, where it is computed together with it."""
        output = self.plan.steps[self.plan.output]
        together = output.layer.kind in self.plan.loss.through or output.layer.makes_probabilities
        return self.plan.steps[output.inputs[0]].id if together and output.inputs else output.id

    def probabilities(self, outputs: Array) -> Array:
        """(samples, classes) for (samples, outputs): both classes of a single output; as they are, otherwise."""
        if outputs.shape[1] > 1 or len(self.class_names) != 2:
            return outputs
        encoding = self.plan.encoding
        yes = np.clip((outputs - encoding.no) / (encoding.yes - encoding.no), 0, 1)
        return np.concatenate([1 - yes, yes], axis=1)

    def _probabilities(self, outputs: Array) -> Array | None:
        probable = self.plan.steps[self.plan.output].layer.makes_probabilities
        return self.probabilities(outputs[np.newaxis])[0] if probable and self.class_names else None

    @cached_property
    def _one(self) -> Program:
        return Program(self.plan, 1, self.parameters, judged=False, as_drawn=True)

    @cached_property
    def _many(self) -> Program:
        return Program(self.plan, CHUNK, self.parameters, judged=False)


def _unprepared(wanted: Shape, preparation: Sequence[Preparation]) -> Shape:
    """What samples are like before they are prepared for an Input of that shape: the same, or else an image."""
    with suppress(DataError):
        if size_of(shape_after(preparation, wanted)) == size_of(wanted):
            return wanted
    return picture_shape(wanted)
