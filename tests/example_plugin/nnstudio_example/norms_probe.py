"""The norms of a network's weights: what the panel asks of the training, between two batches."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnstudio.live.probes.base import Probe, Sight


@dataclass(frozen=True)
class Norms(Probe):
    """√Σw² of the weights and of the biases of some layers."""

    layers: tuple[str, ...]

    def take(self, sight: Sight) -> dict[str, dict[str, float]]:
        """The norms of each layer's parameters by name. This runs beside the training, without a window."""
        owned = {layer: sight.session.parameters.of(layer) for layer in self.layers}
        return {layer: {name: norm(array) for name, array in own.items()} for layer, own in owned.items()}


def norm(array: Any) -> float:
    """The length of an array as a vector."""
    return float(np.linalg.norm(array))
