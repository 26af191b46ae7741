"""What the network answers to every sample of a part, found out a little at a time."""

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.live.probes.base import Partly, Probe, Sight
from nnstudio.training.verdicts import Verdicts

if TYPE_CHECKING:
    from nnstudio.training.judging import Judge
    from nnstudio.training.session import Session

ALL = "all"  # The name of the part that holds every sample.
SLICE = 0.01  # Seconds of one look: the training, and whatever else is asked, waits no longer.
TELL_EVERY = 0.25  # Seconds between two answers that are not complete.


@dataclass(eq=False)
class Inquiry:
    """A judge at work, and when it told last what it knows so far."""

    judge: "Judge"
    told: float = 0.0
    heard: bool = field(default=False)  # Whether a whole part was ever told.


@dataclass(frozen=True)
class Judgement(Probe):
    """The verdicts on a part, or on `ALL`. While the network learns they are about one moment of it: all samples are
    asked what the network would have answered then."""

    part: str

    period: ClassVar[float] = 1.0

    def take(self, sight: Sight) -> Verdicts | Partly | None:
        """All verdicts, or those of some samples while the others are asked; None where numbers are predicted."""
        session = sight.session
        if not session.data.classifies:
            return None
        inquiry = sight.remembered(("verdicts", self.part), lambda: Inquiry(judge_for(sight, self.part)))
        judge, numbers = inquiry.judge, session.parameters.vector
        # One that learns has changed long before all samples are asked.
        goes_on = not judge.done if sight.going else judge.is_about(numbers)
        if not goes_on:
            judge.begin(numbers.copy(), session.steps_done)
            inquiry.told = perf_counter()
        judge.go_on(perf_counter() + SLICE)
        if judge.done:
            inquiry.heard = True
            return judge.verdicts
        if inquiry.heard or perf_counter() - inquiry.told < TELL_EVERY:
            return Partly()
        inquiry.told = perf_counter()
        return Partly(judge.verdicts)


def judge_for(sight: Sight, part: str) -> "Judge":
    """A judge of a part; all of a session share what they work with."""
    # Loaded here: a window that asks another process needs no engine of its own.
    from nnstudio.training.judging import Desk, Judge

    session = sight.session
    desk = sight.remembered("desk", lambda: Desk(session))
    return Judge(session, desk, part, picks_of(session, part))


def picks_of(session: "Session", part: str) -> NDArray[np.intp]:
    """The numbers of the samples of a part, in its order."""
    if part == ALL:
        return np.arange(len(session.data.inputs))
    return session.data.part(part).astype(np.intp)
