"""Divergence: which layer's numbers stopped being finite first, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.program import Program
from nnstudio.layers.shapes import Array


@dataclass(frozen=True)
class Divergence:
    """Where training left the finite numbers: the step (the first is 1), the layer and the quantity."""

    step: int
    layer: str
    quantity: str

    @property
    def sentence(self) -> str:
        """What happened and what to do."""
        if self.quantity == "input":
            return (
                f"step {self.step} met an input that is not a finite number. Look at the data and its preparation"
            )
        return (
            f"training diverged at step {self.step}: the {self.quantity} of {self.layer} is not finite any more. "
            "Choose a smaller learning rate; the last good weights were kept"
        )


def find_divergence(
    plan: Plan, parameters: Parameters, programs: Sequence[Program], gradient: Array, step: int
) -> Divergence:
    """The first layer on the way forward with a number that is not finite; else the loss; else a gradient."""
    for number, each in enumerate(plan.steps):
        for program in programs:
            if not np.isfinite(program.value(each.id)).all():
                return Divergence(step, each.name, "input" if number == plan.input else "output")
    last = plan.steps[plan.output].name
    if not all(np.isfinite(program.total) for program in programs):
        return Divergence(step, last, "loss")
    broken = np.flatnonzero(~np.isfinite(gradient))
    if len(broken):
        return Divergence(step, parameters.layout.locate(int(broken[0])).step.name, "gradient")
    return Divergence(step, last, "length of the gradient behind the loss")
