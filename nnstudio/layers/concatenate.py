"""Concatenate: several inputs side by side."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written
from nnstudio.layers.base import Layer, Refusal
from nnstudio.layers.example import Example
from nnstudio.layers.merging import listed_inputs, together
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import IMAGE, Array, Shape, feature_axis, shown
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Concatenate(Layer):
    """Puts inputs side by side: lists one after the other, images with their channels stacked."""

    group = "Merging"
    takes = (2, None)
    formula = "y = (x₁, x₂, …)"
    onnx, torch, keras = "Concat", "cat", "Concatenate"
    reads_onnx = ("Concat",)
    example = Example(([[1, 2]], [[3, 4, 5]]))

    def output_shape(self, *inputs: Shape) -> Shape:
        """Everything but the last size agrees; the last ones add up."""
        if len({shape[:-1] for shape in inputs}) > 1:
            raise Refusal(
                f"Concatenate needs inputs that differ only in their last size, but gets "
                f"{' and '.join(map(shown, inputs))}. Bring them to one height and width first."
            )
        return *inputs[0][:-1], sum(shape[-1] for shape in inputs)

    def numpy(self, *inputs: Shape) -> str:
        """Along the last axis, of features or channels."""
        names = ", ".join(f"x{number}" for number in range(1, len(inputs) + 1))
        return f"y = np.concatenate(({names}), axis=-1)"

    def in_torch(self, *inputs: Shape) -> Written:
        """Along the features or channels, which PyTorch keeps in front of an image's height."""
        dim = 1 if len(inputs[0]) == IMAGE else -1
        return Written((f"{{y}} = torch.cat(({listed_inputs(len(inputs))}), dim={dim})",))

    def in_keras(self, *inputs: Shape) -> Written:
        """Along the last axis."""
        return Written((together(len(inputs)),), "layers.Concatenate()")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """Along the features or channels."""
        names, first = at.alike()
        at.give(at.node("Concat", *names, axis=at.feature_axis(first)), first)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """Along the features or channels."""
        if op.constants:
            raise Unreadable("it puts fixed numbers beside its input")
        op.along_features(op.get("axis", 1))
        return cls(), {}

    def forward(self, at: Site) -> None:
        """Each input into its own part."""
        for x, part in zip(at.xs, _parts(at, at.y), strict=True):
            at.run(np.copyto, part, x)

    def backward(self, at: Site) -> None:
        """Each input gets its own part; a copy, since derivatives are contiguous."""
        for port, part in enumerate(_parts(at, at.dy)):
            if at.wanted[port]:
                at.run(np.copyto, at.dx_of(port), part)


def _parts(at: Site, whole: Array) -> list[Array]:
    axis = feature_axis(at.shape)
    ends = np.cumsum([value.shape[-1] for value in at.inputs])
    return np.split(whole, ends[:-1].tolist(), axis)
