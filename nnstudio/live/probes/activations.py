"""What a sample becomes in every layer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight


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
        # Here, where there is an engine: the window only asks.
        from nnstudio.engine.metrics import decide
        from nnstudio.live.probes.one_sample import program_for, run_sample

        session = sight.session
        number = min(self.sample, len(session.data.inputs) - 1)
        stored = np.array(session.data.inputs[number])
        program = sight.remembered("one sample", lambda: program_for(session))
        values = run_sample(session, program, stored)
        target = session.data.targets[number]
        if not session.data.classifies:
            return Activations(number, stored, values, np.array(target), None)
        output = values[session.plan.steps[session.plan.output].id].reshape(1, -1)
        answer = int(decide(output, session.plan.encoding.middle)[0])
        return Activations(number, stored, values, int(target), answer)
