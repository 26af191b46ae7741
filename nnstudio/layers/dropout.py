"""Dropout: forget some numbers at random while training."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import real
from nnstudio.core.written import Written, layer, number
from nnstudio.layers.base import Layer
from nnstudio.layers.example import one
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Dropout(Layer):
    """Sets a random share of the numbers to 0 while training and enlarges the others; after it does nothing."""

    group = "Regularisation"
    formula = "y = x·mask / (1 − {rate}) in training, y = x after"
    onnx, torch, keras = "Dropout", "Dropout", "Dropout"
    reads_onnx = ("Dropout",)
    example = one(1, 2, 3, 4, 5, 6, training=True, by_hand="what stays is divided by 1 − 0.5, so it is twice as large")

    rate: float = real(0.5, 0.0, 0.99, "The share of numbers that is dropped")

    def phrase(self) -> str:
        """With its rate."""
        return f"{self.title} with a rate of {self.rate:g}"

    def output_shape(self, *inputs: Shape) -> Shape:
        """The same shape."""
        return inputs[0]

    def numpy(self, *inputs: Shape) -> str:
        """Nothing is dropped after training."""
        return f"# In training: y = x * (rng.random(x.shape) >= {self.rate}) / (1 - {self.rate})\ny = x"

    def in_torch(self, *inputs: Shape) -> Written:
        """It drops while training only."""
        return layer(f"nn.Dropout({number(self.rate)})")

    def in_keras(self, *inputs: Shape) -> Written:
        """It drops while training only."""
        return layer(f"layers.Dropout({number(self.rate)})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """A node that does nothing after training, but tells the rate."""
        at.number_by_number("Dropout", at.constant("rate", self.rate))

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """With its rate, which older files keep elsewhere."""
        if op.has(2) and op.constant(2).any():
            raise Unreadable("it drops numbers after training, too")
        rate = float(op.constant(1).reshape(-1)[0]) if op.has(1) and op.constant(1).size == 1 else op.get("ratio", 0.5)
        op.inputs = op.inputs[:1]
        op.alike()
        # A float32 does not hold every rate to the last digit.
        return cls(rate=float(f"{rate:.6g}")), {}

    def forward(self, at: Site) -> None:
        """mask = ⌊u + 1 − rate⌋ with u even in [0, 1)."""
        if not at.training or at.still or not self.rate:
            at.output = at.inputs[0]
            return
        mask = at.kept["mask"] = at.scratch(at.y.shape)
        at.run(at.random.random, None, at.dtype, mask)
        at.run(np.add, mask, at.number(1 - self.rate), mask)
        at.run(np.floor, mask, mask)
        at.run(np.multiply, mask, at.number(1 / (1 - self.rate)), mask)
        at.run(np.multiply, at.x, mask, at.y)

    def backward(self, at: Site) -> None:
        """The same mask."""
        if "mask" not in at.kept:
            at.pass_back(at.dy)
            return
        at.run(np.multiply, at.dy, at.kept["mask"], at.dx)
