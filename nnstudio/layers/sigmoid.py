"""Sigmoid: the logistic function."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Activation
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site

FLAT = 60.0


@dataclass(frozen=True)
class Sigmoid(Activation):
    """Squeezes every number into 0 to 1: y = 1 / (1 + e⁻ᵃ)."""

    makes_probabilities = True
    formula = "y = 1 / (1 + e⁻ᵃ)"
    onnx, torch, keras = "Sigmoid", "Sigmoid", "sigmoid"
    reads_onnx = ("Sigmoid",)

    def numpy(self, *inputs: Shape) -> str:
        """The formula as it stands."""
        return "y = 1 / (1 + np.exp(-x))"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's own."""
        return call("torch.sigmoid({x})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's own."""
        return layer('layers.Activation("sigmoid")')

    def forward(self, at: Site) -> None:
        """y = 1 / (1 + e⁻ᵃ)."""
        record_sigmoid(at, at.x, at.y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = y·(1 − y)."""
        slope = at.scratch(at.y.shape)
        at.run(np.subtract, at.number(1), at.y, slope)
        at.run(np.multiply, slope, at.y, slope)
        at.run(np.multiply, slope, at.dy, at.dx)


def record_sigmoid(at: Site, x: Array, y: Array) -> None:
    """Record y = 1 / (1 + e⁻ˣ).

    Further down than -FLAT it stays as it is: nobody sees the difference to numbers below 10⁻²⁶, but those below 10⁻³⁸,
    which have fewer digits, take the processor a hundred times as long in every product that they go through.
    """
    one = at.number(1)
    at.run(np.negative, x, y)
    at.run(np.minimum, y, at.number(FLAT), out=y)
    at.run(np.exp, y, y)
    at.run(np.add, y, one, y)
    at.run(np.divide, one, y, y)
