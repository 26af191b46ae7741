"""Hard tanh: a line that is cut off at both ends."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import real
from nnstudio.core.written import Written, call, number
from nnstudio.layers.base import Activation
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class HardTanh(Activation):
    """Leaves numbers between −limit and limit as they are, and cuts off the rest."""

    kind = "hard_tanh"
    title = "Hard tanh"
    formula = "y = max(−{limit}, min({limit}, a))"
    onnx, torch, keras = "Clip", "Hardtanh", "clip"

    limit: float = real(1.0, 0.01, 100.0, "The largest number that is let through, and without its sign the smallest")

    def phrase(self) -> str:
        """With its limit."""
        return f"{self.title} up to {self.limit:g}"

    def numpy(self, *inputs: Shape) -> str:
        """NumPy has a word for it."""
        return f"y = np.clip(x, {-self.limit}, {self.limit})"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's own."""
        return call(f"F.hardtanh({{x}}, {number(-self.limit)}, {number(self.limit)})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras has it as an operation."""
        return call(f"ops.clip({{x}}, {number(-self.limit)}, {number(self.limit)})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """ONNX calls it Clip, and takes the limits as numbers beside the input."""
        low, high = (at.constant(name, np.float32(end)) for name, end in (("low", -self.limit), ("high", self.limit)))
        at.number_by_number("Clip", low, high)

    def forward(self, at: Site) -> None:
        """y = max(−limit, min(limit, a)). The calls are recorded here, and run at every step."""
        at.run(np.minimum, at.x, at.number(self.limit), out=at.y)
        at.run(np.maximum, at.y, at.number(-self.limit), out=at.y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = 1 where nothing was cut off, else 0. What is needed on the way is made once: `at.scratch`."""
        size, inside = at.scratch(at.y.shape), at.scratch(at.y.shape, bool)
        at.run(np.absolute, at.y, size)
        at.run(np.less, size, at.number(self.limit), inside)
        at.run(np.multiply, at.dy, inside, at.dx)
