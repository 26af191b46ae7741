"""The selection: which layers and wires are chosen, the same for canvas, table and inspector."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from nnstudio.graph.diff import Difference
from nnstudio.graph.graph import Wire
from nnstudio.ui.document import Document


class Selection(QObject):
    """Chosen layers and wires of one document. What leaves the document leaves the selection."""

    selection_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._nodes: frozenset[str] = frozenset()
        self._wires: frozenset[Wire] = frozenset()
        document.graph_changed.connect(self._drop_what_went)

    @property
    def nodes(self) -> frozenset[str]:
        """The ids of the chosen layers."""
        return self._nodes

    @property
    def wires(self) -> frozenset[Wire]:
        """The chosen wires."""
        return self._wires

    @property
    def only_node(self) -> str | None:
        """The chosen layer, if it is just one."""
        return next(iter(self._nodes)) if len(self._nodes) == 1 else None

    def choose(self, nodes: Iterable[str] = (), wires: Iterable[Wire] = ()) -> None:
        """Choose these and nothing else."""
        graph = self._document.graph
        self._set(frozenset(id for id in nodes if id in graph), frozenset(wires) & frozenset(graph.wires))

    def add(self, nodes: Iterable[str] = (), wires: Iterable[Wire] = ()) -> None:
        """Choose these too."""
        self.choose(self._nodes | frozenset(nodes), self._wires | frozenset(wires))

    def toggle(self, node: str) -> None:
        """Choose a layer that is not, or the other way round."""
        self.choose(self._nodes ^ {node}, self._wires)

    def choose_all(self) -> None:
        """Choose every layer and wire."""
        self.choose(self._document.graph.by_id, self._document.graph.wires)

    def clear(self) -> None:
        """Choose nothing."""
        self.choose()

    def _set(self, nodes: frozenset[str], wires: frozenset[Wire]) -> None:
        if (nodes, wires) != (self._nodes, self._wires):
            self._nodes, self._wires = nodes, wires
            self.selection_changed.emit()

    def _drop_what_went(self, change: Difference) -> None:
        if change.removed or change.wires_removed:
            self.choose(self._nodes, self._wires)
