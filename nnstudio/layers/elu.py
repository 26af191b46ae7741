"""ELU: a rectifier with a smooth, bounded negative side."""

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
class ELU(Activation):
    """Keeps what is positive and bends the rest towards −alpha: y = a if a > 0, else alpha·(eᵃ − 1)."""

    kind = "elu"
    title = "ELU"
    formula = "y = a if a > 0, else {alpha}·(eᵃ − 1)"
    onnx, torch, keras = "Elu", "ELU", "elu"
    reads_onnx = ("Elu",)

    alpha: float = real(1.0, 0.0, 100.0, "How far down the negative side goes")

    def phrase(self) -> str:
        """With its alpha."""
        return f"{self.title} with an alpha of {self.alpha:g}"

    def numpy(self, *inputs: Shape) -> str:
        """The minimum keeps the exponential from overflowing where it is not used."""
        return f"y = np.where(x > 0, x, {self.alpha} * np.expm1(np.minimum(x, 0)))  # expm1(a) = eᵃ − 1"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's own."""
        return call(f"F.elu({{x}}, alpha={number(self.alpha)})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's own."""
        return layer(f"layers.ELU(alpha={number(self.alpha)})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """With its alpha."""
        at.number_by_number("Elu", alpha=self.alpha)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """With its alpha."""
        op.alike()
        return cls(alpha=op.get("alpha", 1.0)), {}

    def forward(self, at: Site) -> None:
        """max(a, 0) + alpha·(e^min(a, 0) − 1)."""
        zero, bend = at.number(0), at.scratch(at.x.shape)
        at.run(np.minimum, at.x, zero, out=bend)
        at.run(np.expm1, bend, bend)
        at.run(np.multiply, bend, at.number(self.alpha), bend)
        at.run(np.maximum, at.x, zero, out=at.y)
        at.run(np.add, at.y, bend, at.y)
        at.kept["bend"] = bend

    def backward(self, at: Site) -> None:
        """∂y/∂a = 1 if a > 0, else alpha·eᵃ = bend + alpha."""
        negative, factor = at.scratch(at.x.shape, bool), at.scratch(at.x.shape)
        at.run(np.less_equal, at.x, at.number(0), negative)
        at.run(np.add, at.kept["bend"], at.number(self.alpha - 1), factor)
        at.run(np.multiply, factor, negative, factor)
        at.run(np.add, factor, at.number(1), factor)
        at.run(np.multiply, at.dy, factor, at.dx)
