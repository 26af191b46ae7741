"""LayerNorm: each sample centred and scaled over its own features."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import real
from nnstudio.layers.base import Block, Layer, Parameter, frozen_field
from nnstudio.layers.initialisers import Constant, Fan, Zeros
from nnstudio.layers.normalising import centre_and_scale, centre_and_scale_back, over
from nnstudio.layers.shapes import Shape, feature_axis
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Gives every sample mean 0 and deviation 1 over its features, or over the channels at every pixel."""

    group = "Regularisation"
    formula = "y = γ·(x − mean) / √(variance + {epsilon}) + β"
    letters = {"scale": "γ", "shift": "β"}
    onnx, torch, keras = "LayerNormalization", "LayerNorm", "LayerNormalization"

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
