"""The choice of a layer that has weights, in step with what is selected on the canvas."""

from PySide6.QtWidgets import QWidget

from nnstudio.graph.graph import Graph, Node
from nnstudio.graph.inference import Shapes, takes_count
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.selection import Selection


def layers_with_weights(graph: Graph, shapes: Shapes) -> list[Node]:
    """In the order of computation; of layers whose inputs are not known yet, nothing is known."""
    found = []
    for node in graph.order:
        inputs = [shapes.known[wire.source] for wire in graph.into(node.id) if wire.source in shapes.known]
        if node.id in shapes.known and takes_count(node, len(inputs)) and node.layer.blocks(*inputs):
            found.append(node)
    return found


class LayerChoice(Combo):
    """Choosing here selects on the canvas."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._ids: list[str] = []
        self.setAccessibleName(self.tr("Layer"))
        self.setToolTip(self.tr("The layer whose weights are shown; the one that is selected on the canvas"))
        self.activated.connect(self._choose)

    def show_layers(self, nodes: list[Node], current: str | None) -> None:
        """Offer layers, of which one is shown; or none of them."""
        entries = [(node.id, node.label) for node in nodes]
        if entries != [(id, self.itemText(place)) for place, id in enumerate(self._ids)]:
            self.clear()
            self.addItems([label for _, label in entries])
            self._ids = [id for id, _ in entries]
        self.setCurrentIndex(self._ids.index(current) if current in self._ids else -1)
        self.setEnabled(bool(entries))

    def _choose(self, place: int) -> None:
        self._selection.choose([self._ids[place]])
