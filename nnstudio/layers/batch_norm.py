"""BatchNorm: each feature centred and scaled over the batch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import real
from nnstudio.layers.base import Block, Layer, Parameter, frozen_field
from nnstudio.layers.initialisers import Constant, Fan, Zeros
from nnstudio.layers.normalising import centre_and_scale, centre_and_scale_back, over
from nnstudio.layers.shapes import Array, Shape, feature_axis
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Gives every feature, or channel, mean 0 and deviation 1 over the batch, then a learned scale and shift.

    After training, and when frozen, it uses the means and variances it gathered on the way.
    """

    group = "Regularisation"
    couples_samples = True
    formula = "y = γ·(x − mean) / √(variance + {epsilon}) + β"
    letters = {"scale": "γ", "shift": "β"}
    onnx, torch, keras = "BatchNormalization", "BatchNorm", "BatchNormalization"

    momentum: float = real(0.1, 0.0, 1.0, "How much of each batch goes into the gathered mean and variance")
    epsilon: float = real(1e-5, 1e-12, 1.0, "Added to the variance, so that nothing is divided by zero", "log")
    frozen: bool = frozen_field()

    def output_shape(self, *inputs: Shape) -> Shape:
        """The same shape."""
        return inputs[0]

    def blocks(self, *inputs: Shape) -> Mapping[str, Block]:
        """A scale and a shift for each feature, and the gathered statistics."""
        shape, fan = inputs[0][-1:], Fan(1, 1)
        return {
            "scale": {"scale": Parameter(shape, Constant(1.0), fan)},
            "shift": {"shift": Parameter(shape, Zeros(), fan)},
            "mean": {"mean": Parameter(shape, Zeros(), fan, learned=False)},
            "variance": {"variance": Parameter(shape, Constant(1.0), fan, learned=False)},
        }

    def numpy(self, *inputs: Shape) -> str:
        """With the gathered statistics, as after training."""
        return f"y = scale * (x - mean) / np.sqrt(variance + {self.epsilon}) + shift"

    def forward(self, at: Site) -> None:
        """From the batch in training, from the gathered statistics after."""
        axis = feature_axis(at.shape)
        axes = tuple(each for each in range(at.x.ndim) if each != axis)
        normal = at.kept["normal"] = at.scratch(at.x.shape)
        mean, variance = over(at.parameters["mean"], at.x.ndim, axis), over(at.parameters["variance"], at.x.ndim, axis)
        if at.training and not self.frozen:
            batch_mean, batch_variance = centre_and_scale(at, axes, self.epsilon)
            count = at.x.size // mean.size
            gather(at, mean, batch_mean, self.momentum, 1.0)
            gather(at, variance, batch_variance, self.momentum, count / max(count - 1, 1))
        else:
            deviation = at.kept["deviation"] = at.scratch(variance.shape)
            at.run(np.add, variance, at.number(self.epsilon), deviation)
            at.run(np.sqrt, deviation, deviation)
            at.run(np.subtract, at.x, mean, normal)
            at.run(np.divide, normal, deviation, normal)
        at.run(np.multiply, normal, over(at.parameters["scale"], at.x.ndim, axis), at.y)
        at.run(np.add, at.y, over(at.parameters["shift"], at.x.ndim, axis), at.y)

    def backward(self, at: Site) -> None:
        """Through the batch's own mean and variance as well, unless frozen."""
        axis = feature_axis(at.shape)
        if self.frozen:
            at.run(np.divide, at.dy, at.kept["deviation"], at.dx)
            at.run(np.multiply, at.dx, over(at.parameters["scale"], at.x.ndim, axis), at.dx)
            return
        centre_and_scale_back(at, axis, tuple(each for each in range(at.x.ndim) if each != axis))


def gather(at: Site, kept: Array, fresh: Array, momentum: float, correction: float) -> None:
    """Record kept := (1 − momentum)·kept + momentum·correction·fresh."""
    share = at.scratch(fresh.shape)
    at.run(np.multiply, fresh, at.number(momentum * correction), share)
    at.run(np.multiply, kept, at.number(1 - momentum), kept)
    at.run(np.add, kept, share, kept)
