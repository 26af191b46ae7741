"""Linear: the activation itself."""

from dataclasses import dataclass

from nnstudio.core.written import Written
from nnstudio.layers.base import Activation
from nnstudio.layers.shapes import Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Linear(Activation):
    """Leaves every number as it is: y = a."""

    formula = "y = a"
    onnx, torch, keras = "Identity", "Identity", "linear"
    reads_onnx = ("Identity",)

    def numpy(self, *inputs: Shape) -> str:
        """Nothing to do."""
        return "y = x"

    def in_torch(self, *inputs: Shape) -> Written:
        """Nothing to do."""
        return Written(())

    def in_keras(self, *inputs: Shape) -> Written:
        """Nothing to do."""
        return Written(())

    def forward(self, at: Site) -> None:
        """The same memory."""
        at.output = at.inputs[0]

    def backward(self, at: Site) -> None:
        """∂y/∂a = 1."""
        at.pass_back(at.dy)
