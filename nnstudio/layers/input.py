"""Input: where the data enters."""

from dataclasses import dataclass

from nnstudio.core.fields import sizes
from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Layer, need_room
from nnstudio.layers.channels import shaped
from nnstudio.layers.example import one
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Input(Layer):
    """The door for the data: says the shape of one sample, such as 28×28×1 for a grey picture."""

    group = "Data"
    takes = (0, 0)
    formula = "x"
    letters = {"y": "x"}
    onnx, torch, keras = "input", "input", "Input"
    example = one(0.2, 0.7)

    shape: tuple[int, ...] = sizes((2,), 1, 1 << 24, "The shape of one sample: a length, or height, width and channels")

    def output_shape(self, *inputs: Shape) -> Shape:
        """The declared shape."""
        need_room(self, "samples", self.shape)
        return self.shape

    def numpy(self, *inputs: Shape) -> str:
        """Every sample in the declared shape."""
        return f"y = x.reshape(len(x), {', '.join(map(str, self.shape))})"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch keeps the channels of an image first."""
        return call(shaped("{x}", self.shape))

    def in_keras(self, *inputs: Shape) -> Written:
        """Every sample in the declared shape."""
        return layer(f"layers.Reshape({self.shape!r})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """Samples, once they are prepared, in the declared shape."""
        at.give(at.x if at.inputs[0].shape == self.shape else at.sheet.reshaped(at.x, self.shape))

    def forward(self, at: Site) -> None:
        """Nothing: the program fills the output with each batch."""

    def backward(self, at: Site) -> None:
        """Nothing comes before it."""
