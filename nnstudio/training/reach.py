"""How far an activation's answers reach, found out by asking it: where it is flat, nothing can be learned."""

from dataclasses import dataclass
from functools import lru_cache
from math import inf, isfinite

import numpy as np

from nnstudio.engine.engine import quiet
from nnstudio.layers.base import Activation, Layer
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Site, Tape, Value

FAR = 1e4  # As large as a number before an activation may sensibly be; the engine is safe up to here.
ASKED = np.array([-FAR, -FAR / 2, -1.0, FAR / 2, FAR])


@dataclass(frozen=True)
class Reach:
    """The lowest and the highest answer, infinite where there is none.

    `rectifies`: every negative number gets the same answer, as with ReLU. `alone`: each number is answered by itself,
    which softmax does not.
    """

    low: float
    high: float
    rectifies: bool = False
    alone: bool = True

    @property
    def bounded(self) -> bool:
        """Whether there is a lowest and a highest answer, as with sigmoid and tanh."""
        return isfinite(self.low) and isfinite(self.high)


UNLIMITED = Reach(-inf, inf)


@lru_cache(maxsize=256)
def reach_of(layer: Layer) -> Reach:
    """What an activation can answer; layers of any other kind can answer anything."""
    if not isinstance(layer, Activation) or layer.blocks((2,)):
        return UNLIMITED
    answers, others = _answers(layer, -ASKED), _answers(layer, np.zeros(len(ASKED)))
    low = float(answers[0]) if answers[0] == answers[1] else -inf
    high = float(answers[-1]) if answers[-1] == answers[-2] else inf
    return Reach(low, high, bool(answers[0] == answers[2]) and high == inf, bool((answers == others).all()))


def _answers(layer: Layer, beside: Array) -> Array:
    """What it makes of the asked numbers, with another number beside each."""
    tape: Tape = []
    given = Value.new((2,), len(ASKED), np.float64)
    site = Site(
        inputs=[given], shape=(2,), batch=len(ASKED), dtype=np.dtype(np.float64), training=False, parameters={},
        gradients={}, matrices={}, matrix_gradients={}, wanted=(False,), random=np.random.default_rng(0), tape=tape,
    )  # fmt: skip
    layer.forward(site)
    given.array[:] = ASKED, beside
    with quiet():
        for call in tape:
            call()
    # What comes as near as this is as good as there.
    answers: Array = site.y[0].round(12)
    return answers
