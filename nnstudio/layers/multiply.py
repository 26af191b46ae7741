"""Multiply: several inputs become one by multiplying."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written
from nnstudio.layers.base import Layer
from nnstudio.layers.example import Example
from nnstudio.layers.merging import need_same_shapes, together
from nnstudio.layers.onnx_reading import OnnxOp, Read
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Multiply(Layer):
    """Multiplies inputs of the same shape, number by number; a gate."""

    group = "Merging"
    takes = (2, None)
    formula = "y = x₁ · x₂ · …"
    onnx, torch, keras = "Mul", "mul", "Multiply"
    reads_onnx = ("Mul",)
    example = Example(([[1, 2, 3]], [[0, 0.5, 1]]))

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape they share."""
        return need_same_shapes(self, inputs)

    def numpy(self, *inputs: Shape) -> str:
        """The product, from left to right."""
        return "y = " + " * ".join(f"x{number}" for number in range(1, len(inputs) + 1))

    def in_torch(self, *inputs: Shape) -> Written:
        """The product, from left to right."""
        return Written(("{y} = " + " * ".join(f"{{x{number}}}" for number in range(1, len(inputs) + 1)),))

    def in_keras(self, *inputs: Shape) -> Written:
        """A layer of its own."""
        return Written((together(len(inputs)),), "layers.Multiply()")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """One node for every two inputs."""
        (product, *rest), first = at.alike()
        for x in rest:
            product = at.node("Mul", product, x)
        at.give(product, first)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """Where nothing of it is a constant."""
        return None if op.constants else super().from_onnx(op)

    def forward(self, at: Site) -> None:
        """The product, from left to right."""
        first, second, *rest = at.xs
        at.run(np.multiply, first, second, at.y)
        for x in rest:
            at.run(np.multiply, at.y, x, at.y)

    def backward(self, at: Site) -> None:
        """Each input gets the derivative times all the others."""
        for port in range(len(at.xs)):
            if not at.wanted[port]:
                continue
            gradient = at.dy
            for other, x in enumerate(at.xs):
                if other != port:
                    at.run(np.multiply, gradient, x, at.dx_of(port))
                    gradient = at.dx_of(port)
