"""Softmax: numbers become probabilities."""

from dataclasses import dataclass

import numpy as np

from nnstudio.layers.base import Activation
from nnstudio.layers.shapes import Shape, feature_axis
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Softmax(Activation):
    """Turns numbers into probabilities that add up to 1, over the features or channels: y = eᶻ / Σ eᶻ."""

    formula = "yᵢ = e^zᵢ / Σⱼ e^zⱼ"
    letters = {"x": "z"}
    onnx, torch, keras = "Softmax", "Softmax", "softmax"

    def numpy(self, *inputs: Shape) -> str:
        """Along the features or channels, which are the last axis."""
        return (
            "e = np.exp(x - x.max(axis=-1, keepdims=True))  # Less the largest, so that nothing overflows.\n"
            "y = e / e.sum(axis=-1, keepdims=True)"
        )

    def forward(self, at: Site) -> None:
        """Less the largest number first, so that nothing overflows."""
        axis = feature_axis(at.shape)
        total = at.scratch(reduced(at.y.shape, axis))
        at.run(np.maximum.reduce, at.x, axis, None, total, True)
        at.run(np.subtract, at.x, total, at.y)
        at.run(np.exp, at.y, at.y)
        at.run(np.add.reduce, at.y, axis, None, total, True)
        at.run(np.divide, at.y, total, at.y)

    def backward(self, at: Site) -> None:
        """∂J/∂z = y ∘ (δ − Σ y∘δ)."""
        axis = feature_axis(at.shape)
        total = at.scratch(reduced(at.y.shape, axis))
        at.run(np.multiply, at.y, at.dy, at.dx)
        at.run(np.add.reduce, at.dx, axis, None, total, True)
        at.run(np.subtract, at.dy, total, at.dx)
        at.run(np.multiply, at.dx, at.y, at.dx)


def reduced(shape: Shape, axis: int) -> Shape:
    """The shape that is left when one axis shrinks to 1."""
    return *shape[:axis], 1, *shape[axis + 1 :]
