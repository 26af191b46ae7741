"""The data as points that can be drawn on, where that is possible."""

from dataclasses import dataclass
from typing import ClassVar

from nnstudio.core.errors import DataError
from nnstudio.data.points import Points
from nnstudio.live.probes.base import Probe, Sight


@dataclass(frozen=True)
class OwnPoints(Probe):
    """All samples as points, or why there are none."""

    constant: ClassVar[bool] = True

    def take(self, sight: Sight) -> Points | str:
        """The points, or a sentence."""
        try:
            return Points.of(sight.session.data)
        except DataError as error:
            return str(error)
