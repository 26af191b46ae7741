"""The selection: which layers, wires and notes are chosen, the same for canvas, table and inspector."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from nnstudio.graph.diff import Difference
from nnstudio.graph.graph import Wire
from nnstudio.ui.document import Document


@dataclass(frozen=True)
class Chosen:
    """What is chosen at one time."""

    nodes: frozenset[str] = frozenset()
    wires: frozenset[Wire] = frozenset()
    notes: frozenset[str] = frozenset()


class Selection(QObject):
    """What is chosen of one document. What leaves the document leaves the selection."""

    selection_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._chosen = Chosen()
        document.graph_changed.connect(self._drop_what_went)

    @property
    def nodes(self) -> frozenset[str]:
        """The ids of the chosen layers."""
        return self._chosen.nodes

    @property
    def wires(self) -> frozenset[Wire]:
        """The chosen wires."""
        return self._chosen.wires

    @property
    def notes(self) -> frozenset[str]:
        """The ids of the chosen notes."""
        return self._chosen.notes

    @property
    def only_node(self) -> str | None:
        """The chosen layer, if it is just one."""
        return next(iter(self.nodes)) if len(self.nodes) == 1 else None

    @property
    def only_group(self) -> str | None:
        """The name of the group that is chosen, if it is just one and all of it."""
        return next((group.name for group in self._document.graph.groups if group.members == self.nodes), None)

    def choose(self, nodes: Iterable[str] = (), wires: Iterable[Wire] = (), notes: Iterable[str] = ()) -> None:
        """Choose these and nothing else."""
        graph = self._document.graph
        chosen = Chosen(
            frozenset(nodes) & graph.by_id.keys(),
            frozenset(wires) & frozenset(graph.wires),
            frozenset(notes) & {note.id for note in graph.notes},
        )
        if chosen != self._chosen:
            self._chosen = chosen
            self.selection_changed.emit()

    def add(self, nodes: Iterable[str] = (), wires: Iterable[Wire] = ()) -> None:
        """Choose these too."""
        self.choose(self.nodes | frozenset(nodes), self.wires | frozenset(wires), self.notes)

    def toggle(self, ids: Iterable[str]) -> None:
        """Choose layers and notes in addition; where all of them are chosen already, let go of them."""
        changed = frozenset(ids)
        if changed <= self.nodes | self.notes:
            self.choose(self.nodes - changed, self.wires, self.notes - changed)
        else:
            self.choose(self.nodes | changed, self.wires, self.notes | changed)

    def choose_all(self) -> None:
        """Choose everything."""
        graph = self._document.graph
        self.choose(graph.by_id, graph.wires, (note.id for note in graph.notes))

    def clear(self) -> None:
        """Choose nothing."""
        self.choose()

    def _drop_what_went(self, change: Difference) -> None:
        if change.removed or change.wires_removed or change.notes_removed:
            self.choose(self.nodes, self.wires, self.notes)
