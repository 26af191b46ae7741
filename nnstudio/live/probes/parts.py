"""Which samples belong to which part of the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.dataset import PARTS
from nnstudio.live.probes.base import Probe, Sight


@dataclass(frozen=True)
class Parts(Probe):
    """The numbers of the samples in every part, in the order of the part."""

    constant: ClassVar[bool] = True

    def take(self, sight: Sight) -> Mapping[str, NDArray[np.intp]]:
        """By the name of the part. Copies."""
        return {part: sight.session.data.part(part).astype(np.intp) for part in PARTS}
