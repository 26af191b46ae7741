"""Borders around images in the words of PyTorch and Keras."""

from nnstudio.core.written import pair
from nnstudio.layers.windows import Windows, has_border


def torch_border(windows: Windows) -> tuple[str, str]:
    """What F.pad lays around, and what the layer itself does; one of them is empty.

    PyTorch's layers lay as much on either side; where more is wanted behind than before, it is done by hand.
    """
    rows, columns = windows
    if not has_border(windows):
        return "", ""
    if rows.before == rows.after and columns.before == columns.after:
        return "", f", padding={pair((rows.before, columns.before))}"
    return f"({columns.before}, {columns.after}, {rows.before}, {rows.after})", ""


def keras_border(windows: Windows) -> str:
    """What keras.ops.pad lays around a batch of images; empty where there is none."""
    rows, columns = windows
    if not has_border(windows):
        return ""
    return f"((0, 0), ({rows.before}, {rows.after}), ({columns.before}, {columns.after}), (0, 0))"
