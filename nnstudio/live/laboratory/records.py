"""Records: what every lane and every range test came to, as the window knows it. They grow with the messages."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnstudio.experiments.range_test import Advice
from nnstudio.live.laboratory.messages import (
    Laid,
    LaneBatches,
    LaneEpoch,
    LaneProgress,
    Measured,
    RangeDone,
    RangeSteps,
)
from nnstudio.project.project import Project
from nnstudio.training.divergence import Divergence
from nnstudio.training.history import Epoch
from nnstudio.training.track import Track

EARLY, TOGETHER = 30, 5  # Batches in which a step that is too long for the slope shows, and how many are averaged.
CLIMBED = 1.1  # Times the first loss: less may be the chance of a batch.
RISEN = 4.0  # Times the first loss, beyond which a lane has run away unless it comes back below it.
OfALane = Laid | LaneBatches | LaneEpoch | LaneProgress | Measured


@dataclass(eq=False)
class LaneRecord:
    """Every batch and epoch of a lane; bounded, however long it goes on."""

    number: int
    project: Project
    losses: Track = field(default_factory=Track)
    epochs: list[Epoch] = field(default_factory=list)
    laid: Laid | None = None
    progress: LaneProgress | None = None
    measured: dict[int, Measured] = field(default_factory=dict)
    """By the step at which it was measured."""
    failure: str = ""
    """Why it cannot be trained, if it cannot."""
    rose: int | None = None
    """The first step with more than four times the first loss, if there was one."""
    climbed: bool = False
    """Whether its loss rose above where it began within the first batches: what 2/λmax predicts. It may settle later,
    where the error bends less."""

    @property
    def rate(self) -> float:
        """The learning rate that it begins with."""
        return self.project.settings.optimizer.learning_rate

    @property
    def step(self) -> int:
        """How many batches it stands behind."""
        return self.progress.step if self.progress else 0

    @property
    def diverged(self) -> Divergence | None:
        """Where its numbers stopped being finite, if they did and it stands there."""
        return self.progress.diverged if self.progress else None

    @property
    def over(self) -> bool:
        """Whether it goes no further."""
        return bool(self.failure) or (self.progress is not None and self.progress.finished is not None)

    def blown_up(self, loss: float | None) -> int | None:
        """The step at which it blew up, with the loss that it has come to: its numbers stopped being finite, or it rose
        far above the first loss and is still above it. A net whose units saturate need not leave the finite numbers."""
        if self.diverged is not None:
            return self.diverged.step
        return self.rose if loss is not None and self.rose is not None and loss > self.losses[0] else None

    def take(self, message: OfALane) -> None:
        """Grow by what a laboratory told."""
        match message:
            case Laid():
                self.laid = message
            case LaneBatches(first=first, losses=losses):
                self._extend(first, losses)
            case LaneEpoch(number=number, epoch=epoch):
                del self.epochs[number - 1 :]
                self.epochs.append(epoch)
            case LaneProgress():
                self.progress = message
            case Measured():
                self.measured[message.step] = message

    def _extend(self, first: int, losses: NDArray[np.float64]) -> None:
        if first < len(self.losses):
            # What is told now takes the place of what came after.
            self.losses.cut(first)
            self.rose = self.rose if self.rose is not None and self.rose <= first else None
        self.losses.extend(losses)
        if self.rose is None and (risen := np.flatnonzero(losses > RISEN * self.losses[0])).size:
            self.rose = first + int(risen[0]) + 1
        if first < EARLY:
            self.climbed = _climbs(self.losses.until(EARLY).since(0))


def _climbs(early: NDArray[np.float64]) -> bool:
    if len(early) < TOGETHER:
        return False
    means = np.convolve(early, np.full(TOGETHER, 1 / TOGETHER), "valid")
    return bool((means > CLIMBED * early[0]).any())


@dataclass(eq=False)
class RangeRecord:
    """A range test: rate and loss of every batch, and what they advise."""

    project: Project
    rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    done: RangeDone | None = None
    stopped: bool = False
    failure: str = ""

    @property
    def advice(self) -> Advice | None:
        """The rate that it suggests, once it is over."""
        return self.done.advice if self.done else None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.done is not None or self.stopped or bool(self.failure)

    def take(self, message: RangeSteps | RangeDone) -> None:
        """Grow by what a laboratory told."""
        match message:
            case RangeSteps(first=first, rates=rates, losses=losses):
                del self.rates[first:], self.losses[first:]
                self.rates.extend(rates.tolist())
                self.losses.extend(losses.tolist())
            case RangeDone():
                self.done = message
