"""Which samples of a part were right at the end of every epoch, found out a little at a time."""

from dataclasses import dataclass
from time import perf_counter
from typing import ClassVar

from nnstudio.live.probes.base import Partly, Probe, Sight
from nnstudio.live.probes.verdicts import SLICE, judge_for
from nnstudio.training.ups_and_downs import UpsAndDowns


@dataclass(frozen=True)
class Past(Probe):
    """Looks back at the ends of epochs, also at those from before anybody asked."""

    part: str

    period: ClassVar[float] = 1.0

    def take(self, sight: Sight) -> UpsAndDowns | Partly | None:
        """Everything that is known, in the end; None where numbers are predicted."""
        session, ends = sight.session, sight.ends
        if not session.data.classifies or ends is None:
            return None
        judge = sight.remembered(("past", self.part), lambda: judge_for(sight, self.part))
        until = perf_counter() + SLICE
        while perf_counter() < until:
            unjudged = ends.unjudged(self.part)
            if unjudged is None:
                return UpsAndDowns(self.part, judge.picks, *ends.rows(self.part))
            step, numbers = unjudged
            if judge.numbers is not numbers:
                judge.begin(numbers, step)
            judge.go_on(until)
            if judge.done:
                ends.note(self.part, step, numbers, judge.verdicts.right)
        return Partly()
