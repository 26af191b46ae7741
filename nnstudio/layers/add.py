"""Add: several inputs become one by adding."""

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
class Add(Layer):
    """Adds inputs of the same shape, number by number; the end of every short cut."""

    group = "Merging"
    takes = (2, None)
    formula = "y = x₁ + x₂ + …"
    onnx, torch, keras = "Sum", "add", "Add"
    reads_onnx = ("Add", "Sum")
    example = Example(([[1, 2, 3]], [[10, 20, 30]]))

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape they share."""
        return need_same_shapes(self, inputs)

    def numpy(self, *inputs: Shape) -> str:
        """The sum, from left to right."""
        return "y = " + " + ".join(f"x{number}" for number in range(1, len(inputs) + 1))

    def in_torch(self, *inputs: Shape) -> Written:
        """The sum, from left to right."""
        return Written(("{y} = " + " + ".join(f"{{x{number}}}" for number in range(1, len(inputs) + 1)),))

    def in_keras(self, *inputs: Shape) -> Written:
        """A layer of its own."""
        return Written((together(len(inputs)),), "layers.Add()")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """One node for any number of inputs."""
        at.number_by_number("Sum")

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """Where nothing of it is a constant."""
        return None if op.constants else super().from_onnx(op)

    def forward(self, at: Site) -> None:
        """The sum, from left to right."""
        first, second, *rest = at.xs
        at.run(np.add, first, second, at.y)
        for x in rest:
            at.run(np.add, at.y, x, at.y)

    def backward(self, at: Site) -> None:
        """Every input gets the derivative as it is."""
        for port in range(len(at.xs)):
            at.pass_back(at.dy, port)
