"""Dense: every output sees every input."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import whole
from nnstudio.core.wording import counted
from nnstudio.core.written import Stored, Written, layer
from nnstudio.layers.base import Block, Layer, Parameter, Refusal, frozen_field, need_room, start_field
from nnstudio.layers.example import Example
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.initialisers import Fan, Initialiser
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable, in_our_order
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape, shown
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class Dense(Layer):
    """A layer of neurons that each weigh all inputs and add a bias: a = W·x + b."""

    group = "Neurons"
    formula = "a = W·x + b"
    letters = {"y": "a", "weights": "W", "bias": "b"}
    width = "units"
    onnx, torch, keras = "Gemm", "Linear", "Dense"
    reads_onnx = ("Gemm", "MatMul")
    example = Example(
        ([[1, 2, 0.5]],), {"units": 2}, {"weights": [[1, -1, 2], [0.5, 0, 4]], "bias": [0.5, -1]},
        "a₁ = 1·1 − 1·2 + 2·0.5 + 0.5 = 0.5",
    )  # fmt: skip

    units: int = whole(10, 1, 1 << 20, "How many neurons")
    weights_start: Initialiser = start_field("glorot", "weights")
    bias_start: Initialiser = start_field("zeros", "biases")
    frozen: bool = frozen_field()

    def phrase(self) -> str:
        """With its number of neurons."""
        return f"{self.title} with {counted(self.units, 'neuron')}"

    def output_shape(self, *inputs: Shape) -> Shape:
        """One number for each neuron."""
        if len(inputs[0]) != 1:
            raise Refusal(
                f"Dense reads flat data, but gets {shown(inputs[0])}. Put a Flatten before it.", Flatten()
            )
        need_room(self, "weights", (self.units, inputs[0][0] + 1))
        return (self.units,)

    def blocks(self, *inputs: Shape) -> Mapping[str, Block]:
        """One matrix: row k holds neuron k's weights, then its bias."""
        (count,) = inputs[0]
        fan = Fan(count, self.units)
        return {
            "affine": {
                "weights": Parameter((self.units, count), self.weights_start, fan, decays=True),
                "bias": Parameter((self.units,), self.bias_start, fan),
            }
        }

    def multiplications(self, *inputs: Shape) -> int:
        """Inputs times neurons."""
        return inputs[0][0] * self.units

    def numpy(self, *inputs: Shape) -> str:
        """One product for the whole batch."""
        (count,) = inputs[0]
        return f"y = x @ weights.T + bias  # (samples, {count}) @ ({count}, {self.units})"

    def in_torch(self, *inputs: Shape) -> Written:
        """Its matrix lies as ours does."""
        return layer(
            f"nn.Linear({inputs[0][0]}, {self.units})", weight=Stored("weights"), bias=Stored("bias")
        )

    def in_keras(self, *inputs: Shape) -> Written:
        """Its matrix is ours, turned."""
        return layer(f"layers.Dense({self.units})", kernel=Stored("weights", (1, 0)), bias=Stored("bias"))

    def onnx_nodes(self, at: OnnxSite) -> None:
        """One product for the whole batch."""
        at.give(at.node("Gemm", at.x, at.parameter("weights"), at.parameter("bias"), transB=1))

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """A product with fixed weights, and with or without a bias."""
        weights = op.constant(1)
        order = op.flat()
        if op.get("transA", 0) or weights.ndim != 2:
            raise Unreadable("it is a product of another kind")
        weights = op.get("alpha", 1.0) * (weights if op.get("transB", 0) else weights.T)
        units, count = weights.shape
        if (count,) != op.reads[0].shape:
            raise Unreadable(f"it has weights for {count:,} numbers, but gets {op.reads[0].shape[0]:,}")
        bias = op.constant(2) if op.has(2) else np.zeros(1)
        if bias.size not in (1, units):
            raise Unreadable("its bias is of another size than its output")
        bias = np.broadcast_to(op.get("beta", 1.0) * bias.reshape(-1), units)
        return cls(units=units), {"weights": in_our_order(weights, order), "bias": bias}

    def forward(self, at: Site) -> None:
        """a = [W b]·[x 1]."""
        with_one = at.inputs[0].with_one
        assert with_one is not None
        at.product(at.matrices["affine"], with_one, at.y)

    def backward(self, at: Site) -> None:
        """∂J/∂[W b] = δ·[x 1]ᵀ and ∂J/∂x = Wᵀ·δ."""
        if at.trains:
            with_one = at.inputs[0].with_one
            assert with_one is not None
            at.product(at.dy, with_one.T, at.matrix_gradients["affine"])
        if at.wants_dx:
            at.product(at.parameters["weights"].T, at.dy, at.dx)
