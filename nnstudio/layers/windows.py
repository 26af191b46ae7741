"""Windows that slide over images: how many there are, how the border is padded, and views of them without a copy."""

from dataclasses import dataclass
from itertools import product

from nnstudio.layers.base import Layer, Refusal, need_room
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


def has_border(windows: Windows) -> bool:
    """Whether there is any padding."""
    return any(along.before or along.after for along in windows)
