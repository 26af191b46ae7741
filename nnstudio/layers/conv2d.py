"""Conv2D: small filters that slide over an image."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import padding, sizes, whole
from nnstudio.core.wording import counted, listed
from nnstudio.core.written import Stored, Written, pair
from nnstudio.layers.base import Block, Layer, Parameter, Refusal, frozen_field, need_image, need_room, start_field
from nnstudio.layers.borders import keras_border, torch_border
from nnstudio.layers.conv_columns import ByColumns
from nnstudio.layers.conv_rows import ByRows
from nnstudio.layers.example import PICTURE, Example
from nnstudio.layers.initialisers import Fan, Initialiser
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import Shape, shown, size_of
from nnstudio.layers.site import Site
from nnstudio.layers.windows import Windows, border_words, onnx_windows, padded_as, window_lines, windows_of


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
    reads_onnx = ("Conv",)
    example = Example(
        ([PICTURE],), {"filters": 1, "size": (2, 2), "padding": "valid"},
        {"weights": [[[[1], [0]], [[0], [-1]]]], "bias": [0.5]},
        "at the first place 1·1 + 0·2 + 0·0 − 1·3 + 0.5 = −1.5",
    )  # fmt: skip

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

    def in_torch(self, *inputs: Shape) -> Written:
        """Channels before height and width, in the image and in the weights."""
        border, padding = torch_border(self.windows(inputs[0]))
        padded = f"F.pad({{x}}, {border})" if border else "{x}"
        made = f"nn.Conv2d({inputs[0][2]}, {self.filters}, {pair(self.size)}{self._unusual('dilation')}{padding})"
        arrays = {"weight": Stored("weights", (0, 3, 1, 2)), "bias": Stored("bias")}
        return Written((f"{{y}} = {{layer}}({padded})",), made, arrays)

    def in_keras(self, *inputs: Shape) -> Written:
        """Keras strides or dilates, not both: then it looks at every place, and we take the ones that are wanted."""
        windows = self.windows(inputs[0])
        both, plain = max(self.stride) > 1 and max(self.dilation) > 1, self.padding in ("same", "valid")
        padding = f', padding="{self.padding}"' if plain and not both and self.padding != "valid" else ""
        border = "" if plain and not both else keras_border(windows)
        padded = f"ops.pad({{x}}, {border})" if border else "{x}"
        lines = [f"{{y}} = {{layer}}({padded})"]
        if both:
            lines.append(f"{{y}} = {{y}}[:, ::{self.stride[0]}, ::{self.stride[1]}]")
        others = self._unusual("dilation_rate", strides=not both, keras=True)
        made = f"layers.Conv2D({self.filters}, {pair(self.size)}{others}{padding})"
        return Written(tuple(lines), made, {"kernel": Stored("weights", (1, 2, 3, 0)), "bias": Stored("bias")})

    def _unusual(self, dilation: str, strides: bool = True, keras: bool = False) -> str:
        """Stride, dilation and groups as arguments, where they are not 1."""
        stride = f", {'strides' if keras else 'stride'}={pair(self.stride)}" if strides and max(self.stride) > 1 else ""
        spread = f", {dilation}={pair(self.dilation)}" if max(self.dilation) > 1 else ""
        return f"{stride}{spread}{f', groups={self.groups}' if self.groups > 1 else ''}"

    def onnx_nodes(self, at: OnnxSite) -> None:
        """The filters with their channels before height and width."""
        weights = at.constant("weights", at.parameters["weights"].transpose(0, 3, 1, 2))
        windows = onnx_windows(self.windows(at.inputs[0].shape))
        at.give(at.node("Conv", at.image, weights, at.parameter("bias"), group=self.groups, **windows), True)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """A convolution of images."""
        weights = op.constant(1)
        image = op.image()
        if weights.ndim != 4 or op.get("kernel_shape", weights.shape[2:]) != weights.shape[2:]:
            raise Unreadable("its weights are not those of a convolution of images")
        made = cls(
            filters=len(weights), size=weights.shape[2:], stride=op.get("strides", (1, 1)),
            dilation=op.get("dilations", (1, 1)), groups=op.get("group", 1),
        )  # fmt: skip
        bias = op.constant(2) if op.has(2) else np.zeros(len(weights))
        return padded_as(op, made, image), {"weights": weights.transpose(0, 2, 3, 1), "bias": bias}

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
