"""AvgPool: the mean of each window."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.fields import padding, sizes
from nnstudio.core.written import Written, call, layer
from nnstudio.layers.borders import keras_border
from nnstudio.layers.example import PICTURE, Example
from nnstudio.layers.onnx_reading import OnnxOp, Read, Unreadable
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.pooling import Pooling
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site
from nnstudio.layers.windows import has_border, inner, onnx_windows, padded_as, padded_shape, places, window_lines


@dataclass(frozen=True)
class AvgPool(Pooling):
    """Keeps the mean of each window, channel by channel; the border does not count."""

    formula = "y = mean of each window"
    onnx, torch, keras = "AveragePool", "AvgPool2d", "AveragePooling2D"
    reads_onnx = ("AveragePool",)
    example = Example(([PICTURE],), by_hand="the first window gives (1 + 2 + 0 + 3) / 4 = 1.5")

    size: tuple[int, ...] = sizes((2, 2), 1, 1024, "Height and width of the window", count=2)
    stride: tuple[int, ...] = sizes((0, 0), 0, 1024, "How far the window moves; 0 means its own size", count=2)
    padding: str | int = padding("valid", 1024, "valid: no border; same: the last window fits in; a number of pixels")

    def numpy(self, *inputs: Shape) -> str:
        """A border of NaN is left out of the mean."""
        windows = self.windows(inputs[0])
        mean = "np.nanmean(windows, axis=(-2, -1))" if has_border(windows) else "windows.mean(axis=(-2, -1))"
        return "\n".join((*window_lines(windows, "np.nan"), f"y = {mean}"))

    def in_torch(self, *inputs: Shape) -> Written:
        """Where the border is laid by hand, it is taken out of the mean again by the mean of ones."""
        border, arguments = self.torch_arguments(inputs[0])
        if not border:
            counted = ", count_include_pad=False" if "padding" in arguments else ""
            return call(f"F.avg_pool2d({{x}}, {arguments}{counted})")
        return Written((
            f"inside = F.pad(torch.ones_like({{x}}), {border})  # The border does not count.",
            f"{{y}} = F.avg_pool2d(F.pad({{x}}, {border}), {arguments}) / F.avg_pool2d(inside, {arguments})",
        ))  # fmt: skip

    def in_keras(self, *inputs: Shape) -> Written:
        """A border is taken out of the mean again by the mean of ones."""
        border, arguments = keras_border(self.windows(inputs[0])), self.keras_arguments()
        if not border:
            return layer(f"layers.AveragePooling2D({arguments})")
        return Written((
            f"inside = ops.pad(ops.ones_like({{x}}), {border})  # The border does not count.",
            f"{{y}} = ops.average_pool(ops.pad({{x}}, {border}), {arguments}) / ops.average_pool(inside, {arguments})",
        ))  # fmt: skip

    def onnx_nodes(self, at: OnnxSite) -> None:
        """The border does not count."""
        windows = onnx_windows(self.windows(at.inputs[0].shape))
        at.give(at.node("AveragePool", at.image, count_include_pad=0, **windows), True)

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """A pool over images; a border must not count."""
        image = op.image()
        if max(op.get("dilations", (1, 1))) > 1 or (op.get("count_include_pad", 0) and any(op.get("pads", ()))):
            raise Unreadable("its windows have gaps, or count the border")
        size = op.get("kernel_shape", ())
        return padded_as(op, cls(size=size, stride=op.get("strides", (1, 1))), image), {}

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
