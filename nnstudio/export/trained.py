"""A trained model as every export format gets it: the network, its weights, the preparation, and what a card tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from nnstudio.data.preparation.base import Preparation, prepared, shape_after, switched_on
from nnstudio.engine.engine import CHUNK, quiet
from nnstudio.engine.parameters import Layout, Parameters
from nnstudio.engine.plan import Plan, Step
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array, Shape, size_of, to_samples


@dataclass(frozen=True)
class About:
    """Where a model comes from: plain texts and numbers. `settings` are those of the training, as a project keeps
    them, `figures` what was measured, by its name; `date` is when it was exported."""

    title: str = ""
    description: str = ""
    data: str = ""
    seed: int = 0
    date: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Answers:
    """What a network says to samples, one row each; `logits` is what its last layer made probabilities of."""

    outputs: Array
    logits: Array | None = None

    @property
    def raw(self) -> Array:
        """The logits where there are any, else the outputs."""
        return self.outputs if self.logits is None else self.logits


@dataclass(frozen=True)
class Pictures:
    """Samples that are pictures: their size, and the numbers that the data stores for black and for white."""

    height: int
    width: int
    channels: int
    black: float = 0.0
    white: float = 255.0


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model on its way out.

    `weights` are named `step/parameter`; `preparation` are all steps of the data, `stored_shape` is that of one sample
    before them, as the data stores it, and `pictures` says how it is one. `class_names` is empty where numbers are
    predicted.
    """

    plan: Plan
    weights: Mapping[str, Array]
    preparation: tuple[Preparation, ...]
    stored_shape: Shape
    class_names: tuple[str, ...] = ()
    about: About = About()
    pictures: Pictures | None = None

    @property
    def done(self) -> tuple[Preparation, ...]:
        """The preparation steps that are done after training: those that go out."""
        return tuple(step for step in switched_on(self.preparation) if not step.only_in_training)

    @property
    def prepared_shape(self) -> Shape:
        """The shape of a sample after them; as many numbers as the network's input has, perhaps in another shape."""
        return shape_after(self.done, self.stored_shape)

    @property
    def last(self) -> Step:
        """The step that puts the answers out."""
        return self.plan.steps[self.plan.output]

    @property
    def logits(self) -> Step | None:
        """The step whose output the last one turns into probabilities, where it does."""
        return self.plan.steps[self.last.inputs[0]] if self.last.layer.makes_probabilities else None

    def parameters_of(self, step: str) -> dict[str, Array]:
        """The arrays of one step by their own names: weights and bias, say."""
        parts = ((*name.rpartition("/"), array) for name, array in self.weights.items())
        return {own: array for owner, _, own, array in parts if owner == step}

    @cached_property
    def parameters(self) -> Parameters:
        """The weights as the engine wants them."""
        made = Parameters.zeros(Layout.of(self.plan), self.plan.dtype)
        made.fill(self.weights)
        return made

    def answers(self, samples: Array) -> Answers:
        """What we say to samples as the data stores them, (samples, *stored shape)."""
        outputs = np.empty((len(samples), self.plan.outputs), self.plan.dtype)
        logits = None if self.logits is None else np.empty_like(outputs)
        programs: dict[int, Program] = {}
        for start in range(0, len(samples), CHUNK):
            part = samples[start : start + CHUNK]
            if len(part) not in programs:
                programs[len(part)] = Program(self.plan, len(part), self.parameters, judged=False, as_drawn=True)
            program = programs[len(part)]
            rows = prepared(self.done, part, self.plan.dtype).reshape(len(part), size_of(self.plan.input_shape))
            np.copyto(program.inputs, rows, casting="same_kind")
            with quiet():
                program.run()
            for step, into in ((self.last, outputs), (self.logits, logits)):
                if step is not None and into is not None:
                    into[start : start + CHUNK] = _rows(program, step)
        return Answers(outputs, logits)


def _rows(program: Program, step: Step) -> Array:
    return to_samples(program.value(step.id), step.shape).reshape(program.batch, -1)
