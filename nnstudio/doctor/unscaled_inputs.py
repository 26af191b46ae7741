"""Unscaled inputs: numbers far from 1, as pixels from 0 to 255 are."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

from nnstudio.data.preparation.base import switched_on
from nnstudio.doctor.base import Advice, Case, Sign
from nnstudio.doctor.remedies import standardise
from nnstudio.doctor.wording import figure

# Root mean squares. Points from −6 to 6 and leaves of 0 to 8 cm are learned well as they are, and standardised tables
# with rare values come to 9 for one column; pixels from 0 to 255 come to 80 and more.
TOO_LARGE = 10.0
TOO_SMALL = 1e-3


@dataclass(frozen=True)
class UnscaledInputs(Sign):
    """An input is ten times as large as it should be, or all are a thousand times smaller."""

    title = "The inputs are not scaled"
    explanation = (
        "The gradient of a weight is multiplied by its input, so no learning rate suits inputs that are very large or "
        "very unlike, and activations end up where they are flat. Bring the inputs to mean 0 and deviation 1."
    )
    remedies = ("a Standardise step",)
    example = "Train on *mnist* with the steps Scale and Normalise switched off: `mnist,scale=off,normalise=off`."

    def look(self, case: Case) -> Iterator[Advice]:
        """What the network sees, unless a layer of its own scales it first."""
        inputs = case.health.inputs
        if _scaled_already(case) or not inputs.largest:
            return
        largest = max(inputs.largest)
        if inputs.widest_rms > TOO_LARGE:
            evidence = (
                f"The inputs go up to {figure(largest)}; {inputs.widest} is about {figure(inputs.widest_rms)} in size. "
                "A network learns best from numbers around 1."
            )
        elif 0 < inputs.rms < TOO_SMALL:
            evidence = f"The largest input is {figure(largest)}. A network learns best from numbers around 1."
        else:
            return
        yield self.advice(evidence, standardise(case), next((node.id for node in case.graph.sources()), None))


def _scaled_already(case: Case) -> bool:
    steps = case.health.preparation if case.project.preparation is None else case.project.preparation
    if any(step.kind == "standardise" for step in switched_on(steps)):
        return True
    first = next(iter(case.weighing), None)
    wires = case.graph.into(first.id) if first is not None else ()
    read = next((each for each in case.health.layers if wires and each.id == wires[0].source), None)
    # What a layer such as BatchNorm makes of the inputs; without one, it is the inputs themselves.
    return read is not None and read.deviation != case.health.inputs.deviation and (
        TOO_SMALL < hypot(read.mean, read.deviation) < TOO_LARGE
    )
