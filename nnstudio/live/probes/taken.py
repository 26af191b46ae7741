"""What the network takes several pictures for at once, such as the test cases of a project."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nnstudio.live.probes.base import NetworkProbe
from nnstudio.live.probes.drawn import Sample

if TYPE_CHECKING:
    from nnstudio.classify.network import Network


@dataclass(frozen=True)
class TakenFor(NetworkProbe):
    """The class of each sample by its number; None for one that the network does not read."""

    samples: tuple[Sample, ...]

    period: ClassVar[float] = 0.5

    def ask(self, network: "Network") -> tuple[int | None, ...]:
        """All that fit go through the network together."""
        # Here, where there is an engine: the window only asks.
        from nnstudio.engine.metrics import decide

        arrays = [sample.array for sample in self.samples]
        fitting = [place for place, array in enumerate(arrays) if network.fits(array)]
        found: list[int | None] = [None] * len(arrays)
        if fitting and network.class_names:
            outputs = network.outputs(np.stack([arrays[place] for place in fitting]))
            for place, number in zip(fitting, decide(outputs, network.plan.encoding.middle), strict=True):
                found[place] = int(number)
        return tuple(found)
