"""GlobalAvgPool: each channel's mean over the whole image."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Layer, need_image
from nnstudio.layers.example import PICTURE, Example
from nnstudio.layers.onnx_reading import Lead, OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class GlobalAvgPool(Layer):
    """Shrinks an image to one number for each channel: its mean."""

    group = "Images"
    formula = "y = mean of each channel"
    onnx, torch, keras = "GlobalAveragePool", "AdaptiveAvgPool2d", "GlobalAveragePooling2D"
    reads_onnx = ("GlobalAveragePool", "ReduceMean")
    example = Example(([PICTURE],), by_hand="the rows add up to 4, 4, 7 and 3: 18 / 16 = 1.125")

    def output_shape(self, *inputs: Shape) -> Shape:
        """One number for each channel."""
        need_image(self, inputs[0])
        return inputs[0][2:]

    def numpy(self, *inputs: Shape) -> str:
        """Over height and width."""
        return "y = x.mean(axis=(1, 2))"

    def in_torch(self, *inputs: Shape) -> Written:
        """Over height and width."""
        return call("{x}.mean(dim=(2, 3))")

    def in_keras(self, *inputs: Shape) -> Written:
        """Over height and width."""
        return layer("layers.GlobalAveragePooling2D()")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """ONNX keeps an image of one pixel, which is then written out."""
        at.give(at.node("Flatten", at.node("GlobalAveragePool", at.image), axis=1))

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """The mean over height and width; ONNX may keep both as sizes of 1."""
        axes = op.constant(1).reshape(-1).tolist() if op.has(1) else op.get("axes", ())
        if op.operator == "ReduceMean" and {axis % 4 for axis in axes} != {2, 3}:
            raise Unreadable("it is a mean over other axes than height and width")
        channels = op.image()[2]
        kept = (1, 1) if op.operator == "GlobalAveragePool" or op.get("keepdims", 1) else ()
        op.gives = lambda node, ours: Lead(node, ours, (channels, *kept))
        return cls(), {}

    def forward(self, at: Site) -> None:
        """The mean over height and width."""
        at.run(np.add.reduce, at.x, (0, 2), None, at.y)
        at.run(np.multiply, at.y, _share(at), at.y)

    def backward(self, at: Site) -> None:
        """Every pixel gets its share."""
        at.run(np.multiply, at.dy[None, :, None, :], _share(at), at.dx)


def _share(at: Site) -> Array:
    height, width, _ = at.inputs[0].shape
    return at.number(1 / (height * width))
