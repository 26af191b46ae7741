"""Leaky ReLU: a rectifier that lets a little through."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import real
from nnstudio.core.written import Written, call, layer, number
from nnstudio.layers.base import Activation
from nnstudio.layers.onnx_reading import OnnxOp, Read
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """Keeps what is positive and shrinks the rest: y = a if a > 0, else slope·a."""

    kind = "leaky_relu"
    title = "Leaky ReLU"
    formula = "y = a if a > 0, else {slope}·a"
    onnx, torch, keras = "LeakyRelu", "LeakyReLU", "leaky_relu"
    reads_onnx = ("LeakyRelu",)

    slope: float = real(0.1, 0.0, 1.0, "What negative numbers are multiplied by")

    def phrase(self) -> str:
        """With its slope."""
        return f"{self.title} with a slope of {self.slope:g}"

    def numpy(self, *inputs: Shape) -> str:
        """What is not positive is shrunk."""
        return f"y = np.where(x > 0, x, {self.slope} * x)"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's own."""
        return call(f"F.leaky_relu({{x}}, negative_slope={number(self.slope)})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's own."""
        return layer(f"layers.LeakyReLU(negative_slope={number(self.slope)})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """With its slope."""
        at.number_by_number("LeakyRelu", alpha=self.slope)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """With its slope."""
        op.alike()
        return cls(slope=op.get("alpha", 0.01)), {}

    def forward(self, at: Site) -> None:
        """max(slope·a, a), for slopes up to 1."""
        shrunk = at.scratch(at.x.shape)
        at.run(np.multiply, at.x, at.number(self.slope), shrunk)
        at.run(np.maximum, at.x, shrunk, out=at.y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = 1 if a > 0, else slope."""
        positive, factor = at.scratch(at.x.shape, bool), at.scratch(at.x.shape)
        at.run(np.greater, at.x, at.number(0), positive)
        at.run(np.multiply, positive, at.number(1 - self.slope), factor)
        at.run(np.add, factor, at.number(self.slope), factor)
        at.run(np.multiply, at.dy, factor, at.dx)
