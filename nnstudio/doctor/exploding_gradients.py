"""Exploding gradients: far longer than the weights they are to change."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnstudio.doctor.base import Advice, Case, Sign
from nnstudio.doctor.remedies import clip
from nnstudio.doctor.wording import figure
from nnstudio.training.health import LayerHealth

# The templates' gradients are at most 4 times as long as their weights. A thousand times is more than a learning
# rate can make up for that also suits the other layers.
TOO_LONG = 1e3


@dataclass(frozen=True)
class ExplodingGradients(Sign):
    """A gradient is a thousand times as long as the weights."""

    title = "Exploding gradients"
    follows = ("divergence", "broken_data", "unscaled_inputs")
    explanation = (
        "On its way back the gradient is multiplied by the weights of every layer, and where these are large it grows "
        "from layer to layer. One such step throws the weights far away; a limit to its length keeps its direction."
    )
    remedies = ("a limit to the length of the gradient",)
    example = (
        "Put eight layers of 30 neurons with ReLU behind each other, let their weights start by Normal with a "
        "deviation of 1, end in one linear neuron with the squared error, and train on *circle*."
    )

    def look(self, case: Case) -> Iterator[Advice]:
        """The layer with the longest gradient, measured by its weights, or by 1 where these have only begun."""
        worst = max(case.weighing, key=_growth, default=None)
        if worst is None or worst.gradient is None or worst.weights is None or not _growth(worst) > TOO_LONG:
            return
        evidence = (
            f"The gradient of {worst.name} has a length of {figure(worst.gradient.length)}, its weights one of "
            f"{figure(worst.weights.length)}."
        )
        yield self.advice(evidence, clip(), worst.id)


def _growth(layer: LayerHealth) -> float:
    if layer.gradient is None or layer.weights is None:
        return 0.0
    return layer.gradient.length / max(layer.weights.length, 1.0)
