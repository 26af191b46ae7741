"""Threshold: yes or no."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import choice
from nnstudio.core.written import Written, call
from nnstudio.layers.base import Activation
from nnstudio.layers.onnx_reading import Lead, OnnxOp, Pending, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Threshold(Activation):
    """Answers yes if the activation is above 0, else no. It has no gradient: nothing before it can learn through it."""

    has_gradient = False
    formula = "y = Θ(a): 1 if a > 0, else {no}"
    onnx, torch, keras = "Where", "Threshold", "threshold"
    reads_onnx = ("Where",)

    no: str = choice("-1", ("-1", "0"), "The answer for no: −1 for the threshold unit, 0 for the Heaviside step")

    def phrase(self) -> str:
        """With its answer for no."""
        return f"{self.title} with {self.no.replace('-', '−')} for no"

    def numpy(self, *inputs: Shape) -> str:
        """Yes or no, number by number."""
        return f"y = np.where(x > 0, 1.0, {float(self.no)})"

    def in_torch(self, *inputs: Shape) -> Written:
        """Yes or no, number by number."""
        return call(f"torch.where({{x}} > 0, 1.0, {float(self.no)}).to({{x}}.dtype)")

    def in_keras(self, *inputs: Shape) -> Written:
        """Yes or no, number by number."""
        return call(f"ops.where({{x}} > 0, 1.0, {float(self.no)})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """One of two numbers, as it is above 0 or not."""
        (x,), first = at.alike()
        above = at.node("Greater", x, at.constant("zero", 0))
        at.give(at.node("Where", above, at.constant("yes", 1), at.constant("no", float(self.no))), first)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """1 where a number is greater than 0, else −1 or 0."""
        asked = op.inputs[0] if len(op.inputs) == len(op.constants) + 1 == 3 else None
        if not isinstance(asked, Pending) or asked.operator != "Greater" or not isinstance(asked.inputs[0], Lead):
            return None
        limit, (yes, no) = asked.inputs[1], op.constants
        if not isinstance(limit, np.ndarray) or limit.any() or (yes != 1).any() or {*no.reshape(-1)} not in ({-1}, {0}):
            raise Unreadable("only 1 for what is above 0, else −1 or 0, is known here")
        op.inputs = asked.inputs[:1]
        op.alike()
        return cls(no=f"{no.reshape(-1)[0]:g}"), {}

    def forward(self, at: Site) -> None:
        """1 where a > 0, else the chosen no."""
        above = at.scratch(at.x.shape, bool)
        at.run(np.greater, at.x, at.number(0), above)
        at.run(np.copyto, at.y, at.number(float(self.no)))
        at.run(np.copyto, at.y, at.number(1), where=above)

    def backward(self, at: Site) -> None:
        """∂y/∂a = 0 wherever it exists."""
        at.run(at.dx.fill, 0)
