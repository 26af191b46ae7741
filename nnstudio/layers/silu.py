"""SiLU: a number times its own sigmoid."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Activation
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
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
    reads_onnx = ("Swish",)

    def numpy(self, *inputs: Shape) -> str:
        """The formula as it stands."""
        return "y = x / (1 + np.exp(-x))"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's own."""
        return call("F.silu({x})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's own."""
        return layer('layers.Activation("silu")')

    def onnx_nodes(self, at: OnnxSite) -> None:
        """The sigmoid, times the number; a node of its own is too new for most runtimes."""
        (x,), first = at.alike()
        at.give(at.node("Mul", x, at.node("Sigmoid", x)), first)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """The usual one, without a factor."""
        if op.get("alpha", 1.0) != 1:
            raise Unreadable("it has a factor of its own")
        return super().from_onnx(op)

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
