"""ReLU: the rectifier."""

from dataclasses import dataclass

import numpy as np

from nnstudio.layers.base import Activation
from nnstudio.layers.masks import bits, record_kept, record_where_negative
from nnstudio.layers.site import Site


@dataclass(frozen=True)
class ReLU(Activation):
    """Keeps what is positive, makes the rest 0: y = max(0, a)."""

    kind = "relu"
    title = "ReLU"
    commutes_with_max = True
    formula = "y = max(0, a)"
    onnx, torch, keras = "Relu", "ReLU", "relu"

    def forward(self, at: Site) -> None:
        """max(0, a). The zeros are an array because NumPy is twice as quick with one as with a number."""
        at.run(np.maximum, at.x, at.scratch(at.x.shape[1:]), out=at.y)

    def backward(self, at: Site) -> None:
        """∂y/∂a = 1 if a > 0, else 0."""
        mask = at.scratch(at.y.shape)
        # As whole numbers: as numbers with a point, −0 would count as negative too.
        at.run(np.negative, bits(at.y), bits(mask))
        record_where_negative(at, mask)
        record_kept(at, at.dy, mask, at.dx)
