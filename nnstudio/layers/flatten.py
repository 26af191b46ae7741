"""Flatten: any shape becomes a plain list of numbers."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Layer
from nnstudio.layers.channels import channels_last
from nnstudio.layers.example import Example
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import IMAGE, Array, Shape, size_of
from nnstudio.layers.site import Site, Value


@dataclass(frozen=True)
class Flatten(Layer):
    """Writes an image out row by row, each pixel's channels together, as one list of numbers."""

    group = "Shape"
    formula = "y = x as one list"
    onnx, torch, keras = "Flatten", "Flatten", "Flatten"
    example = Example(([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]],))

    def output_shape(self, *inputs: Shape) -> Shape:
        """The product of all sizes."""
        return (size_of(inputs[0]),)

    def numpy(self, *inputs: Shape) -> str:
        """Each sample as one row."""
        return "y = x.reshape(len(x), -1)"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch keeps channels first; our lists have them last."""
        turned = channels_last(inputs[0])
        return call(f"{turned}.flatten(1)" + ("  # Channels last." if turned != "{x}" else ""))

    def in_keras(self, *inputs: Shape) -> Written:
        """The same order as ours."""
        return layer("layers.Flatten()")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """In the order that the user sees."""
        at.give(at.node("Flatten", at.x, axis=1))

    def forward(self, at: Site) -> None:
        """The same memory where its order is right, else a copy in the order the user sees."""
        rearrange(at)

    def backward(self, at: Site) -> None:
        """The same numbers in the input's shape."""
        rearrange_back(at)


def rearrange(at: Site) -> None:
    """Record the passing on of the same numbers, in the order the user sees, under the output's shape."""
    source = at.inputs[0]
    if source.flat is None:
        in_order = Value.new((size_of(source.shape),), at.batch, at.dtype)
        at.run(np.copyto, image_order(in_order.array, source.shape), source.array)
        source = in_order
    at.pass_on(source)


def rearrange_back(at: Site) -> None:
    """Record the passing back of derivatives in the input's shape."""
    flat = at.dy.reshape((-1, at.batch), copy=False)
    if len(at.shape) == IMAGE and at.shape[2] > 1:
        flat = at.scratch(flat.shape)
        at.run(np.copyto, image_order(flat, at.shape), at.dy)
    shape = at.inputs[0].shape
    if len(shape) == IMAGE and shape[2] > 1:
        # A copy: what comes before works on long contiguous runs.
        at.run(np.copyto, at.dx, image_order(flat, shape))
    else:
        at.pass_back(flat.reshape(at.x.shape, copy=False))


def image_order(flat: Array, shape: Shape) -> Array:
    """A flat (numbers, batch) array seen as the engine lays out that shape. A view."""
    seen = flat.reshape((*shape, flat.shape[1]), copy=False)
    return seen.transpose(0, 2, 1, 3) if len(shape) == IMAGE else seen
