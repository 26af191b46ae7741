"""Divergence: which layer's numbers stopped being finite first, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.data.dataset import pieces
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Picks, Samples
from nnstudio.layers.shapes import Array

BROKEN_DATA = {"input": "an input", "target": "a target"}


@dataclass(frozen=True)
class Divergence:
    """Where training left the finite numbers: the step (the first is 1), the layer and the quantity."""

    step: int
    layer: str
    quantity: str

    @property
    def sentence(self) -> str:
        """What happened and what to do."""
        if self.quantity in BROKEN_DATA:
            return (
                f"step {self.step} met {BROKEN_DATA[self.quantity]} that is not a finite number. "
                "Look at the data and its preparation"
            )
        return (
            f"training diverged at step {self.step}: the {self.quantity} of {self.layer} is not finite any more. "
            "Choose a smaller learning rate; the last good weights were kept"
        )


def find_divergence(
    plan: Plan, parameters: Parameters, programs: Sequence[Program], gradient: Array, step: int
) -> Divergence:
    """The first layer on the way forward with a number that is not finite; else the loss; else a gradient."""
    for each in plan.steps:
        for program in programs:
            if not np.isfinite(program.value(each.id)).all():
                return Divergence(step, each.name, "output")
    last = plan.steps[plan.output].name
    if not all(np.isfinite(program.total) for program in programs):
        return Divergence(step, last, "loss")
    broken = np.flatnonzero(~np.isfinite(gradient))
    if len(broken):
        return Divergence(step, parameters.layout.locate(int(broken[0])).step.name, "gradient")
    return Divergence(step, last, "length of the gradient behind the loss")


def find_broken_sample(plan: Plan, samples: Samples, picks: Picks, step: int) -> Divergence | None:
    """An input or a target that was not finite before any layer saw it.

    The programs would not tell: they hold the last part of a batch, and a broken sample may be in another.
    """
    few = (picks[some] for some in pieces(samples.rows, len(picks)))
    if not all(np.isfinite(samples.inputs(each, plan.dtype)).all() for each in few):
        return Divergence(step, plan.steps[plan.input].name, "input")
    if not np.isfinite(samples.targets[picks]).all():
        return Divergence(step, plan.steps[plan.output].name, "target")
    return None
