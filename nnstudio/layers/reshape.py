"""Reshape: the same numbers under another shape."""

from dataclasses import dataclass

from nnstudio.core.fields import sizes
from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Layer, Refusal
from nnstudio.layers.channels import channels_last, shaped
from nnstudio.layers.example import one
from nnstudio.layers.flatten import rearrange, rearrange_back
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape, shown, size_of
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Reshape(Layer):
    """Gives the same numbers, in the same order, another shape, such as 784 as 28×28×1."""

    group = "Shape"
    formula = "y = x in another shape"
    onnx, torch, keras = "Reshape", "Unflatten", "Reshape"
    example = one(1, 2, 3, 4, 5, 6, fields={"shape": (2, 3, 1)})

    shape: tuple[int, ...] = sizes((28, 28, 1), 1, 1 << 24, "The new shape; it must hold as many numbers as come in")

    def output_shape(self, *inputs: Shape) -> Shape:
        """The new shape, if it holds as many numbers."""
        if size_of(self.shape) != size_of(inputs[0]):
            raise Refusal(
                f"Reshape cannot turn {shown(inputs[0])} ({size_of(inputs[0]):,} numbers) into "
                f"{shown(self.shape)} ({size_of(self.shape):,}). Choose a shape that holds as many numbers."
            )
        return self.shape

    def numpy(self, *inputs: Shape) -> str:
        """Each sample in its new shape."""
        return f"y = x.reshape(len(x), {', '.join(map(str, self.shape))})"

    def in_torch(self, *inputs: Shape) -> Written:
        """In our order, with the channels last, on either side."""
        return call(shaped(channels_last(inputs[0]), self.shape))

    def in_keras(self, *inputs: Shape) -> Written:
        """The same order as ours."""
        return layer(f"layers.Reshape({self.shape!r})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """In the order that the user sees."""
        at.give(at.sheet.reshaped(at.x, self.shape))

    def forward(self, at: Site) -> None:
        """The same numbers in the order the user sees."""
        rearrange(at)

    def backward(self, at: Site) -> None:
        """The same numbers in the input's shape."""
        rearrange_back(at)
