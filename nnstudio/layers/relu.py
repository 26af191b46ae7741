"""ReLU: the rectifier."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.written import Written, call, layer
from nnstudio.layers.base import Activation
from nnstudio.layers.masks import bits, record_kept, record_where_negative
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class ReLU(Activation):
    """Keeps what is positive, makes the rest 0: y = max(0, a)."""

    kind = "relu"
    title = "ReLU"
    commutes_with_max = True
    formula = "y = max(0, a)"
    onnx, torch, keras = "Relu", "ReLU", "relu"
    reads_onnx = ("Relu",)

    def numpy(self, *inputs: Shape) -> str:
        """The larger of a and 0."""
        return "y = np.maximum(x, 0)"

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's own."""
        return call("F.relu({x})")

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras's own."""
        return layer("layers.ReLU()")

    def forward(self, at: Site) -> None:
        """max(0, a). The zeros are an array, as long as a run may be: NumPy is three times as quick with one."""
        x, y = in_long_runs(at.x), in_long_runs(at.y)
        if x.shape != y.shape:
            x, y = at.x, at.y
        at.run(np.maximum, x, at.scratch(x.shape[1:]), out=y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = 1 if a > 0, else 0."""
        mask = at.scratch(at.y.shape)
        # As whole numbers: as numbers with a point, −0 would count as negative too.
        at.run(np.negative, bits(at.y), bits(mask))
        record_where_negative(at, mask)
        record_kept(at, at.dy, mask, at.dx)


def in_long_runs(array: Array) -> Array:
    """A contiguous array as rows of at most so many numbers; another one as it is. A view."""
    if not array.flags.c_contiguous:
        return array
    run = array[0].size
    joined = max((k for k in range(1, len(array) + 1) if len(array) % k == 0 and k * run <= LONGEST_RUN), default=1)
    return array.reshape(len(array) // joined, joined * run, copy=False)


LONGEST_RUN = 16_384
