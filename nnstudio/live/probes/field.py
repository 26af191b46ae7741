"""What a network with one or two inputs answers everywhere: a curve, or a picture of its decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from nnstudio.data.preparation.base import prepared
from nnstudio.engine.engine import quiet
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array, size_of, to_samples
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.training.session import Session

CHUNK = 1024  # Places that are answered at once: few calls, and what they need stays in the processor's cache.

Range = tuple[float, float]


@dataclass(frozen=True)
class Field(Probe):
    """Answers of some layers on a grid over the inputs as the data stores them; of flat layers only.

    `spans` holds the least and the greatest number of each input, `counts` how many are tried between them, both
    ends included.
    """

    nodes: tuple[str, ...]
    spans: tuple[Range, ...]
    counts: tuple[int, ...]

    period: ClassVar[float] = 0.03

    def take(self, sight: Sight) -> Mapping[str, Array]:
        """For each layer (numbers of the last input, of the first, outputs): the rows of a picture; or (numbers,
        outputs) for a single input. Nothing where the data has another number of inputs, as after a change."""
        session = sight.session
        if size_of(session.data.stored_shape) != len(self.spans):
            return {}
        inputs = sight.remembered(("field", self.spans, self.counts), partial(self._inputs, session))
        program = sight.remembered("many samples", partial(_program, session))
        found = {
            step.id: np.empty((len(inputs), *step.shape), session.plan.dtype)
            for step in session.plan.steps
            if step.id in self.nodes and len(step.shape) == 1
        }
        with quiet():
            for start in range(0, len(inputs), CHUNK):
                _answer(program, inputs, found, slice(start, start + CHUNK))
        return {id: answers.reshape(*reversed(self.counts), -1) for id, answers in found.items()}

    def _inputs(self, session: Session) -> Array:
        axes = [np.linspace(*span, count) for span, count in zip(self.spans, self.counts, strict=True)]
        columns = [axis.ravel() for axis in np.meshgrid(*axes)]
        stored = np.stack(columns, axis=1).reshape(-1, *session.data.stored_shape)
        return prepared(session.data.preparation, stored, session.plan.dtype).reshape(len(stored), -1)


def _answer(program: Program, inputs: Array, found: Mapping[str, Array], part: slice) -> None:
    """Answer one part of the inputs, where it stands in what is found."""
    some = inputs[part]
    np.copyto(program.inputs[: len(some)], some, casting="same_kind")
    program.run()
    for id, answers in found.items():
        answers[part] = to_samples(program.value(id), answers.shape[1:])[: len(some)]


def _program(session: Session) -> Program:
    return Program(session.plan, CHUNK, session.parameters, judged=False, as_drawn=True)
