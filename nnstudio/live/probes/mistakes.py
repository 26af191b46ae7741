"""Which samples the network gets wrong."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine import metrics
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.training.samples import answers_on

MOST = 2000


@dataclass(frozen=True)
class Mistakes(Probe):
    """The numbers of the samples of a part that are misclassified, among the first `MOST` of it."""

    part: str

    period: ClassVar[float] = 1.0

    def take(self, sight: Sight) -> NDArray[np.intp]:
        """In the order of the data; none where numbers are predicted."""
        session = sight.session
        picks = session.data.part(self.part).astype(np.intp)[:MOST]
        if not session.data.classifies or not len(picks):
            return np.empty(0, np.intp)
        outputs = answers_on(session.plan, session.parameters, session.data, picks)
        answers = metrics.decide(outputs, session.plan.encoding.middle)
        wrong: NDArray[np.intp] = picks[answers != session.data.targets[picks].astype(np.intp)]
        return wrong
