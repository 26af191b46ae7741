"""SiLU: a number times its own sigmoid."""

from dataclasses import dataclass

import numpy as np

from nnstudio.layers.base import Activation
from nnstudio.layers.shapes import Shape
from nnstudio.layers.sigmoid import record_sigmoid
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class SiLU(Activation):
    """A smooth rectifier, also called swish: y = a·σ(a)."""

    kind = "silu"
    title = "SiLU"
    formula = "y = a / (1 + e⁻ᵃ)"
    onnx, torch, keras = "Swish", "SiLU", "silu"

    def numpy(self, *inputs: Shape) -> str:
        """The formula as it stands."""
        return "y = x / (1 + np.exp(-x))"

    def forward(self, at: Site) -> None:
        """a·σ(a)."""
        gate = at.kept["gate"] = at.scratch(at.x.shape)
        record_sigmoid(at, at.x, gate)
        at.run(np.multiply, at.x, gate, at.y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = σ(a)·(1 + a − y)."""
        slope = at.scratch(at.x.shape)
        at.run(np.subtract, at.x, at.y, slope)
        at.run(np.add, slope, at.number(1), slope)
        at.run(np.multiply, slope, at.kept["gate"], slope)
        at.run(np.multiply, at.dy, slope, at.dx)
