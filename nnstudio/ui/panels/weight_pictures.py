"""Weights as pictures: what a filter looks for, or what a neuron weighs of the image before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnstudio.graph.graph import Graph
from nnstudio.layers.shapes import IMAGE, Array, Shape
from nnstudio.ui.panels.cells import Index, reading_of
from nnstudio.ui.panels.steady import Steady
from nnstudio.ui.plots.colours import limit_of
from nnstudio.ui.plots.image_grid import ImageGrid

FILTERS = 4  # Filters are numbered, and have rows, columns and channels.
WEIGHTS = "weights"
FAR = 4  # Times the usual size: of normally distributed weights, hardly any is larger.


@dataclass(frozen=True, eq=False)
class Pictures:
    """Images (units · channels, rows, columns) of weights; of one unit the channels follow one another."""

    images: NDArray[np.floating]
    channels: int
    flat: bool
    """Whether the weights of a unit are one row, as behind a Flatten."""

    @property
    def labels(self) -> Sequence[str]:
        """The number of the unit, and of the channel where there are several."""
        numbers = (divmod(number, self.channels) for number in range(len(self.images)))
        return [f"{unit}" if self.channels == 1 else f"{unit}·{channel}" for unit, channel in numbers]

    def index(self, number: int, row: int, column: int) -> Index:
        """Which weight a pixel stands for."""
        unit, channel = divmod(number, self.channels)
        if self.flat:
            return unit, (row * self.images.shape[2] + column) * self.channels + channel
        return unit, row, column, channel


def pictures_of(arrays: Mapping[str, Array], image: Shape | None) -> Pictures | None:
    """The pictures of a layer's parameters, where they are pictures; `image` is what a flat layer sees."""
    weights = arrays.get(WEIGHTS)
    if weights is None:
        return None
    flat = weights.ndim == 2
    if flat:
        if image is None or weights.shape[1] != np.prod(image):
            return None
        weights = weights.reshape(len(weights), *image)
    if weights.ndim != FILTERS:
        return None
    rows, columns, channels = weights.shape[1:]
    images = np.moveaxis(weights, -1, 1).reshape(-1, rows, columns)
    return Pictures(images, channels, flat)


def image_behind(graph: Graph, shapes: Mapping[str, Shape], id: str) -> Shape | None:
    """The shape of the image whose pixels a flat layer weighs; None if it sees none, or sees it through other neurons.

    """
    wires = graph.into(id)
    while len(wires) == 1:
        node = graph.node(wires[0].source)
        shape = shapes.get(node.id)
        if shape is not None and len(shape) == IMAGE:
            return shape
        wires = graph.into(node.id)
        inputs = [shapes[wire.source] for wire in wires if wire.source in shapes]
        if len(inputs) == 1 and "affine" in node.layer.blocks(*inputs):
            return None
    return None


def standing_out(images: NDArray[np.floating]) -> float:
    """From which size on a weight has the strongest colour: a few that are larger by far must not make all others pale.

    """
    usual = float(np.sqrt(np.square(images, dtype=np.float32).mean()))
    greatest = limit_of(images)
    return min(greatest, FAR * usual) if 0 < usual < np.inf else greatest


class WeightPictures(ImageGrid):
    """A grid of them."""

    picked = Signal(str, object)
    """The name of a parameter, and the index of a number in it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._pictures: Pictures | None = None
        self._steady = Steady()
        self.clicked.connect(self._pick)

    def show_pictures(self, pictures: Pictures) -> None:
        """Show weights; the arrays are kept."""
        before = self._pictures
        if before is None or before.images.shape != pictures.images.shape:
            self._steady = Steady()
        self._pictures = pictures
        same = len(self.labels) == len(pictures.images) and before and before.channels == pictures.channels
        limit = self._steady.limit(standing_out(pictures.images))
        self.show_images(pictures.images, limit, None if same else pictures.labels)

    def mark(self, picked: tuple[str, Index] | None) -> None:
        """Mark the picture that a weight belongs to."""
        shown = self._pictures
        if shown is None or picked is None or picked[0] != WEIGHTS:
            self.select(None)
            return
        index = picked[1]
        channel = index[-1] % shown.channels if len(index) > 1 else 0
        number = index[0] * shown.channels + channel
        self.select(number if number < len(shown.images) else None)

    def words(self, index: int, row: int, column: int) -> str:
        if self._pictures is None:
            return super().words(index, row, column)
        return reading_of(WEIGHTS, self._pictures.index(index, row, column), self.values[index, row, column])

    def _pick(self, number: int, row: int, column: int) -> None:
        if self._pictures is not None:
            self.picked.emit(WEIGHTS, self._pictures.index(number, row, column))
