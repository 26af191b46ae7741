"""Softmax: numbers become probabilities."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Activation
from nnstudio.layers.example import one
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import IMAGE, Shape, feature_axis
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Softmax(Activation):
    """Turns numbers into probabilities that add up to 1, over the features or channels: y = eᶻ / Σ eᶻ."""

    makes_probabilities = True
    formula = "yᵢ = e^zᵢ / Σⱼ e^zⱼ"
    letters = {"x": "z"}
    onnx, torch, keras = "Softmax", "Softmax", "softmax"
    reads_onnx = ("Softmax",)
    example = one(2, 1, 0, by_hand="y₁ = e² / (e² + e¹ + e⁰) = 7.389 / 11.11 = 0.6652")

    def numpy(self, *inputs: Shape) -> str:
        """Along the features or channels, which are the last axis."""
        return (
            "e = np.exp(x - x.max(axis=-1, keepdims=True))  # Less the largest, so that nothing overflows.\n"
            "y = e / e.sum(axis=-1, keepdims=True)"
        )

    def in_torch(self, *inputs: Shape) -> Written:
        """Over the features or channels, which PyTorch keeps in front of an image's height."""
        return call(f"F.softmax({{x}}, dim={1 if len(inputs[0]) == IMAGE else -1})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Over the last axis."""
        return layer("layers.Softmax()")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """Along the features or channels."""
        (x,), first = at.alike()
        at.give(at.node("Softmax", x, axis=at.feature_axis(first)), first)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """Along the features or channels."""
        lead = op.first()
        if op.version < 13 and len(lead.shape) > 1:
            raise Unreadable("before version 13 it worked on all axes at once")
        if len(lead.shape) == 1:
            # Whichever order the numbers have.
            op.alike()
        else:
            op.along_features(op.get("axis", -1))
        return cls(), {}

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
