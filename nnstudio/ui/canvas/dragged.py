"""A layer that is dragged from the palette, of this window or another."""

from PySide6.QtGui import QDropEvent

from nnstudio.layers.base import Layer, layers

LAYER_MIME = "application/x-nnstudio-layer"


def layer_in(event: QDropEvent) -> Layer | None:
    """The layer that is dragged here; None where it is something else."""
    kind = bytes(event.mimeData().data(LAYER_MIME).data()).decode("utf-8", "replace")
    found = layers().kinds().get(kind)
    return found() if found is not None else None
