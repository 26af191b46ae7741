"""GlobalAvgPool: each channel's mean over the whole image."""

from dataclasses import dataclass

import numpy as np

from nnstudio.layers.base import Layer, need_image
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class GlobalAvgPool(Layer):
    """Shrinks an image to one number for each channel: its mean."""

    group = "Images"
    formula = "y = mean of each channel"
    onnx, torch, keras = "GlobalAveragePool", "AdaptiveAvgPool2d", "GlobalAveragePooling2D"

    def output_shape(self, *inputs: Shape) -> Shape:
        """One number for each channel."""
        need_image(self, inputs[0])
        return inputs[0][2:]

    def numpy(self, *inputs: Shape) -> str:
        """Over height and width."""
        return "y = x.mean(axis=(1, 2))"

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
