"""Vanishing gradients: what the last layers learn from hardly reaches the first ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from nnstudio.doctor.base import Advice, Case, Remedy, Sign
from nnstudio.doctor.remedies import activate, learn_slower, normalise, restart
from nnstudio.doctor.wording import figure
from nnstudio.training.health import LayerHealth
from nnstudio.training.reach import reach_of

# For each weight. The templates' first layers have 0.04 to 11 times the gradient of their last; every sigmoid on the
# way back takes three quarters of it or more, so five of them come to this.
TOO_SMALL = 1e-3


@dataclass(frozen=True)
class VanishingGradients(Sign):
    """A layer gets a gradient that is a thousand times smaller than the last layer's."""

    title = "Vanishing gradients"
    follows = ("dead_units", "saturated_units", "unfit_loss", "divergence", "broken_data", "high_rate")
    explanation = (
        "On its way back the gradient is multiplied by the slope of every activation it meets, at most 0.25 for a "
        "sigmoid, and by the weights. After many layers hardly anything is left, and the first layers do not learn."
    )
    remedies = (
        "a smaller learning rate, where it is far above the usual one",
        "ReLU in the place of Sigmoid and Tanh",
        "weights that start by He",
        "Batch Norm before the activations",
    )
    example = (
        "Put eight layers of ten neurons, each with a Sigmoid, between the Input and the last layer of the "
        "template *Playground*, and train."
    )

    def look(self, case: Case) -> Iterator[Advice]:
        """The layer with the smallest gradient. A Threshold on the way is told as a problem of the model."""
        if case.early or len(case.weighing) < 2 or "no gradient" in case.told:
            return
        last, before = case.weighing[-1], case.weighing[:-1]
        weakest = min(before, key=_gradient)
        if not (isfinite(_gradient(last)) and _gradient(weakest) < TOO_SMALL * _gradient(last)):
            return
        least, most = _gradient(weakest), _gradient(last)
        times = f"{figure(most / least)} times smaller than" if least else "0, unlike"
        against = f": {figure(least)} against {figure(most)} for each weight" if least else ""
        yield self.advice(
            f"The gradient of {weakest.name} is {times} that of {last.name}{against}.", _remedy(case), weakest.id
        )


def _gradient(layer: LayerHealth) -> float:
    return layer.gradient.rms if layer.gradient is not None else 0.0


def _remedy(case: Case) -> Remedy | None:
    """A usual learning rate, where a high one has flattened everything; else away with what flattens; else better
    first weights; else a normalisation before every hidden activation."""
    if case.hasty:
        return learn_slower(case)
    hidden = {each.id: reach_of(case.graph.node(each.id).layer) for each in case.hidden}
    if flat := [id for id, reach in hidden.items() if reach.bounded and reach.alone]:
        return activate(case, flat)
    starts = {each.id: getattr(case.graph.node(each.id).layer, "weights_start", None) for each in case.weighing}
    if odd := [id for id, start in starts.items() if start is not None and start.kind not in ("he", "glorot")]:
        return restart(case, odd, "he")
    bent = [id for id, reach in hidden.items() if reach.rectifies]
    return normalise(case, bent) if bent else None
