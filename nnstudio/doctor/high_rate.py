"""A learning rate that is too high: steps that leap over the valley."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.wording import counted
from nnstudio.doctor.base import Advice, Case, Sign
from nnstudio.doctor.remedies import learn_slower
from nnstudio.doctor.wording import figure, percent

RECENT = 40
RISEN = 1.5  # Times the loss of the start, for the same samples; the templates never rise above theirs by so much.
LARGE_STEP = 0.2  # Of the weights' length. A thousandth is usual; the templates' largest after 20 steps is 0.05.
STILL_FALLING = 0.97  # Of the loss before, over half of the recent batches.
SMALL = 0.1  # Of the loss of the start: what has come so far down may well rattle.


@dataclass(frozen=True)
class HighRate(Sign):
    """The loss rises above its start, or does not fall while every step changes a tenth of the weights."""

    title = "The learning rate is too high"
    follows = ("divergence", "exploding_gradients", "broken_data")
    explanation = (
        "Each step goes along the gradient, but so far that it lands on the other side of the valley, as high up or "
        "higher. With smaller steps the loss comes down."
    )
    remedies = ("a learning rate that is ten times smaller",)
    example = "Open the template *Small digits*, choose Adam with a learning rate of 1, and train."

    def look(self, case: Case) -> Iterator[Advice]:
        """Compare the loss with that of the start. The perceptron rule is right at any rate."""
        if case.early or case.project.settings.optimizer.single_samples or not len(case.losses):
            return
        recent = case.losses[-min(RECENT, -(-len(case.losses) // 2)) :]
        start, now = case.health.first_loss, float(recent.mean())
        rate = f"with a learning rate of {figure(case.health.learning_rate)}"
        if start > 0 and case.health.loss > RISEN * start and now > start:
            steps = counted(case.health.step - case.health.first_step, "step")
            evidence = f"The loss rose from {figure(start)} to {figure(case.health.loss)} in {steps} {rate}."
            yield self.advice(evidence, learn_slower(case))
        elif now > SMALL * start and _leaps(case, recent):
            evidence = (
                f"Each step changes the weights by {percent(case.ratio or 0.0)} of their size {rate}, but over the "
                f"last {counted(len(recent), 'step')} the loss did not fall: it is still {figure(now)}."
            )
            yield self.advice(evidence, learn_slower(case))


def _leaps(case: Case, recent: NDArray[np.float64]) -> bool:
    if case.ratio is None or not case.ratio > LARGE_STEP:
        return False
    before, after = np.array_split(recent, 2)
    return bool(after.mean() > STILL_FALLING * before.mean())
