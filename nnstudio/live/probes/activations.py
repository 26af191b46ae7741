"""What a sample becomes in every layer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.data.preparation.base import prepared
from nnstudio.engine.engine import quiet
from nnstudio.engine.metrics import decide
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array, to_samples
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.training.session import Session


@dataclass(frozen=True, eq=False)
class Activations:
    """One sample on its way through the network: what comes out of every layer, by the layer's id.

    `stored` is the sample as the data holds it. `wanted` is its class, or the numbers to predict; `answer` the class
    that the network names, or None where numbers are predicted.
    """

    sample: int
    stored: Array
    values: Mapping[str, Array]
    wanted: Array | int
    answer: int | None


@dataclass(frozen=True)
class Answer(Probe):
    """Follows one sample of the data through every layer; a number too large takes the last one."""

    sample: int

    def take(self, sight: Sight) -> Activations:
        """The layers' outputs in the order of computation. Copies."""
        session = sight.session
        number = min(self.sample, len(session.data.inputs) - 1)
        stored = np.array(session.data.inputs[number])
        program = sight.remembered("one sample", lambda: _program(session))
        values = run_sample(session, program, stored)
        target = session.data.targets[number]
        if not session.data.classifies:
            return Activations(number, stored, values, np.array(target), None)
        output = values[session.plan.steps[session.plan.output].id].reshape(1, -1)
        answer = int(decide(output, session.plan.encoding.middle)[0])
        return Activations(number, stored, values, int(target), answer)


def run_sample(session: Session, program: Program, stored: Array) -> dict[str, Array]:
    """What comes out of every layer for one sample as the data stores it. Copies."""
    inputs = prepared(session.data.preparation, stored[np.newaxis], session.plan.dtype)
    np.copyto(program.inputs, inputs.reshape(1, -1), casting="same_kind")
    with quiet():
        program.run()
    return {step.id: to_samples(program.value(step.id), step.shape)[0].copy() for step in session.plan.steps}


def _program(session: Session) -> Program:
    return Program(session.plan, 1, session.parameters, judged=False, as_drawn=True)
