"""A learning rate that is too low: steps that lead nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, isfinite, log10
from statistics import median

from nnstudio.core.wording import counted
from nnstudio.doctor.base import Advice, Case, Sign
from nnstudio.doctor.remedies import learn_faster
from nnstudio.doctor.wording import figure

LEAST_STEPS = 50  # What has not come down by then will take long.
SMALL_STEP = 1e-5  # Of the weights' length: 100,000 such steps to change them by as much as they are.
USUAL_STEP = 1e-3  # A rule of thumb; in their first epochs the templates keep between 0.002 and 0.05.
LITTLE = 0.05  # Share of the loss that it falls by, over all steps since the first look.
SMALL_GRADIENT = 1e-3  # Of the weights' length: what has arrived has no more to go.


@dataclass(frozen=True)
class LowRate(Sign):
    """The weights hardly change and the loss hardly falls, though the gradient shows the way."""

    title = "The learning rate is too low"
    follows = ("divergence", "broken_data", "vanishing_gradients", "saturated_units", "dead_units", "unscaled_inputs")
    explanation = (
        "The gradient is there, but each step along it is so short that it would take very many to arrive. A higher "
        "learning rate gets there sooner."
    )
    remedies = ("a learning rate that is as many times higher as the steps are too short",)
    example = (
        "Open the template *Small digits*, choose Adam with a learning rate of 1e-7 and a constant schedule, and "
        "train."
    )

    def look(self, case: Case) -> Iterator[Advice]:
        """Short steps, little gain, and a gradient that is not small."""
        health, ratio = case.health, case.ratio
        steps = health.step - health.first_step
        if ratio is None or steps < LEAST_STEPS or case.project.settings.optimizer.single_samples:
            return
        pulls = [each.pull for each in case.weighing if each.pull is not None]
        fell = health.loss < (1 - LITTLE) * health.first_loss
        if fell or not 0 < ratio < SMALL_STEP or not median(pulls) > SMALL_GRADIENT:
            return
        evidence = (
            f"In {counted(steps, 'step')} the loss went from {figure(health.first_loss)} to {figure(health.loss)}. "
            f"Each step changes the weights by {figure(ratio)} of their size; {figure(USUAL_STEP)} is usual."
        )
        yield self.advice(evidence, learn_faster(case, _powers_of_ten(USUAL_STEP / ratio)))


def _powers_of_ten(factor: float) -> float:
    return float(10 ** max(1, floor(log10(factor)))) if isfinite(factor) else 10.0
