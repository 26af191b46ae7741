"""Conv2D: small filters that slide over an image."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import padding, sizes, whole
from nnstudio.core.wording import counted, listed
from nnstudio.layers.base import Block, Layer, Parameter, Refusal, frozen_field, need_image, need_room, start_field
from nnstudio.layers.conv_columns import ByColumns
from nnstudio.layers.conv_rows import ByRows
from nnstudio.layers.initialisers import Fan, Initialiser
from nnstudio.layers.shapes import Shape, shown, size_of
from nnstudio.layers.site import Site
from nnstudio.layers.windows import Windows, border_words, window_lines, windows_of


@dataclass(frozen=True)
class Conv2D(Layer):
    """Filters that look at a small window of the image, the same at every place."""

    kind = "conv2d"
    title = "Conv2D"
    group = "Images"
    formula = "y = Σ W·window + b, at every place"
    letters = {"weights": "W", "bias": "b"}
    width = "filters"
    onnx, torch, keras = "Conv", "Conv2d", "Conv2D"

    filters: int = whole(8, 1, 65536, "How many filters, each making one channel")
    size: tuple[int, ...] = sizes((3, 3), 1, 1024, "Height and width of the window", count=2)
    stride: tuple[int, ...] = sizes((1, 1), 1, 1024, "How far the window moves each time", count=2)
    padding: str | int = padding("same", 1024, "same: the size stays; valid: no border; a number of pixels")
    dilation: tuple[int, ...] = sizes((1, 1), 1, 1024, "The step between neighbours inside the window", count=2)
    groups: int = whole(1, 1, 65536, "Into how many groups the channels are split; each group has its own filters")
    weights_start: Initialiser = start_field("he", "weights")
    bias_start: Initialiser = start_field("zeros", "biases")
    frozen: bool = frozen_field()

    def windows(self, image: Shape) -> Windows:
        """Where the filters look."""
        return windows_of(self, image, self.size, self.stride, self.dilation, self.padding)

    def phrase(self) -> str:
        """With its filters, and with what is not as usual."""
        unusual = [
            f"a {name} of {shown(sizes)}" for name, sizes in (("stride", self.stride), ("dilation", self.dilation))
            if max(sizes) > 1
        ]  # fmt: skip
        unusual += [] if self.padding == "same" else [border_words(self.padding)]
        unusual += [counted(self.groups, "group")] if self.groups > 1 else []
        filters = f"{counted(self.filters, 'filter')} of {shown(self.size)}"
        return f"{self.title} with {listed((filters, *unusual))}"

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
        need_room(self, "weights", (self.filters, *self.size, channels // self.groups))
        need_room(self, "windows", (*self.size, channels, rows.count, columns.count))
        need_room(self, "output", (rows.count, columns.count, self.filters))
        return rows.count, columns.count, self.filters

    def blocks(self, *inputs: Shape) -> Mapping[str, Block]:
        """Weights as filters × height × width × channels of a window, and a bias for each filter."""
        channels = inputs[0][2] // self.groups
        shape = (self.filters, *self.size, channels)
        area = size_of(self.size)
        fan = Fan(channels * area, self.filters // self.groups * area)
        return {
            "weights": {"weights": Parameter(shape, self.weights_start, fan, decays=True)},
            "bias": {"bias": Parameter((self.filters,), self.bias_start, fan)},
        }

    def multiplications(self, *inputs: Shape) -> int:
        """Window times filters, at every place."""
        rows, columns = self.windows(inputs[0])
        window = size_of(self.size) * inputs[0][2] // self.groups
        return rows.count * columns.count * window * self.filters

    def numpy(self, *inputs: Shape) -> str:
        """Cut out all windows (u high, v wide), weigh them with every filter f, add up over u, v and channels c."""
        lines = window_lines(self.windows(inputs[0]), "0")
        if self.groups > 1:
            lines += self._group_lines(inputs[0][2] // self.groups, self.filters // self.groups)
        else:
            lines.append('y = np.einsum("nhwcuv,fuvc->nhwf", windows, weights, optimize=True) + bias')
        return "\n".join(lines)

    def _group_lines(self, channels: int, filters: int) -> tuple[str, ...]:
        """Each group g of so many channels and filters by itself."""
        rows, columns = self.size
        return (
            f"windows = windows.reshape(*windows.shape[:3], {self.groups}, {channels}, {rows}, {columns})",
            f"filters = weights.reshape({self.groups}, {filters}, {rows}, {columns}, {channels})",
            'y = np.einsum("nhwgcuv,gfuvc->nhwgf", windows, filters, optimize=True)',
            f"y = y.reshape(*y.shape[:3], {self.filters}) + bias",
        )

    def forward(self, at: Site) -> None:
        """By rows where that is possible, which is twice as quick, else by columns."""
        windows = self.windows(at.inputs[0].shape)
        rows = self.groups == 1 and self.dilation[0] == 1 and (self.stride[0] == 1 or not at.wants_dx)
        kernel = at.kept["kernel"] = ByRows(at, windows) if rows else ByColumns(at, windows, self.groups)
        kernel.forward()
        at.run(np.add, at.y, at.parameters["bias"].reshape(-1, 1, 1, copy=False), at.y)

    def backward(self, at: Site) -> None:
        """The derivatives of weights, biases and image."""
        if at.trains:
            at.kept["kernel"].weights_back()
            at.run(np.add.reduce, at.dy, (0, 2, 3), None, at.gradients["bias"])
        if at.wants_dx:
            at.kept["kernel"].image_back()
