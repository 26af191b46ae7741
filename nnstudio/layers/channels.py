"""Channels in PyTorch: an image has them before its height and width, where ours come last."""

from nnstudio.layers.shapes import IMAGE, Shape


def channels_last(shape: Shape, always: bool = False) -> str:
    """{x} in our order of numbers; with one channel, or one pixel, that is the order it has, unless it is `always`."""
    if len(shape) != IMAGE or (1 in (shape[2], shape[0] * shape[1]) and not always):
        return "{x}"
    return "{x}.permute(0, 2, 3, 1)"


def channels_first(expression: str, shape: Shape) -> str:
    """An image in our order, as PyTorch wants it; anything else as it is."""
    return f"{expression}.permute(0, 3, 1, 2)" if len(shape) == IMAGE else expression


def shaped(expression: str, shape: Shape) -> str:
    """Numbers in our order as a batch of that shape, for PyTorch."""
    if len(shape) == IMAGE and shape[2] == 1:
        return f"{expression}.reshape(-1, 1, {shape[0]}, {shape[1]})"
    return channels_first(f"{expression}.reshape(-1, {', '.join(map(str, shape))})", shape)
