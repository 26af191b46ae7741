"""Running one sample through the network as it is drawn."""

import numpy as np

from nnstudio.data.preparation.base import prepared
from nnstudio.engine.engine import quiet
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array, to_samples
from nnstudio.training.session import Session


def run_sample(session: Session, program: Program, stored: Array) -> dict[str, Array]:
    """What comes out of every layer for one sample as the data stores it. Copies."""
    inputs = prepared(session.data.preparation, stored[np.newaxis], session.plan.dtype)
    np.copyto(program.inputs, inputs.reshape(1, -1), casting="same_kind")
    with quiet():
        program.run()
    return {step.id: to_samples(program.value(step.id), step.shape)[0].copy() for step in session.plan.steps}


def program_for(session: Session) -> Program:
    """A program for a single sample, with every layer's output."""
    return Program(session.plan, 1, session.parameters, judged=False, as_drawn=True)
