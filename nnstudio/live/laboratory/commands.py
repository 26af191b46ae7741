"""What a window asks of a laboratory: plain values, read between two batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from nnstudio.experiments.planes import Plane
from nnstudio.layers.shapes import Array
from nnstudio.project.project import Project


@dataclass(frozen=True, eq=False)
class Lay:
    """Stand ready with lanes, as an experiment of that number: projects by the numbers of their lanes, alike but for
    what is compared. All begin from the same first weights: the seed's, or these."""

    run: int
    lanes: Mapping[int, Project]
    weights: Mapping[str, Array] | None = None


@dataclass(frozen=True)
class March:
    """Let every lane that is not over do so many batches in turn; without a number to the end."""

    steps: float = inf


@dataclass(frozen=True)
class Rest:
    """Stand still after the batch that is under way."""


@dataclass(frozen=True)
class StandAt:
    """Let every lane stand where it stood after that many steps, or where it ended before."""

    step: int


@dataclass(frozen=True)
class KeepLane:
    """Give back everything that a project keeps of a lane's training."""

    number: int
    lane: int


@dataclass(frozen=True)
class Measure:
    """Estimate the largest curvature of the error where a lane stands."""

    lane: int


@dataclass(frozen=True, eq=False)
class TryRates:
    """The range test of a project, as an experiment of that number: one pass in which the rate rises from the least
    to the greatest."""

    run: int
    project: Project
    least: float
    greatest: float


@dataclass(frozen=True)
class Survey:
    """Look at the error over a plane through the weights, and follow the lanes' paths on it from now on."""

    plane: Plane
    counts: tuple[int, int]
    """How many places are tried in each direction, both ends included."""
    anew: bool = True
    """Whether the plane is laid through the weights again, where the same one is there already."""


@dataclass(frozen=True)
class Locate:
    """Which weights does a place on the plane of the latest survey stand for? That plane is kept until the next
    survey is asked for, also when other lanes are laid."""

    place: tuple[float, float]


Order = Lay | March | Rest | StandAt | KeepLane | Measure | TryRates | Survey | Locate
