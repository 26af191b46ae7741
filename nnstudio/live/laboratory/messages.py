"""What a laboratory tells: plain values, each with the number of its experiment."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.experiments.curvature import Curvature
from nnstudio.experiments.planes import Ground
from nnstudio.experiments.range_test import Advice
from nnstudio.layers.shapes import Array
from nnstudio.live.messages import Message
from nnstudio.training.divergence import Divergence
from nnstudio.training.history import Epoch


@dataclass(frozen=True)
class Laid(Message):
    """A lane stands at its beginning and can go."""

    lane: int
    steps_per_epoch: int
    epochs: int
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LaneBatches(Message):
    """The losses of a lane's batches in a row; the first of them has this number, the very first one 0."""

    lane: int
    first: int
    losses: NDArray[np.float64]


@dataclass(frozen=True)
class LaneEpoch(Message):
    """A lane's epoch is over; the first has the number 1."""

    lane: int
    number: int
    epoch: Epoch


@dataclass(frozen=True)
class LaneProgress(Message):
    """Where a lane stands, also when it was taken back. Only the latest of each lane matters."""

    lane: int
    step: int
    epoch: int
    seconds: float
    finished: str | None = None
    """Why the lane is over."""
    diverged: Divergence | None = None

    @property
    def latest(self) -> Hashable:
        """One for each lane."""
        return "lane", self.lane


@dataclass(frozen=True)
class LaneFailed(Message):
    """A lane cannot be trained, in words; the others go on."""

    lane: int
    sentence: str
    report: str | None = None
    """The traceback, where it is a bug."""


@dataclass(frozen=True)
class Marching(Message):
    """The lanes go on, or stand still. Only the latest matters."""

    going: bool

    @property
    def latest(self) -> Hashable:
        """There is one."""
        return "marching"


@dataclass(frozen=True)
class Measured(Message):
    """The largest curvature where a lane stood after so many steps, and what it means for the rate."""

    lane: int
    step: int
    curvature: Curvature


@dataclass(frozen=True, eq=False)
class RangeSteps(Message):
    """Rates and losses of a range test's batches in a row; the first of them has this number, the very first one 0."""

    first: int
    rates: NDArray[np.float64]
    losses: NDArray[np.float64]


@dataclass(frozen=True)
class RangeDone(Message):
    """What a range test came to; None where it says nothing."""

    advice: Advice | None
    why: str
    """Why it ended."""


@dataclass(frozen=True, eq=False)
class Surveyed(Message):
    """The error over a plane. Only the latest matters."""

    ground: Ground

    @property
    def latest(self) -> Hashable:
        """There is one."""
        return "ground"


@dataclass(frozen=True, eq=False)
class LanePath(Message):
    """A lane's way on the plane of the latest survey: steps, and the two numbers of each place. Only the latest of each
    lane matters."""

    lane: int
    steps: NDArray[np.int64]
    places: NDArray[np.float64]
    """(steps, 2)"""
    cost: float | None = None
    """The mean training cost where the lane stands, with its penalty."""

    @property
    def latest(self) -> Hashable:
        """One for each lane."""
        return "path", self.lane


@dataclass(frozen=True, eq=False)
class Located(Message):
    """The weights that a place on the plane of the latest survey stands for; a beginning for other lanes."""

    place: tuple[float, float]
    weights: Mapping[str, Array]


@dataclass(frozen=True)
class NoGround(Message):
    """The error cannot be shown over that plane, in words."""

    sentence: str
