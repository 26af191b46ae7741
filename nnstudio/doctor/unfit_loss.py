"""A loss that does not fit the last activation, although both together can be trained."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from nnstudio.core.wording import counted
from nnstudio.doctor.base import Advice, Case, Remedy, Sign
from nnstudio.doctor.remedies import activate, choose_loss
from nnstudio.doctor.wording import figure, percent
from nnstudio.engine.losses import losses
from nnstudio.graph.graph import Node
from nnstudio.training.reach import Reach, reach_of
from nnstudio.training.readings import NEAR

# Of the answers. The lectures' neuron with the squared error has none for long; a few come and go in any training.
MISLED = 0.1
ROUNDING = 1e-6  # Of the distance between the targets.

OUT_OF_REACH = (
    "However large its weights grow, the last layer cannot give these answers, so the error stays. An activation that "
    "reaches them can."
)
FLAT = (
    "Where the last activation is flat, the slope of the squared error is nearly 0 too, so a sure but wrong answer is "
    "hardly corrected. Cross-entropy cancels the flat slope, and the gradient is simply answer minus target."
)


@dataclass(frozen=True)
class UnfitLoss(Sign):
    """Targets beyond what the last layer can answer, or a squared error behind an activation that is flat."""

    title = "The loss does not fit the last layer"
    follows = ("divergence", "broken_data", "high_rate")
    others = (OUT_OF_REACH, FLAT)
    remedies = (
        "another last activation, which reaches all targets",
        "the cross-entropy that belongs to the last activation",
    )
    example = "Open the template *Small digits*, choose the loss Mean Squared Error behind its Softmax, and train."

    def look(self, case: Case) -> Iterator[Advice]:
        """What keeps a model from training at all is told as a problem of the model."""
        if case.health.output not in case.graph:
            return
        node, loss = case.graph.node(case.health.output), case.project.settings.loss
        reach = reach_of(node.layer)
        if case.graph.out_of(node.id) or node.layer.kind in loss.through or not node.layer.has_gradient:
            return
        if _beyond(case, reach):
            yield self._out_of_reach(case, node, reach)
        elif loss.kind == "mean_squared_error" and (remedy := _cross_entropy(case, node)):
            yield from self._flat(case, node, reach, remedy)

    def _out_of_reach(self, case: Case, node: Node, reach: Reach) -> Advice:
        targets = case.health.targets
        fitting = "tanh" if (targets.lowest, targets.highest) == (-1.0, 1.0) else "linear"
        span = f"{figure(targets.lowest)} to {figure(targets.highest)}"
        evidence = f"The targets go from {span}, but {node.label} {_span(reach)}."
        return self.advice(evidence, activate(case, (node.id,), fitting), node.id, OUT_OF_REACH)

    def _flat(self, case: Case, node: Node, reach: Reach, remedy: Remedy) -> Iterator[Advice]:
        targets = case.health.targets
        if not reach.alone:
            evidence = f"{case.project.settings.loss.title} stands behind {node.label}, which gives probabilities."
            yield self.advice(evidence, remedy, node.id, FLAT)
        elif not case.early and targets.misled > MISLED * targets.answers:
            evidence = (
                f"{targets.misled:,} of {counted(targets.answers, 'answer')} are within {percent(NEAR)} of the wrong "
                f"end of {node.label}."
            )
            yield self.advice(evidence, remedy, node.id, FLAT)


def _beyond(case: Case, reach: Reach) -> bool:
    targets = case.health.targets
    margin = ROUNDING * max(1.0, targets.highest - targets.lowest)
    return targets.lowest < reach.low - margin or targets.highest > reach.high + margin


def _span(reach: Reach) -> str:
    if reach.bounded:
        return f"answers between {figure(reach.low)} and {figure(reach.high)} only"
    end = f"below {figure(reach.low)}" if isfinite(reach.low) else f"above {figure(reach.high)}"
    return f"answers nothing {end}"


def _cross_entropy(case: Case, node: Node) -> Remedy | None:
    """The loss that is made for the last activation, where the targets are as it wants them."""
    targets = case.health.targets
    if not targets.counts or (targets.lowest, targets.highest) != (0.0, 1.0):
        return None
    outputs = targets.answers // case.health.samples
    for kind, loss in sorted(losses().kinds().items()):
        if loss.only_through and node.layer.kind in loss.through and outputs >= loss.least_outputs:
            return choose_loss(kind)
    return None
