"""Conv2D: small filters that slide over an image."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import padding, sizes, whole
from nnstudio.layers.base import Block, Layer, Parameter, Refusal, frozen_field, need_image, need_room, start_field
from nnstudio.layers.initialisers import Fan, Initialiser
from nnstudio.layers.shapes import Array, Shape, size_of
from nnstudio.layers.site import Site
from nnstudio.layers.windows import Windows, inner, offsets, padded_shape, views, windows_of


@dataclass(frozen=True)
class Conv2D(Layer):
    """Filters that look at a small window of the image, the same at every place."""

    kind = "conv2d"
    title = "Conv2D"
    group = "Images"
    formula = "y = Σ W·window + b, at every place"
    onnx, torch, keras = "Conv", "Conv2d", "Conv2D"

    filters: int = whole(8, 1, 65536, "How many filters, each making one channel")
    size: tuple[int, ...] = sizes((3, 3), 1, 1024, "Height and width of the window", count=2)
    stride: tuple[int, ...] = sizes((1, 1), 1, 1024, "How far the window moves each time", count=2)
    padding: str | int = padding("same", 1024, "same keeps the size, valid adds no border, a number adds that many pixels")
    dilation: tuple[int, ...] = sizes((1, 1), 1, 1024, "The step between neighbours inside the window", count=2)
    groups: int = whole(1, 1, 65536, "Into how many groups the channels are split; each group has its own filters")
    weights_start: Initialiser = start_field("he", "weights")
    bias_start: Initialiser = start_field("zeros", "biases")
    frozen: bool = frozen_field()

    def windows(self, image: Shape) -> Windows:
        """Where the filters look."""
        return windows_of(self, image, self.size, self.stride, self.dilation, self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        """One channel for each filter, one pixel for each place of the window."""
        need_image(self, inputs[0])
        channels = inputs[0][2]
        if channels % self.groups or self.filters % self.groups:
            raise Refusal(
                f"Conv2D splits {channels} channels and {self.filters} filters into {self.groups} groups, which leaves "
                "a rest. Choose a number of groups that divides both."
            )
        rows, columns = self.windows(inputs[0])
        need_room(self, "weights", (self.filters, channels // self.groups, *self.size))
        need_room(self, "output", (rows.count, columns.count, self.filters))
        return rows.count, columns.count, self.filters

    def blocks(self, *inputs: Shape) -> Mapping[str, Block]:
        """One row for each filter: its window of weights, then its bias."""
        channels = inputs[0][2] // self.groups
        shape = (self.filters, channels, *self.size)
        area = size_of(self.size)
        fan = Fan(channels * area, self.filters // self.groups * area)
        return {
            "affine": {
                "weights": Parameter(shape, self.weights_start, fan, decays=True),
                "bias": Parameter((self.filters,), self.bias_start, fan),
            }
        }

    def multiplications(self, *inputs: Shape) -> int:
        """Window times filters, at every place."""
        rows, columns = self.windows(inputs[0])
        window = size_of(self.size) * inputs[0][2] // self.groups
        return rows.count * columns.count * window * self.filters

    def forward(self, at: Site) -> None:
        """Every window becomes a column with a one below it; the filters are the rows of one matrix."""
        windows = self.windows(at.inputs[0].shape)
        padded = at.scratch(padded_shape(windows, at.x.shape))
        at.run(np.copyto, inner(windows, padded, at.x.shape), at.x)
        seen = views(windows, padded)
        columns = at.kept["columns"] = self._columns(at, seen.shape)
        for group, part in enumerate(np.split(seen, self.groups)):
            at.run(np.copyto, columns[group, :-1].reshape(part.shape, copy=False), part)
        at.run(np.matmul, self._per_group(at.matrices["affine"]), columns, self._per_group(at.y))

    def backward(self, at: Site) -> None:
        """The columns give the weights their derivatives; the image gets its own by laying the windows back."""
        columns, dy = at.kept["columns"], self._per_group(at.dy)
        if at.trains:
            gradient = self._per_group(at.matrix_gradients["affine"])
            at.run(np.matmul, dy, columns.transpose(0, 2, 1), gradient)
        if at.wants_dx:
            self._lay_back(at, dy)

    def _lay_back(self, at: Site, dy: Array) -> None:
        windows = self.windows(at.inputs[0].shape)
        rows, columns = windows
        weights = self._per_group(at.matrices["affine"])[:, :, :-1]
        pieces = at.scratch((self.groups, weights.shape[2], dy.shape[2]))
        at.run(np.matmul, weights.transpose(0, 2, 1), dy, pieces)
        by_place = pieces.reshape(at.x.shape[0], rows.size, columns.size, rows.count, columns.count, at.batch)
        padded = at.scratch(padded_shape(windows, at.x.shape))
        at.run(padded.fill, 0)
        for row, column in offsets(windows):
            place = padded[:, rows.span(row), columns.span(column)]
            at.run(np.add, place, by_place[:, row, column], place)
        at.run(np.copyto, at.dx, inner(windows, padded, at.x.shape))

    def _columns(self, at: Site, seen: Shape) -> Array:
        channels, *window, rows, columns, batch = seen
        matrix = at.scratch((self.groups, channels // self.groups * size_of(tuple(window)) + 1, rows * columns * batch))
        matrix[:, -1] = 1
        return matrix

    def _per_group(self, array: Array) -> Array:
        return array.reshape(self.groups, array.shape[0] // self.groups, -1, copy=False)
