"""AvgPool: the mean of each window."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import padding, sizes
from nnstudio.layers.pooling import Pooling
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site
from nnstudio.layers.windows import has_border, inner, padded_shape, places, window_lines


@dataclass(frozen=True)
class AvgPool(Pooling):
    """Keeps the mean of each window, channel by channel; the border does not count."""

    formula = "y = mean of each window"
    onnx, torch, keras = "AveragePool", "AvgPool2d", "AveragePooling2D"

    size: tuple[int, ...] = sizes((2, 2), 1, 1024, "Height and width of the window", count=2)
    stride: tuple[int, ...] = sizes((0, 0), 0, 1024, "How far the window moves; 0 means its own size", count=2)
    padding: str | int = padding("valid", 1024, "valid: no border; same: the last window fits in; a number of pixels")

    def numpy(self, *inputs: Shape) -> str:
        """A border of NaN is left out of the mean."""
        windows = self.windows(inputs[0])
        mean = "np.nanmean(windows, axis=(-2, -1))" if has_border(windows) else "windows.mean(axis=(-2, -1))"
        return "\n".join((*window_lines(windows, "np.nan"), f"y = {mean}"))

    def forward(self, at: Site) -> None:
        """The sum over the places of a window, times one over how many of them lie in the image."""
        windows = self.windows(at.inputs[0].shape)
        padded = at.scratch(padded_shape(windows, at.x.shape))
        at.run(np.copyto, inner(windows, padded, at.x.shape), at.x)
        first, *others = places(windows, padded)
        at.run(np.copyto, at.y, first)
        for place in others:
            at.run(np.add, at.y, place, at.y)
        at.kept["share"] = self._share(at)
        at.run(np.multiply, at.y, at.kept["share"], at.y)

    def backward(self, at: Site) -> None:
        """Every place of a window gets the same share."""
        windows = self.windows(at.inputs[0].shape)
        padded = at.scratch(padded_shape(windows, at.x.shape))
        share = at.scratch(at.y.shape)
        at.run(np.multiply, at.dy, at.kept["share"], share)
        at.run(padded.fill, 0)
        for place in places(windows, padded):
            at.run(np.add, place, share, place)
        at.run(np.copyto, at.dx, inner(windows, padded, at.x.shape))

    def _share(self, at: Site) -> Array:
        windows = self.windows(at.inputs[0].shape)
        one = (at.x.shape[0], 1, at.x.shape[2], 1)
        inside = np.zeros(padded_shape(windows, one))
        inner(windows, inside, one)[...] = 1
        return np.asarray(1 / sum(places(windows, inside)), at.dtype)
