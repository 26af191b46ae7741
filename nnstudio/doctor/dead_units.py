"""Dead units: rectifiers that answer 0 to everything."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnstudio.core.wording import counted
from nnstudio.doctor.base import Advice, Case, Sign
from nnstudio.doctor.remedies import activate, learn_slower

# Good networks have dead units too: of the 64 of LeNet's dense layer, 26 gave 0 to all of 128 digits after 30 steps,
# and it went on to 98 %. Where three in four are dead, the layer is narrower than anybody meant.
MOST = 0.75


@dataclass(frozen=True)
class DeadUnits(Sign):
    """Most units of a layer answer 0 to every sample."""

    title = "Dead units"
    follows = ("unscaled_inputs", "divergence", "broken_data", "high_rate")
    explanation = (
        "Where a rectifier answers 0 it is flat: no gradient comes through, so the weights before it stay as they are "
        "and it stays dead. A leaky rectifier lets a little through, and a smaller learning rate kills fewer."
    )
    remedies = ("Leaky ReLU in the place of ReLU", "a smaller learning rate, where it is far above the usual one")
    example = (
        "Open the template *Playground*, replace Tanh by ReLU, let the biases of its first layer start at the "
        "constant −10, and train."
    )

    def look(self, case: Case) -> Iterator[Advice]:
        """Tell of the first layer; what stands behind it may be dead because of it."""
        if case.early:
            return
        dead = [each for each in case.health.layers
                if each.id in case.graph and each.dead is not None and each.dead >= MOST * each.units]  # fmt: skip
        if not dead:
            return
        first, more = dead[0], len(dead) - 1
        others = f" So it is with {counted(more, 'more layer')}." if more else ""
        evidence = (
            f"{first.dead:,} of {counted(first.units, 'unit')} of {first.name} answered 0 to all "
            f"{counted(case.health.samples, 'sample')} looked at.{others}"
        )
        leaky = activate(case, (each.id for each in dead), "leaky_relu")
        yield self.advice(evidence, learn_slower(case) if case.hasty else leaky, first.id)
