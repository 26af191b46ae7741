"""The weights of a layer: as a matrix, as pictures, how they are spread, and one of them by itself."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.layers.shapes import Array
from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.histograms import Histogram, Histograms
from nnstudio.live.probes.weight_history import WeightHistory
from nnstudio.live.probes.weights import Weights
from nnstudio.ui.beginnings import Beginnings
from nnstudio.ui.document import Document
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.panels.cells import Index
from nnstudio.ui.panels.layer_choice import LayerChoice, layers_with_weights
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.one_weight import OneWeight
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.panels.weight_pictures import WeightPictures, image_behind, pictures_of
from nnstudio.ui.panels.weight_sheet import WeightSheet
from nnstudio.ui.panels.weight_spread import WeightSpread
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

MATRIX, PICTURES, HISTOGRAM = range(3)
FULL_NAME = "{}/{}"


class WeightsPanel(LivePanel):
    """Follows the selection; with nothing selected it shows the first layer that has weights."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None, *,
        beginnings: Beginnings,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Weights")
        self._beginnings = beginnings
        self._node: str | None = None
        self._arrays: Mapping[str, Array] = {}
        self._picked: tuple[str, Index] | None = None
        self.layer = LayerChoice(selection, self)
        self.views = Segments((self.tr("Matrix"), self.tr("Pictures"), self.tr("Histogram")), self.tr("View"), self)
        self.parameter = Combo(self)
        self.parameter.setAccessibleName(self.tr("Parameter"))
        self.sheet = WeightSheet(self.tr("Matrix of weights"), self)
        self.pictures = WeightPictures(self.tr("Pictures of weights"), self)
        no_image = self.tr("These weights do not look at an image. See them as a matrix.")
        self.no_pictures = Stage(self.pictures, no_image, self)
        self.spread = WeightSpread(self.tr("Histogram of weights"), self)
        self.one = OneWeight(self)
        self._arrange()
        self._connect()

    def probes(self) -> Mapping[str, Probe]:
        """The numbers that the view in front needs, and the weight that was picked."""
        if self._node is None:
            return {}
        wanted: dict[str, Probe] = {}
        if self.views.current == HISTOGRAM and self.parameter.currentText():
            name = self._full(self.parameter.currentText())
            wanted = {f"now/{name}": Histogram(name), f"then/{name}": Histograms(name)}
        # Also behind the histogram: they say which parameters there are.
        wanted[f"weights/{self._node}"] = Weights(self._node)
        if self._picked is not None:
            name, index = self._full(self._picked[0]), self._picked[1]
            wanted[f"one/{name}/{index}"] = WeightHistory(name, index)
        return wanted

    def show_seen(self, key: str, seen: Seen) -> None:
        """Put numbers where they belong."""
        kind, value = key.partition("/")[0], seen.value
        if kind == "weights":
            self._show_arrays(value)
        elif value is not None:
            show: Any = {"now": self.spread.show_spread, "then": self.spread.show_spreads, "one": self.one.show_history}
            show[kind](value)

    def refresh(self) -> None:
        """Show the layer that is selected, or say why there is nothing to see."""
        nodes = layers_with_weights(self.document.graph, self.document.findings.shapes)
        ids = [node.id for node in nodes]
        chosen = [node.id for node in self.document.graph.order if node.id in self.selection.nodes]
        shown = next((id for id in chosen if id in ids), None if chosen else next(iter(ids), None))
        if shown != self._node:
            self._turn_to(shown)
        self.layer.show_layers(nodes, shown)
        self.one.let_edit(self._reason())
        sentence = self._sentence(bool(ids), chosen[:1])
        if sentence:
            self.stage.show_nothing(sentence)

    def grow(self) -> None:
        """Another step may be shown than the last one, which cannot be changed."""
        self.one.let_edit(self._reason())

    def table(self) -> Table:
        """The numbers of the view in front."""
        return self._front().table()

    def pictured(self) -> list[QWidget]:
        """The view in front, and the weight that was picked."""
        if self.stage.currentWidget() is self.stage.nothing:
            return [self.stage]
        return [self._front(), *([] if self.one.isHidden() else [self.one])]

    def pick(self, name: str, index: Index) -> None:
        """Show one weight by itself."""
        self._picked = name, index
        self.one.begin(name, index)
        self.one.show()
        self._mark()
        self.want()

    def drop(self) -> None:
        """Show no weight by itself any more."""
        self._picked = None
        self.one.hide()
        self._mark()
        self.want()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._picked is not None:
            self.drop()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > self.height()
        self.split.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def _show_arrays(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        if not arrays or self._node not in self.document.graph:
            return
        self._show_parameters(list(arrays))
        if self.views.current == MATRIX:
            self.sheet.show_arrays(arrays)
        elif self.views.current == PICTURES:
            self._show_pictures(arrays)
        self.stage.show_content()

    def _show_pictures(self, arrays: Mapping[str, Array]) -> None:
        assert self._node is not None
        graph, shapes = self.document.graph, self.document.findings.shapes.known
        found = pictures_of(arrays, image_behind(graph, shapes, self._node))
        if found is None:
            self.no_pictures.show_nothing()
        else:
            self.pictures.show_pictures(found)
            self.no_pictures.show_content()
        self._mark()

    def _show_parameters(self, names: list[str]) -> None:
        if names != [self.parameter.itemText(place) for place in range(self.parameter.count())]:
            self.parameter.clear()
            self.parameter.addItems(names)
            self._show_parameter()

    def _show_parameter(self, *_: object) -> None:
        self.spread.say(self.parameter.currentText())
        self.want()

    def _turn_to(self, node: str | None) -> None:
        self._node, self._arrays = node, {}
        self.parameter.clear()
        self.drop()
        if node is not None:
            kind = self.document.graph.node(node).layer.kind
            names = {"dense": ("unit", "input"), "conv2d": ("filter", "weight")}
            self.sheet.say(*names.get(kind, ("channel", "")))

    def _turn_view(self, view: int) -> None:
        self.stack.setCurrentIndex(view)
        self.parameter.setVisible(view == HISTOGRAM)
        if self._arrays:
            self._show_arrays(self._arrays)
        self.want()

    def _mark(self) -> None:
        self.sheet.mark(self._picked)
        self.pictures.mark(self._picked)

    def _full(self, name: str) -> str:
        return FULL_NAME.format(self._node, name)

    def _front(self) -> WeightSheet | WeightPictures | WeightSpread:
        return (self.sheet, self.pictures, self.spread)[self.views.current]

    def _reason(self) -> str:
        """Why a weight cannot be changed now; nothing, if it can."""
        if self.run.going:
            return self.tr("Pause the training to change this weight.")
        if self.run.known.rewound:
            return self.tr("An earlier step is shown. Go back to now to change this weight.")
        return "" if self.run.state is State.STANDING else self.tr("The network is not ready yet.")

    def _sentence(self, any_weights: bool, chosen: list[str]) -> str:
        """What there is to say instead of weights."""
        if not any_weights:
            return self.tr("No layer of this model has weights yet. Add a Dense layer.")
        if self._node is None:
            label = self.document.graph.node(chosen[0]).label
            return self.tr("{} has no weights. Choose a layer that learns.").format(label)
        if self.run.state in (State.WAITING, State.FAILED):
            return self.run.sentence or self.tr("Press Train, and see the weights change.")
        return "" if self._arrays else self.tr("Preparing…")

    def _set(self, number: float) -> None:
        if self._picked is not None and not self._reason():
            # What was learned last comes first, so that the edit begins with it, and undo ends there.
            self.run.settle(partial(self._set_settled, self._full(self._picked[0]), self._picked, number))

    def _set_settled(self, name: str, picked: tuple[str, Index], number: float) -> None:
        known = (self.document.project.weights or {}).get(name)
        array = np.array(self._arrays.get(picked[0]) if known is None else known)
        if len(picked[1]) == array.ndim and all(
            each < size for each, size in zip(picked[1], array.shape, strict=True)
        ):
            array[picked[1]] = number
            self._beginnings.set_weights(self.tr("Set weight"), {name: array})

    def _arrange(self) -> None:
        self.stack = QStackedWidget(self)
        for view in (self.sheet, self.no_pictures, self.spread):
            self.stack.addWidget(view)
        self.split = QSplitter(self)
        self.split.addWidget(self.stack)
        self.split.addWidget(self.one)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.one.hide()
        self.stage = Stage(self.split, self.tr("Press Train, and see the weights change."), self)
        self.header = Header(self, self)
        self.header.add(self.layer)
        self.header.add(self.views)
        self.header.add(self.parameter)
        self.parameter.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stage, 1)

    def _connect(self) -> None:
        self.views.chosen.connect(self._turn_view)
        self.parameter.activated.connect(self._show_parameter)
        self.sheet.picked.connect(self.pick)
        self.pictures.picked.connect(self.pick)
        self.one.closed.connect(self.drop)
        self.one.entered.connect(self._set)
