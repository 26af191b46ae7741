"""Saturated units: sigmoids and their like at the flat ends of their curve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnstudio.core.wording import counted
from nnstudio.doctor.base import Advice, Case, Remedy, Sign
from nnstudio.doctor.remedies import learn_slower, normalise, restart, weighing_before
from nnstudio.doctor.wording import percent
from nnstudio.training.readings import NEAR, NEARLY_ALL

# A few such units are a fine way to say yes or no; with half of a layer so, most of what it could learn is lost.
MOST = 0.5


@dataclass(frozen=True)
class SaturatedUnits(Sign):
    """Half the units of a hidden layer give their lowest or highest answer to nearly every sample."""

    title = "Saturated units"
    follows = ("unscaled_inputs", "divergence", "broken_data", "high_rate")
    explanation = (
        "Near its lowest and highest answer the curve is nearly flat, so hardly any gradient comes through and the "
        "weights before it hardly learn. Smaller weights and smaller steps keep a unit where it is steep."
    )
    remedies = (
        "a smaller learning rate, where it is far above the usual one",
        "weights that start by Glorot, where they started at anything else",
        "Batch Norm before the layers",
    )
    example = (
        "Open the template *Playground*, let the weights of its first layer start by Normal with a deviation of "
        "50, and train."
    )

    def look(self, case: Case) -> Iterator[Advice]:
        """Tell of the first hidden layer. The last one may well be sure of its answers."""
        full = [each for each in case.hidden if each.saturated is not None and each.saturated >= MOST * each.units]
        if case.early or not full:
            return
        first = full[0]
        evidence = (
            f"{first.saturated:,} of {counted(first.units, 'unit')} of {first.name} were within {percent(NEAR)} of "
            f"their lowest or highest answer for at least {percent(NEARLY_ALL)} of the samples looked at."
        )
        yield self.advice(evidence, _remedy(case, [each.id for each in full]), first.id)


def _remedy(case: Case, ids: Sequence[str]) -> Remedy:
    """A usual learning rate; else usual first weights; else a normalisation before each of the layers."""
    if case.hasty:
        return learn_slower(case)
    before = weighing_before(case.graph, ids[0])
    if before is not None and vars(before.layer)["weights_start"].kind in ("normal", "uniform", "constant"):
        return restart(case, (before.id,), "glorot")
    return normalise(case, ids)
