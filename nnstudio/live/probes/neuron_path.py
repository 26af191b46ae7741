"""The way of a neuron through weight space: its weights and bias now, and at every moment that was recorded."""

from dataclasses import dataclass
from typing import ClassVar

from nnstudio.engine.engine import quiet
from nnstudio.engine.samples import Picks
from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.training.session import Session


@dataclass(frozen=True, eq=False)
class Path:
    """Weights, with the bias as the last number: at each of some steps (steps, numbers), and now.

    `cost` is the mean loss on all training samples, with its penalty, now.
    """

    steps: Picks
    numbers: Array
    present: Array
    cost: float


@dataclass(frozen=True)
class NeuronPath(Probe):
    """Follows one neuron of a Dense layer."""

    node: str
    unit: int = 0

    period: ClassVar[float] = 0.03

    def take(self, sight: Sight) -> Path | None:
        """None where there is no such neuron, as after a change. Copies."""
        session = sight.session
        places = next((each for each in session.parameters.layout.places if each.step.id == self.node), None)
        if places is None or self.unit >= places.rows or "bias" not in places.block:
            return None
        start = places.start + self.unit * places.columns
        here = slice(start, start + places.columns)
        steps, numbers = sight.recorder.weights_at(here)
        return Path(steps, numbers, session.parameters.vector[here].copy(), cost_of(session))


def cost_of(session: Session) -> float:
    """The mean loss on the training samples and the penalty, as the lectures write J."""
    picks = session.data.training()
    with quiet():
        return session.engine.judge(picks).mean_loss + session.updater.penalty_cost(1.0 / len(picks))
