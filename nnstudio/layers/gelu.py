"""GELU: a smooth rectifier that weighs a number by how likely a normal one is smaller."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from nnstudio.core.written import Written, call
from nnstudio.layers.base import Activation
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class GELU(Activation):
    """A smooth rectifier: y = ½a·(1 + tanh(√(2/π)·(a + 0.044715·a³))), the usual form without the error function."""

    kind = "gelu"
    title = "GELU"
    formula = "y = ½a·(1 + tanh(√(2/π)·(a + 0.044715·a³)))"
    onnx, torch, keras = "Gelu", "GELU(approximate='tanh')", "gelu"
    reads_onnx = ("Gelu",)

    def numpy(self, *inputs: Shape) -> str:
        """The formula as it stands."""
        return "y = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))"

    def in_torch(self, *inputs: Shape) -> Written:
        """The form without the error function."""
        return call('F.gelu({x}, approximate="tanh")')

    def in_keras(self, *inputs: Shape) -> Written:
        """The form without the error function."""
        return call("ops.gelu({x}, approximate=True)")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """The form without the error function."""
        at.number_by_number("Gelu", approximate="tanh")

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """The form without the error function; the other one gives other numbers."""
        if op.get("approximate", "none") != "tanh":
            raise Unreadable("it uses the error function; only the usual form with tanh is known here")
        op.alike()
        return cls(), {}

    def forward(self, at: Site) -> None:
        """Half of a, times one plus the tanh."""
        bend, half = at.scratch(at.x.shape), at.scratch(at.x.shape)
        at.run(np.multiply, at.x, at.x, bend)
        at.run(np.multiply, bend, at.number(0.044715 * ROOT), bend)
        at.run(np.add, bend, at.number(ROOT), bend)
        at.run(np.multiply, bend, at.x, bend)
        at.run(np.tanh, bend, bend)
        at.run(np.multiply, at.x, at.number(0.5), half)
        at.run(np.multiply, half, bend, at.y)
        at.run(np.add, at.y, half, at.y)
        at.kept["bend"], at.kept["half"] = bend, half

    def backward(self, at: Site) -> None:
        """∂y/∂a = ½(1 + t) + ½a·(1 − t²)·√(2/π)·(1 + 3·0.044715·a²) with t the tanh."""
        bend, half = at.kept["bend"], at.kept["half"]
        inner, slope = at.scratch(at.x.shape), at.scratch(at.x.shape)
        at.run(np.multiply, at.x, at.x, inner)
        at.run(np.multiply, inner, at.number(3 * 0.044715 * ROOT), inner)
        at.run(np.add, inner, at.number(ROOT), inner)
        at.run(np.multiply, inner, half, inner)
        at.run(np.multiply, bend, bend, slope)
        at.run(np.subtract, at.number(1), slope, slope)
        at.run(np.multiply, slope, inner, slope)
        at.run(np.multiply, bend, at.number(0.5), inner)
        at.run(np.add, slope, inner, slope)
        at.run(np.add, slope, at.number(0.5), slope)
        at.run(np.multiply, at.dy, slope, at.dx)


ROOT = sqrt(2 / pi)
