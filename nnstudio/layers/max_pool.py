"""MaxPool: the largest number of each window."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnstudio.core.fields import padding, sizes
from nnstudio.core.written import Written, call, layer
from nnstudio.layers.borders import keras_border
from nnstudio.layers.example import PICTURE, Example
from nnstudio.layers.masks import bits, record_kept, record_rest, record_where_negative
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.pooling import Pooling
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site
from nnstudio.layers.windows import (
    Windows,
    has_border,
    inner,
    onnx_windows,
    padded_as,
    padded_shape,
    places,
    window_lines,
)


@dataclass(frozen=True)
class MaxPool(Pooling):
    """Keeps the largest number of each window, channel by channel; of equal ones the first is the winner."""

    formula = "y = max of each window"
    onnx, torch, keras = "MaxPool", "MaxPool2d", "MaxPooling2D"
    reads_onnx = ("MaxPool",)
    example = Example(([PICTURE],), by_hand="the first window holds 1, 2, 0, 3, of which the largest is 3")

    size: tuple[int, ...] = sizes((2, 2), 1, 1024, "Height and width of the window", count=2)
    stride: tuple[int, ...] = sizes((0, 0), 0, 1024, "How far the window moves; 0 means its own size", count=2)
    padding: str | int = padding("valid", 1024, "valid: no border; same: the last window fits in; a number of pixels")

    def numpy(self, *inputs: Shape) -> str:
        """A border of −∞ never wins."""
        lines = window_lines(self.windows(inputs[0]), "-np.inf")
        return "\n".join((*lines, "y = windows.max(axis=(-2, -1))"))

    def in_torch(self, *inputs: Shape) -> Written:
        """PyTorch's border is the same on both sides and at most half a window; any other is laid by hand."""
        border, arguments = self.torch_arguments(inputs[0])
        padded = f'F.pad({{x}}, {border}, value=float("-inf"))' if border else "{x}"
        return call(f"F.max_pool2d({padded}, {arguments})")

    def in_keras(self, *inputs: Shape) -> Written:
        """A border of −∞ never wins."""
        border, arguments = keras_border(self.windows(inputs[0])), self.keras_arguments()
        if not border or self.padding == "same":
            same = ', padding="same"' if border else ""
            return layer(f"layers.MaxPooling2D({arguments}{same})")
        padded = f'ops.pad({{x}}, {border}, constant_values=float("-inf"))'
        return call(f"ops.max_pool({padded}, {arguments})")

    def onnx_nodes(self, at: OnnxSite) -> None:
        """Of a border nothing wins."""
        at.give(at.node("MaxPool", at.image, **onnx_windows(self.windows(at.inputs[0].shape))), True)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """A pool over images."""
        image = op.image()
        if max(op.get("dilations", (1, 1))) > 1:
            raise Unreadable("its windows have gaps")
        size = op.get("kernel_shape", ())
        return padded_as(op, cls(size=size, stride=op.get("strides", (1, 1))), image), {}

    def forward(self, at: Site) -> None:
        """By pairs for the usual window of 2×2, else place by place."""
        pairs = self.size == (2, 2) and self.stride in ((0, 0), (2, 2)) and not has_border(self._windows(at))
        at.kept["back"] = _pairs(at) if pairs else self._places(at)

    def backward(self, at: Site) -> None:
        """Each window's derivative goes to its first winner alone."""
        at.kept["back"]()

    def _windows(self, at: Site) -> Windows:
        return self.windows(at.inputs[0].shape)

    def _places(self, at: Site) -> Callable[[], None]:
        """The running maximum over the places; a place is a winner where it is truly greater than those before."""
        windows, image = self._windows(at), at.x
        if has_border(windows):
            image = at.scratch(padded_shape(windows, at.x.shape))
            # The least number and not −∞: the difference of two infinities has no sign.
            image.fill(np.finfo(at.dtype).min)
            at.run(np.copyto, inner(windows, image, at.x.shape), at.x)
        first, *others = places(windows, image)
        at.run(np.copyto, at.y, first)
        wins = [at.scratch(at.y.shape) for _ in others]
        for place, win in zip(others, wins, strict=True):
            at.run(np.subtract, at.y, place, win)
            record_where_negative(at, win)
            at.run(np.maximum, at.y, place, out=at.y)
        return partial(self._places_back, at, wins)

    def _places_back(self, at: Site, wins: list[Array]) -> None:
        """From the last place to the first, each takes what is left where it won; the first place gets the rest."""
        windows = self._windows(at)
        padded = at.scratch(padded_shape(windows, at.x.shape)) if has_border(windows) else at.dx
        rest, share = at.scratch(at.dy.shape), at.scratch(at.dy.shape)
        first, *others = places(windows, padded)
        at.run(padded.fill, 0)
        at.run(np.copyto, rest, at.dy)
        for place, win in zip(reversed(others), reversed(wins), strict=True):
            record_kept(at, rest, win, share)
            record_rest(at, rest, share, rest)
            at.run(np.add, place, share, place)
        at.run(np.add, first, rest, first)
        if padded is not at.dx:
            at.run(np.copyto, at.dx, inner(windows, padded, at.x.shape))


def _pairs(at: Site) -> Callable[[], None]:
    """Windows of 2×2 side by side: the larger of two rows, then of two columns, and masks of who won."""
    height, channels, width, batch = at.y.shape
    upper, lower = at.x[0 : 2 * height : 2, :, : 2 * width], at.x[1 : 2 * height : 2, :, : 2 * width]
    rows, low_wins = (at.scratch((height, channels, 2 * width, batch)) for _ in range(2))
    right_wins, tie = at.scratch(at.y.shape), at.scratch(at.y.shape)
    left, right = rows[:, :, 0::2], rows[:, :, 1::2]
    at.run(np.maximum, upper, lower, out=rows)
    at.run(np.subtract, upper, lower, low_wins)
    record_where_negative(at, low_wins)
    at.run(np.maximum, left, right, out=at.y)
    at.run(np.subtract, left, right, right_wins)
    # Of equal ones the first in reading order wins: the right one, where it is in the upper row and the left is not.
    low = bits(low_wins)
    at.run(np.subtract, low[:, :, 0::2], low[:, :, 1::2], bits(tie))
    at.run(np.add, bits(right_wins), bits(tie), bits(right_wins))
    record_where_negative(at, right_wins)
    return partial(_pairs_back, at, low_wins, right_wins)


def _pairs_back(at: Site, low_wins: Array, right_wins: Array) -> None:
    height, _, width, _ = at.y.shape
    rows = at.scratch(low_wins.shape)
    upper, lower = at.dx[0 : 2 * height : 2, :, : 2 * width], at.dx[1 : 2 * height : 2, :, : 2 * width]
    record_kept(at, at.dy, right_wins, rows[:, :, 1::2])
    record_rest(at, at.dy, rows[:, :, 1::2], rows[:, :, 0::2])
    record_kept(at, rows, low_wins, lower)
    record_rest(at, rows, lower, upper)
