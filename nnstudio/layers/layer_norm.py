"""LayerNorm: each sample centred and scaled over its own features."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import real
from nnstudio.core.written import Stored, Written, layer
from nnstudio.layers.base import Block, Layer, Parameter, frozen_field
from nnstudio.layers.channels import channels_first, channels_last
from nnstudio.layers.example import one
from nnstudio.layers.initialisers import Constant, Fan, Zeros
from nnstudio.layers.normalising import centre_and_scale, centre_and_scale_back, over
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape, feature_axis
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Gives every sample mean 0 and deviation 1 over its features, or over the channels at every pixel."""

    group = "Regularisation"
    formula = "y = γ·(x − mean) / √(variance + {epsilon}) + β"
    letters = {"scale": "γ", "shift": "β"}
    onnx, torch, keras = "LayerNormalization", "LayerNorm", "LayerNormalization"
    reads_onnx = ("LayerNormalization",)
    example = one(1, 3, 5, by_hand="mean 3, variance 8/3: (5 − 3) / √(8/3) = 1.225")

    epsilon: float = real(1e-5, 1e-12, 1.0, "Added to the variance, so that nothing is divided by zero", "log")
    frozen: bool = frozen_field()

    def output_shape(self, *inputs: Shape) -> Shape:
        """The same shape."""
        return inputs[0]

    def blocks(self, *inputs: Shape) -> Mapping[str, Block]:
        """A scale and a shift for each feature."""
        shape, fan = inputs[0][-1:], Fan(1, 1)
        return {
            "scale": {"scale": Parameter(shape, Constant(1.0), fan)},
            "shift": {"shift": Parameter(shape, Zeros(), fan)},
        }

    def numpy(self, *inputs: Shape) -> str:
        """Each sample, or pixel, by itself."""
        return (
            "mean = x.mean(axis=-1, keepdims=True)\n"
            "variance = x.var(axis=-1, keepdims=True)\n"
            f"y = scale * (x - mean) / np.sqrt(variance + {self.epsilon}) + shift"
        )

    def in_torch(self, *inputs: Shape) -> Written:
        """Over the last axis; for that, the channels of an image go there and back."""
        return Written(
            (f"{{y}} = {channels_first('{layer}(' + channels_last(inputs[0], always=True) + ')', inputs[0])}",),
            f"nn.LayerNorm({inputs[0][-1]}, eps={self.epsilon!r})",
            {"weight": Stored("scale"), "bias": Stored("shift")},
        )

    def in_keras(self, *inputs: Shape) -> Written:
        """Over the last axis."""
        return layer(
            f"layers.LayerNormalization(epsilon={self.epsilon!r})", gamma=Stored("scale"), beta=Stored("shift")
        )

    def onnx_nodes(self, at: OnnxSite) -> None:
        """Over the last axis, of features or channels."""
        scale, shift = at.parameter("scale"), at.parameter("shift")
        at.give(at.node("LayerNormalization", at.x, scale, shift, axis=-1, epsilon=self.epsilon))

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """Over the last axis."""
        if op.get("axis", -1) not in (-1, len(op.first().shape)):
            raise Unreadable("it works on several axes at once")
        op.along_features(-1)
        scale = op.constant(1)
        shift = op.constant(2) if op.has(2) else np.zeros_like(scale)
        return cls(epsilon=op.get("epsilon", 1e-5)), {"scale": scale, "shift": shift}

    def forward(self, at: Site) -> None:
        """Each sample by itself."""
        axis = feature_axis(at.shape)
        at.kept["normal"] = at.scratch(at.x.shape)
        centre_and_scale(at, (axis,), self.epsilon)
        at.run(np.multiply, at.kept["normal"], over(at.parameters["scale"], at.x.ndim, axis), at.y)
        at.run(np.add, at.y, over(at.parameters["shift"], at.x.ndim, axis), at.y)

    def backward(self, at: Site) -> None:
        """Through the sample's own mean and variance as well."""
        axis = feature_axis(at.shape)
        centre_and_scale_back(at, axis, (axis,))
