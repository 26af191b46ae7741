"""Threshold: yes or no."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import choice
from nnstudio.layers.base import Activation
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Threshold(Activation):
    """Answers yes if the activation is above 0, else no. It has no gradient: nothing before it can learn through it."""

    has_gradient = False
    formula = "y = Θ(a): 1 if a > 0, else {no}"
    onnx, torch, keras = "Where", "Threshold", "threshold"

    no: str = choice("-1", ("-1", "0"), "The answer for no: −1 for the threshold unit, 0 for the Heaviside step")

    def phrase(self) -> str:
        """With its answer for no."""
        return f"{self.title} with {self.no.replace('-', '−')} for no"

    def numpy(self, *inputs: Shape) -> str:
        """Yes or no, number by number."""
        return f"y = np.where(x > 0, 1.0, {float(self.no)})"

    def forward(self, at: Site) -> None:
        """1 where a > 0, else the chosen no."""
        above = at.scratch(at.x.shape, bool)
        at.run(np.greater, at.x, at.number(0), above)
        at.run(np.copyto, at.y, at.number(float(self.no)))
        at.run(np.copyto, at.y, at.number(1), where=above)

    def backward(self, at: Site) -> None:
        """∂y/∂a = 0 wherever it exists."""
        at.run(at.dx.fill, 0)
