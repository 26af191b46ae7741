"""BatchNorm: each feature centred and scaled over the batch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import real
from nnstudio.core.written import Stored, Written, number
from nnstudio.layers.base import Block, Layer, Parameter, frozen_field
from nnstudio.layers.example import Example
from nnstudio.layers.initialisers import Constant, Fan, Zeros
from nnstudio.layers.normalising import centre_and_scale, centre_and_scale_back, over
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable, factor_and_offset
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import IMAGE, Array, Shape, feature_axis
from nnstudio.layers.site import Site

_IN_ONE_LIST = "{{y}} = {{layer}}({{x}}.reshape(-1, {features})).reshape({{x}}.shape)"


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
    reads_onnx = ("BatchNormalization", "Mul", "Add", "Sub", "Div")
    example = Example(
        ([[1, 10], [3, 10], [5, 40]],), training=True,
        by_hand="the first feature has mean 3 and variance 8/3: (5 − 3) / √(8/3) = 1.225",
    )  # fmt: skip

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

    def in_torch(self, *inputs: Shape) -> Written:
        """Over everything but the features; PyTorch knows lists and images, all else is brought into one list."""
        features = inputs[0][-1]
        kind = "BatchNorm2d" if len(inputs[0]) == IMAGE else "BatchNorm1d"
        flat = "{y} = {layer}({x})" if len(inputs[0]) in (1, IMAGE) else _IN_ONE_LIST.format(features=features)
        made = f"nn.{kind}({features}, eps={self.epsilon!r}, momentum={number(self.momentum)})"
        return Written((flat,), made, _stored("weight", "bias", "running_mean", "running_var"))

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's momentum is what stays of the gathered numbers, ours is what comes new."""
        made = f"layers.BatchNormalization(momentum={1 - self.momentum:.12g}, epsilon={self.epsilon!r})"
        return Written(("{y} = {layer}({x})",), made, _stored("gamma", "beta", "moving_mean", "moving_variance"))

    def onnx_nodes(self, at: OnnxSite) -> None:
        """With the gathered statistics; of neither a list nor an image, as a factor and an offset."""
        if len(at.shape) in (1, IMAGE):
            image = len(at.shape) == IMAGE
            arrays = [at.parameter(name) for name in ("scale", "shift", "mean", "variance")]
            x = at.image if image else at.x
            at.give(at.node("BatchNormalization", x, *arrays, epsilon=self.epsilon), image)
            return
        scale, shift, mean, variance = (
            at.parameters[name].astype(np.float64) for name in ("scale", "shift", "mean", "variance")
        )
        factor = scale / np.sqrt(variance + self.epsilon)
        scaled = at.node("Mul", at.x, at.constant("factor", factor))
        at.give(at.node("Add", scaled, at.constant("offset", shift - mean * factor)))

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """A BatchNormalization; or a factor or an offset for each feature, which is one that was gathered long ago."""
        if op.operator != "BatchNormalization":
            return cls._affine(op) if len(op.leads) == len(op.constants) == 1 else None
        lead = op.first()
        if op.get("training_mode", 0):
            raise Unreadable("it is still in training")
        if len(lead.shape) == IMAGE:
            op.image()
        else:
            op.alike()
        # Along ONNX's axis 1, whatever comes behind it.
        ones = (1,) * (len(lead.shape) - 1)
        arrays = (op.features(op.constant(port).reshape(-1, *ones), op.reads[0]) for port in range(1, 5))
        parameters = dict(zip(("scale", "shift", "mean", "variance"), arrays, strict=True))
        return cls(epsilon=op.get("epsilon", 1e-5)), parameters

    @classmethod
    def _affine(cls, op: OnnxOp) -> Read:
        factor, offset = factor_and_offset(op)
        op.alike()
        lead = op.reads[0]
        scale, shift = op.features(factor, lead), op.features(offset, lead)
        one = np.ones_like(scale)
        return cls(epsilon=1e-12, frozen=True), {"scale": scale, "shift": shift, "mean": 0 * one, "variance": one}

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


def _stored(*names: str) -> dict[str, Stored]:
    return dict(zip(names, map(Stored, ("scale", "shift", "mean", "variance")), strict=True))


def gather(at: Site, kept: Array, fresh: Array, momentum: float, correction: float) -> None:
    """Record kept := (1 − momentum)·kept + momentum·correction·fresh."""
    share = at.scratch(fresh.shape)
    at.run(np.multiply, fresh, at.number(momentum * correction), share)
    at.run(np.multiply, kept, at.number(1 - momentum), kept)
    at.run(np.add, kept, share, kept)
