"""Input: where the data enters."""

from dataclasses import dataclass

from nnstudio.core.fields import sizes
from nnstudio.layers.base import Layer, need_room
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

    shape: tuple[int, ...] = sizes((2,), 1, 1 << 24, "The shape of one sample: a length, or height, width and channels")

    def output_shape(self, *inputs: Shape) -> Shape:
        """The declared shape."""
        need_room(self, "samples", self.shape)
        return self.shape

    def numpy(self, *inputs: Shape) -> str:
        """Every sample in the declared shape."""
        return f"y = x.reshape(len(x), {', '.join(map(str, self.shape))})"

    def forward(self, at: Site) -> None:
        """Nothing: the program fills the output with each batch."""

    def backward(self, at: Site) -> None:
        """Nothing comes before it."""
