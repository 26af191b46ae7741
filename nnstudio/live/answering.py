"""A network whose data is not there: it cannot learn, but it answers whoever shows it a sample."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from nnstudio.api import Model
from nnstudio.classify.network import Network
from nnstudio.core.errors import DataError, StudioError
from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import NetworkProbe, Probe
from nnstudio.project.project import Project

UNTIL_THEN = "Until then the network answers, but cannot learn."


class Answering:
    """Stands where a session would, for the questions that need no data."""

    before: Array | None = None
    steps_done = 0

    def __init__(self, network: Network) -> None:
        self.network = network
        self.going = False

    def can_tell(self, probe: Probe) -> bool:
        """Only what needs no data."""
        return isinstance(probe, NetworkProbe)

    def tell(self, probe: Probe) -> Any:
        """What a probe finds."""
        assert isinstance(probe, NetworkProbe)
        return probe.ask(self.network)

    def set_weights(self, weights: Mapping[str, Array]) -> None:
        """Answer with these parameters from now on, if they fit."""
        with suppress(StudioError):
            self.network.parameters.fill(weights)


def answering_for(project: Project) -> Answering | None:
    """What a project can tell without its data; None where it has not learned, or was changed since."""
    if project.weights is None or not project.class_names or project.preparation is None:
        return None
    try:
        return Answering(Model(project).network(alone=True))
    except StudioError:
        return None


def why(error: DataError) -> DataError:
    """The same mistake, and that something can be done all the same."""
    return DataError(f"{error} {UNTIL_THEN}")
