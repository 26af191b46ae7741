"""The range test: one pass in which the learning rate rises exponentially, and what its losses advise."""

from dataclasses import replace
from math import isfinite
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nnstudio.api import Model
from nnstudio.core.errors import FieldError
from nnstudio.data.dataset import DataSet
from nnstudio.engine.schedules import ConstantRate
from nnstudio.experiments.range_advice import SMOOTHED_OVER, advice_on
from nnstudio.experiments.range_advice import Advice as Advice
from nnstudio.experiments.rates import checked_rate, with_rate
from nnstudio.project.project import Project
from nnstudio.training.divergence import BROKEN_DATA
from nnstudio.training.session import Session

FEWEST = 100  # Steps; a set that has fewer batches is passed through more than once.
RISEN = 4.0  # Times its lowest, at which a loss has gone too far to learn more from it.
NEAR_NOTHING = 1 / 8  # Of the first loss: what is lower than this quadruples by chance.


def checked_range(least: object, greatest: object) -> tuple[float, float]:
    """Two rates, the second above the first; else a FieldError."""
    low, high = checked_rate(least), checked_rate(greatest)
    if low >= high:
        raise FieldError(f"The greatest rate must be above the least, but {high:g} is not above {low:g}.")
    return low, high


class RangeTest:
    """One pass over the training samples from the seed's first weights, in which every batch has a greater rate.

    `rates` and `losses` grow by one number with each step: the loss of the batch, and the rate it was learned with.
    `smoothed` grows along, and is the line to draw. Use it as a context, or close it.
    """

    def __init__(
        self,
        project: Project,
        least: float = 1e-5,
        greatest: float = 10.0,
        data: DataSet | None = None,
        threads: int | None = None,
    ) -> None:
        least, greatest = checked_range(least, greatest)
        model = Model(with_rate(project, least))
        found = model.data(data)
        model.configure(schedule=ConstantRate(), stops=())
        self.session: Session = model.session(_only_training(found), threads)
        passes = -(-FEWEST // self.session.steps_per_epoch)
        self.session.adjust(replace(self.session.settings, epochs=passes))
        self.planned: NDArray[np.float64] = np.geomspace(least, greatest, passes * self.session.steps_per_epoch)
        self.rates: list[float] = []
        self.losses: list[float] = []
        self.smoothed: list[float] = []
        self.finished: str | None = None
        self._keeps = 1 - SMOOTHED_OVER / len(self.planned)
        self._mean, self._weight = 0.0, 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the training's threads. What was measured stays."""
        self.session.close()

    @property
    def steps(self) -> int:
        """How many batches there are, unless it ends early."""
        return len(self.planned)

    @property
    def broken(self) -> bool:
        """Whether it ended at a sample that is not made of finite numbers."""
        diverged = self.session.diverged
        return diverged is not None and diverged.quantity in BROKEN_DATA

    def step(self) -> float:
        """Learn from one batch with the next rate; gives back its loss. One that is not finite is not kept."""
        rate = float(self.planned[len(self.rates)])
        self.session.learning_rate = rate
        loss = self.session.step()
        if isfinite(loss):
            self.rates.append(rate)
            self.losses.append(loss)
            self._smooth(loss)
        self.finished = self._reason(rate)
        return loss

    def run(self) -> None:
        """Step to the end."""
        while not self.finished:
            self.step()

    def advice(self) -> Advice | None:
        """What the losses so far advise; None where they say nothing."""
        return advice_on(self.rates, self.losses, self.smoothed)

    def _smooth(self, loss: float) -> None:
        self._mean = self._keeps * self._mean + (1 - self._keeps) * loss
        self._weight = self._keeps * self._weight + 1 - self._keeps
        self.smoothed.append(self._mean / self._weight)

    def _reason(self, rate: float) -> str | None:
        if self.broken:
            return self.session.finished
        if self.session.diverged:
            return f"the numbers were not finite any more at a rate of {rate:.3g}"
        if self.smoothed[-1] > RISEN * max(min(self.smoothed), NEAR_NOTHING * self.smoothed[0]) > 0:
            return f"the loss rose above four times its lowest at a rate of {rate:.3g}"
        if len(self.rates) == self.steps:
            return "the greatest rate is reached"
        return self.session.finished


def _only_training(data: DataSet) -> DataSet:
    """Without the validation part, which would be judged after every pass."""
    return replace(data, parts={"train": data.part("train")})
