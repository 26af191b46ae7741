"""What a neuron is shown: its inputs for the training samples, prepared, or as the layers before it make them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnstudio.engine.engine import quiet
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Feed
from nnstudio.layers.shapes import Array, to_samples
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.training.session import Session

MOST = 1000  # Samples; of larger sets the first ones.


@dataclass(frozen=True, eq=False)
class Shown:
    """Inputs (samples, inputs) and targets: class numbers, or (samples, outputs) where numbers are predicted.

    `no` and `yes` are the numbers that stand for the two classes.
    """

    inputs: Array
    targets: Array
    class_names: tuple[str, ...]
    input_names: tuple[str, ...]
    no: float
    yes: float


@dataclass(frozen=True)
class NeuronInputs(Probe):
    """The inputs of a layer that reads flat data."""

    node: str

    period: ClassVar[float] = 0.1

    def take(self, sight: Sight) -> Shown | None:
        """None where there is no such layer, as after a change. Copies."""
        session = sight.session
        step = next((each for each in session.plan.steps if each.id == self.node), None)
        if step is None or not step.inputs or len(step.input_shapes[0]) != 1:
            return None
        program = sight.remembered("training samples", lambda: _loaded(session))
        with quiet():
            program.run()
        source = session.plan.steps[step.inputs[0]].id
        data, encoding = session.data, session.plan.encoding
        targets = np.array(data.targets[data.training()[:MOST]])
        inputs = to_samples(program.value(source), step.input_shapes[0]).copy()
        return Shown(inputs, targets, data.class_names, data.input_names, encoding.no, encoding.yes)


def _loaded(session: Session) -> Program:
    picks = session.data.training()[:MOST]
    program = Program(session.plan, len(picks), session.parameters, judged=False, as_drawn=True)
    feed = Feed(session.engine.samples, program, session.plan.encoding.middle)
    feed.picks[:] = picks
    for call in feed.loading:
        call()
    return program
