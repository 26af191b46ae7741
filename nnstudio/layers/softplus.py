"""Softplus: a rectifier without the corner."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Activation
from nnstudio.layers.shapes import Shape
from nnstudio.layers.sigmoid import record_sigmoid
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Softplus(Activation):
    """A rectifier without the corner: y = ln(1 + eᵃ)."""

    formula = "y = ln(1 + eᵃ)"
    onnx, torch, keras = "Softplus", "Softplus", "softplus"
    reads_onnx = ("Softplus",)

    def numpy(self, *inputs: Shape) -> str:
        """NumPy knows this one."""
        return "y = np.logaddexp(0, x)  # ln(e⁰ + eᵃ), without overflow"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch takes a straight line from its threshold on; at 100 nobody can tell."""
        return call("F.softplus({x}, threshold=100)")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's own."""
        return layer('layers.Activation("softplus")')

    def forward(self, at: Site) -> None:
        """max(a, 0) + ln(1 + e^−|a|), which cannot overflow."""
        top = at.scratch(at.x.shape)
        at.run(np.abs, at.x, at.y)
        at.run(np.negative, at.y, at.y)
        at.run(np.exp, at.y, at.y)
        at.run(np.log1p, at.y, at.y)
        at.run(np.maximum, at.x, at.number(0), out=top)
        at.run(np.add, at.y, top, at.y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = σ(a)."""
        slope = at.scratch(at.x.shape)
        record_sigmoid(at, at.x, slope)
        at.run(np.multiply, at.dy, slope, at.dx)
