"""Tanh: the hyperbolic tangent."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Activation
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Tanh(Activation):
    """Squeezes every number into −1 to 1: y = tanh a."""

    formula = "y = tanh a"
    onnx, torch, keras = "Tanh", "Tanh", "tanh"
    reads_onnx = ("Tanh",)

    def numpy(self, *inputs: Shape) -> str:
        """NumPy knows this one."""
        return "y = np.tanh(x)"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's own."""
        return call("torch.tanh({x})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's own."""
        return layer('layers.Activation("tanh")')

    def forward(self, at: Site) -> None:
        """tanh a."""
        at.run(np.tanh, at.x, at.y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = 1 − y²."""
        slope = at.scratch(at.y.shape)
        at.run(np.multiply, at.y, at.y, slope)
        at.run(np.subtract, at.number(1), slope, slope)
        at.run(np.multiply, slope, at.dy, at.dx)
