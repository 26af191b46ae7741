"""Windows that slide over images: how many there are, how the border is padded, and views of them without a copy."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from nnstudio.core.wording import counted
from nnstudio.layers.base import Layer, Refusal, need_room
from nnstudio.layers.onnx_reading import OnnxOp, Unreadable
from nnstudio.layers.shapes import Array, Shape, shown


@dataclass(frozen=True)
class Sliding:
    """Windows along one axis: their size, stride and dilation, the padding on either side, and how many fit."""

    size: int
    stride: int
    dilation: int
    before: int
    after: int
    count: int

    def span(self, offset: int) -> slice:
        """Where the numbers at one offset of every window lie on the padded axis."""
        start = offset * self.dilation
        return slice(start, start + (self.count - 1) * self.stride + 1, self.stride)


Windows = tuple[Sliding, Sliding]


def windows_of(
    layer: Layer, image: Shape, size: Shape, stride: Shape, dilation: Shape, padding: str | int
) -> Windows:
    """The windows over height and width, or a refusal where not one fits."""
    rows, columns = (
        _along(length, each, step, spread, padding)
        for length, each, step, spread in zip(image, size, stride, dilation, strict=False)
    )
    if rows.count < 1 or columns.count < 1:
        raise Refusal(
            f"{layer.title} slides a window of {shown(size)} over an image of {shown(image)}, which does not fit. "
            "Make the window smaller, or set the padding to same."
        )
    height, width, channels = image
    bordered = rows.before + height + rows.after, columns.before + width + columns.after, channels
    need_room(layer, "an image with a border", bordered)
    return rows, columns


def _along(length: int, size: int, stride: int, dilation: int, padding: str | int) -> Sliding:
    reach = (size - 1) * dilation + 1
    if padding == "same":
        count = -(-length // stride)
        total = max((count - 1) * stride + reach - length, 0)
        return Sliding(size, stride, dilation, total // 2, total - total // 2, count)
    border = 0 if padding == "valid" else int(padding)
    return Sliding(size, stride, dilation, border, border, (length + 2 * border - reach) // stride + 1)


def padded_shape(windows: Windows, shape: Shape) -> Shape:
    """The engine's shape of an image batch with its border."""
    rows, columns = windows
    height, channels, width, batch = shape
    return height + rows.before + rows.after, channels, width + columns.before + columns.after, batch


def inner(windows: Windows, padded: Array, shape: Shape) -> Array:
    """The image within its border. A view."""
    rows, columns = windows
    return padded[rows.before : rows.before + shape[0], :, columns.before : columns.before + shape[2]]


def places(windows: Windows, padded: Array) -> list[Array]:
    """For each place in a window, row by row: the numbers that all windows have there. Views."""
    rows, columns = windows
    spans = product(range(rows.size), range(columns.size))
    return [padded[rows.span(row), :, columns.span(column)] for row, column in spans]


def border_words(padding: str | int) -> str:
    """A padding in words."""
    if isinstance(padding, int):
        return f"a border of {counted(padding, 'pixel')}"
    return "a border for the last windows" if padding == "same" else "no border"


def window_lines(windows: Windows, fill: str) -> list[str]:
    """NumPy lines that cut all windows out of a batch x, samples first: (samples, row, column, channel, *window)."""
    rows, columns = windows
    lines, image = [], "x"
    if has_border(windows):
        border = f"((0, 0), ({rows.before}, {rows.after}), ({columns.before}, {columns.after}), (0, 0))"
        lines.append(f"padded = np.pad(x, {border}, constant_values={fill})")
        image = "padded"
    reach = tuple((along.size - 1) * along.dilation + 1 for along in windows)
    lines.append(f"windows = np.lib.stride_tricks.sliding_window_view({image}, {reach}, axis=(1, 2))")
    if rows.stride > 1 or columns.stride > 1:
        lines.append(f"windows = windows[:, ::{rows.stride}, ::{columns.stride}]  # The stride.")
    if rows.dilation > 1 or columns.dilation > 1:
        lines.append(f"windows = windows[..., ::{rows.dilation}, ::{columns.dilation}]  # The dilation.")
    return lines


def has_border(windows: Windows) -> bool:
    """Whether there is any padding."""
    return any(along.before or along.after for along in windows)


def onnx_windows(windows: Windows) -> dict[str, tuple[int, ...]]:
    """The attributes with which ONNX describes windows; the border is counted out, since its own rules differ."""
    rows, columns = windows
    return {
        "kernel_shape": (rows.size, columns.size),
        "strides": (rows.stride, columns.stride),
        "dilations": (rows.dilation, columns.dilation),
        "pads": (rows.before, columns.before, rows.after, columns.after),
    }


def padded_as(op: OnnxOp, layer: Any, image: Shape) -> Any:
    """A layer that slides windows, with the padding under which they lie as an ONNX node says."""
    auto, pads = op.get("auto_pad", "NOTSET"), op.get("pads", (0, 0, 0, 0))
    if min(op.get("strides", (1, 1)), default=1) < 1:
        raise Unreadable("its windows do not move")
    for padding in ("same",) if auto.startswith("SAME") else ("valid", "same", *pads[:1]):
        made = replace(layer, padding=padding)
        try:
            rows, columns = made.windows(image)
        except Refusal:
            continue
        found = (rows.before, columns.before, rows.after, columns.after)
        wanted = {"VALID": (0, 0, 0, 0), "SAME_UPPER": found, "SAME_LOWER": found[2:] + found[:2]}.get(auto, pads)
        if op.get("ceil_mode", 0) and any(map(_left_over, (rows, columns), image)):
            # Windows that lie only partly on the image: so they do where there is a border behind it alone.
            continue
        behind = padding == "same" and op.get("ceil_mode", 0) and not any((*pads, rows.before, columns.before))
        if found == wanted or behind:
            return made
    raise Unreadable("its border is one that no layer here has")


def _left_over(along: Sliding, size: int) -> bool:
    reach = (along.size - 1) * along.dilation + 1
    return (size + along.before + along.after - reach) % along.stride > 0
