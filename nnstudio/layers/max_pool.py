"""MaxPool: the largest number of each window."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import padding, sizes
from nnstudio.layers.pooling import Pooling
from nnstudio.layers.site import Site
from nnstudio.layers.windows import inner, offsets, padded_shape


@dataclass(frozen=True)
class MaxPool(Pooling):
    """Keeps the largest number of each window, channel by channel; of equal ones the first is the winner."""

    formula = "y = max of each window"
    onnx, torch, keras = "MaxPool", "MaxPool2d", "MaxPooling2D"

    size: tuple[int, ...] = sizes((2, 2), 1, 1024, "Height and width of the window", count=2)
    stride: tuple[int, ...] = sizes((0, 0), 0, 1024, "How far the window moves; 0 means its own size", count=2)
    padding: str | int = padding("valid", 1024, "valid adds no border, same fits the last window in, a number adds pixels")

    def forward(self, at: Site) -> None:
        """The running maximum over the places of a window. The border is −∞, so it never wins."""
        windows = self.windows(at.inputs[0].shape)
        rows, columns = windows
        image = at.x
        if padded_shape(windows, at.x.shape) != at.x.shape:
            image = at.scratch(padded_shape(windows, at.x.shape))
            image.fill(-np.inf)
            at.run(np.copyto, inner(windows, image, at.x.shape), at.x)
        places = [image[:, rows.span(row), columns.span(column)] for row, column in offsets(windows)]
        at.kept["places"] = places
        at.run(np.copyto, at.y, places[0])
        for place in places[1:]:
            at.run(np.maximum, at.y, place, out=at.y)

    def backward(self, at: Site) -> None:
        """Each window's derivative goes to its first winner alone."""
        windows = self.windows(at.inputs[0].shape)
        rows, columns = windows
        padded = at.scratch(padded_shape(windows, at.x.shape))
        open_ = at.scratch(at.y.shape, bool)
        wins = at.scratch(at.y.shape, bool)
        share = at.scratch(at.y.shape)
        at.run(padded.fill, 0)
        at.run(open_.fill, True)
        for (row, column), place in zip(offsets(windows), at.kept["places"], strict=True):
            target = padded[:, rows.span(row), columns.span(column)]
            at.run(np.equal, place, at.y, wins)
            at.run(np.logical_and, wins, open_, wins)
            at.run(np.logical_xor, open_, wins, open_)
            at.run(np.multiply, at.dy, wins, share)
            at.run(np.add, target, share, target)
        at.run(np.copyto, at.dx, inner(windows, padded, at.x.shape))
