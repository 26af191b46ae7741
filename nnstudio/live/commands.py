"""What a window asks of a worker: plain values, read between two batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings


@dataclass(frozen=True, eq=False)
class Prepare:
    """Stand ready with a project, as a run of that number. `keep` the weights of the layers that did not change."""

    run: int
    project: Project
    keep: bool = False


@dataclass(frozen=True)
class Go:
    """Train: so many batches, so many epochs, or to the end."""

    steps: float = inf
    epochs: float = inf


@dataclass(frozen=True)
class Pause:
    """Stand still after the batch that is under way."""


@dataclass(frozen=True)
class SetPace:
    """Do not train faster than so many batches a second, nor all of it in less than so many seconds, so that one can
    watch."""

    batches: float = inf
    seconds: float = 0.0

    def at_most(self, steps: float) -> float:
        """Batches a second for a training of so many steps."""
        return min(self.batches, steps / self.seconds) if self.seconds else self.batches


@dataclass(frozen=True)
class SetMeans:
    """Use so many threads from the next preparation on, 0 for as many as the computer has; and know that the window
    looks so many times a second."""

    threads: int = 0
    looks: int = 16


@dataclass(frozen=True)
class Adjust:
    """Go on with settings that differ in the learning rate, the number of epochs or the stop conditions alone."""

    settings: Settings


@dataclass(frozen=True, eq=False)
class SetWeights:
    """Parameters by their full names, `step/parameter`, which take the place of those that were learned."""

    weights: Mapping[str, Array]


@dataclass(frozen=True)
class Watch:
    """What the panels in sight want to know; replaces what was wanted before."""

    probes: Mapping[str, Probe]


@dataclass(frozen=True)
class GoTo:
    """Stand where the training stood after that many steps."""

    step: int


@dataclass(frozen=True)
class Fork:
    """Go on from the step that is shown, as a run of that number; what came after it is forgotten."""

    run: int


@dataclass(frozen=True)
class Keep:
    """Give back everything that a project keeps, with all it takes to go on."""

    number: int


Command = Prepare | Go | Pause | SetPace | SetMeans | Adjust | SetWeights | Watch | GoTo | Fork | Keep
