"""Divergence: the numbers grew until they were not finite any more."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnstudio.core.wording import counted
from nnstudio.doctor.base import Advice, Case, Severity, Sign
from nnstudio.doctor.remedies import clip, learn_slower
from nnstudio.doctor.wording import figure
from nnstudio.training.divergence import BROKEN_DATA, Divergence

LONG = (
    "The learning rate is not unusual, but the gradient is so long that a step along it leaves the valley of the loss, "
    "where the next one is longer still. A limit to its length keeps the steps inside the valley."
)


@dataclass(frozen=True)
class Diverged(Sign):
    """The training ended because a number was not finite."""

    kind = "divergence"
    title = "The training diverged"
    severity = Severity.FATAL
    explanation = (
        "Each step went so far beyond the valley of the loss that the next gradient was even longer, until the numbers "
        "left what a computer can hold. A smaller learning rate keeps the steps inside the valley."
    )
    others = (LONG,)
    remedies = ("a smaller learning rate", "a limit to the length of the gradient, where the rate is not unusual")
    example = "Open the template *Linear regression*, set the learning rate to 100, and train."

    def look(self, case: Case) -> Iterator[Advice]:
        """The session has said so; broken data is another sign."""
        fault = case.health.diverged
        if fault is None or fault.quantity in BROKEN_DATA:
            return
        named = (each.id for each in case.health.layers if each.name == fault.layer and each.id in case.graph)
        if case.health.learning_rate <= case.usual_rate and not case.project.settings.clip:
            yield self.advice(_evidence(case, fault), clip(), next(named, None), LONG)
        else:
            yield self.advice(_evidence(case, fault), learn_slower(case), next(named, None))


def _evidence(case: Case, fault: Divergence) -> str:
    losses = case.losses
    rate = figure(case.health.learning_rate)
    if len(losses) > 1 and losses[-1] > losses.min():
        lowest = int(np.argmin(losses))
        return (
            f"The loss rose from {figure(losses[lowest])} to {figure(losses[-1])} within "
            f"{counted(len(losses) - lowest - 1, 'step')}, then was not finite. The learning rate is {rate}."
        )
    return f"At step {fault.step:,} the {fault.quantity} of {fault.layer} was not finite. The learning rate is {rate}."
