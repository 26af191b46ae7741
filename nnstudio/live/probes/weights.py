"""The numbers of a layer, as they are now."""

from dataclasses import dataclass

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.base import Probe, Sight


@dataclass(frozen=True)
class Weights(Probe):
    """Every parameter of a layer by its name."""

    node: str

    def take(self, sight: Sight) -> dict[str, Array]:
        """Copies; empty for a layer without parameters."""
        return {name: array.copy() for name, array in sight.session.parameters.of(self.node).items()}
