"""Commands: what menus, keys and panels do to the document and its selection."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from nnstudio.core.errors import StudioError
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph, Wire
from nnstudio.graph.legality import fits_into_wire
from nnstudio.graph.stored import StoredGraph, graph_from_stored, graph_to_stored
from nnstudio.layers.base import Layer
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection

Edit = Callable[[], Graph]
ROW = 120.0  # From one layer to the next below it.
MOST_PASTED = 1 << 22  # Characters; a text longer than this is no part of a model.


class Commands(QObject):
    """Each method is one key or one entry of a menu; what cannot be done is told and changes nothing."""

    told = Signal(str)

    def __init__(self, document: Document, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection

    def delete(self, reconnect: bool = True) -> None:
        """Remove the chosen layers and wires; the neighbours of a layer in a chain are wired to each other."""
        graph, nodes, wires = self._document.graph, self._selection.nodes, self._selection.wires
        if not nodes and not wires and not self._selection.notes:
            return
        for note in self._selection.notes:
            graph = edits.remove_note(graph, note)
        for wire in _later_ports_first(wires):
            if wire.source not in nodes and wire.target not in nodes:
                graph = edits.disconnect(graph, wire)
        graph = edits.remove(graph, *_in_order(self._document.graph, nodes), reconnect=reconnect)
        self._document.edit(self.tr("Delete"), graph)

    def append(self, layer: Layer, position: tuple[float, float] | None = None) -> str | None:
        """Add a layer behind the chosen one, or the last; it is chosen then."""
        graph = self._document.graph
        after = self._selection.only_node or (graph.nodes[-1].id if graph.nodes else None)
        id = edits.fresh_id(graph, layer)
        try:
            graph = _behind(graph, after, layer, id)
        except StudioError:
            # It takes nothing from there; it can still stand on its own.
            graph = edits.add(graph, layer, id, position=_beside(graph, after))
        if position is not None:
            graph = edits.move(graph, {id: position})
        self._document.edit(self.tr("Add {}").format(layer.title), graph)
        self._selection.choose([id])
        return id

    def copy(self) -> None:
        """Put the chosen layers and notes on the clipboard, as text that any program can take."""
        if fragment := self._fragment():
            # Not as an object of Python's, which the clipboard would outlive.
            QGuiApplication.clipboard().setText(text_of(fragment))

    def cut(self) -> None:
        """Copy, then delete."""
        self.copy()
        self.delete()

    def paste(self) -> None:
        """Add what is on the clipboard, if it is a part of a model; it is chosen then."""
        fragment = fragment_of(QGuiApplication.clipboard().text())
        if fragment is None:
            self.told.emit(self.tr("The clipboard holds no layers. Copy some first."))
            return
        self._add_fragment(self.tr("Paste"), fragment)

    def duplicate(self) -> None:
        """The chosen layers, the wires among them, and chosen notes once more."""
        if fragment := self._fragment():
            self._add_fragment(self.tr("Duplicate"), fragment)

    def connect_chosen(self) -> None:
        """Wire two chosen layers, the left one to the right one."""
        graph = self._document.graph
        chosen = sorted(self._selection.nodes, key=lambda id: graph.node(id).position)
        if len(chosen) != 2:
            self.told.emit(self.tr("Choose two layers to connect them."))
            return
        try:
            self._document.edit(self.tr("Connect"), edits.connect(graph, chosen[0], chosen[1]))
        except StudioError as error:
            self.told.emit(str(error))

    def nudge(self, x: float, y: float) -> None:
        """Move the chosen layers a little."""
        graph, chosen = self._document.graph, self._selection.nodes | self._selection.notes
        if chosen:
            before = {id: graph.node(id).position for id in self._selection.nodes}
            before |= {id: graph.note(id).position for id in self._selection.notes}
            places = {id: (left + x, top + y) for id, (left, top) in before.items()}
            self._document.edit(self.tr("Move"), edits.move(graph, places), merge=f"nudge {sorted(chosen)}")

    def walk(self, step: int) -> None:
        """Choose the next layer along a wire, or the one before."""
        graph, here = self._document.graph, self._selection.only_node
        if here is None:
            if graph.nodes:
                self._selection.choose([(graph.order or graph.nodes)[0 if step > 0 else -1].id])
            return
        wires = graph.out_of(here) if step > 0 else graph.into(here)
        if wires:
            self._selection.choose([wires[0].target if step > 0 else wires[0].source])

    def walk_across(self, step: int) -> None:
        """Choose the neighbour above or below."""
        graph, here = self._document.graph, self._selection.only_node
        if here is None:
            self.walk(1)
            return
        x, y = graph.node(here).position
        beyond = [node for node in graph.nodes if (node.position[1] - y) * step > 0]
        nearest = min(beyond, key=lambda n: abs(n.position[1] - y) + 2 * abs(n.position[0] - x), default=None)
        if nearest is not None:
            self._selection.choose([nearest.id])

    def group(self) -> str:
        """Gather the chosen layers in a group; gives back its name."""
        name = edits.fresh_group_name(self._document.graph, self.tr("Group"))
        self._try(self.tr("Group"), lambda: edits.group(self._document.graph, self._selection.nodes, name))
        return name

    def ungroup(self) -> None:
        """Dissolve the groups that chosen layers are in."""
        graph = self._document.graph
        for group in graph.groups:
            if group.members & self._selection.nodes:
                graph = edits.ungroup(graph, group.name)
        self._document.edit(self.tr("Ungroup"), graph)

    def toggle_groups(self) -> None:
        """Collapse the groups that chosen layers are in, or open them."""
        graph = self._document.graph
        for group in graph.groups:
            if group.members & self._selection.nodes:
                graph = edits.collapse(graph, group.name, not group.collapsed)
        self._document.edit(self.tr("Collapse or open"), graph)

    def add_note(self, text: str, position: tuple[float, float]) -> None:
        """Put a text on the canvas."""
        graph = edits.add_note(self._document.graph, text, position)
        self._document.edit(self.tr("Add a note"), graph)
        self._selection.choose(notes=[graph.notes[-1].id])

    def write_note(self, id: str, text: str) -> None:
        """Another text for a note; an empty one takes it away."""
        self._try(self.tr("Write a note"), lambda: edits.set_note(self._document.graph, id, text))

    def move(self, name: str, places: dict[str, tuple[float, float]]) -> None:
        """Put layers at these places, as aligning and arranging do."""
        if places:
            self._document.edit(name, edits.move(self._document.graph, places))

    def _fragment(self) -> Graph | None:
        """What is chosen as a graph of its own; None where no layer and no note is."""
        chosen = self._selection
        if not chosen.nodes and not chosen.notes:
            return None
        return edits.copy(self._document.graph, chosen.nodes, sorted(chosen.notes))

    def _add_fragment(self, name: str, fragment: Graph) -> None:
        before = self._document.graph
        self._try(name, lambda: edits.paste(before, fragment))
        after = self._document.graph
        notes = {note.id for note in after.notes} - {note.id for note in before.notes}
        self._selection.choose(after.by_id.keys() - before.by_id.keys(), notes=notes)

    def _try(self, name: str, edit: Edit) -> None:
        try:
            graph = edit()
        except StudioError as error:
            self.told.emit(str(error))
        else:
            self._document.edit(name, graph)


def text_of(fragment: Graph) -> str:
    """A part of a model as text."""
    return msgspec.json.format(msgspec.json.encode(graph_to_stored(fragment)), indent=1).decode()


def fragment_of(text: str) -> Graph | None:
    """The part of a model that a text holds, or None for any other text."""
    if len(text) > MOST_PASTED:
        return None
    try:
        fragment = graph_from_stored(msgspec.json.decode(text.encode(), type=StoredGraph))
    except (msgspec.DecodeError, StudioError, RecursionError, UnicodeError):
        return None
    return fragment if fragment.nodes or fragment.notes else None


def _later_ports_first(wires: frozenset[Wire]) -> list[Wire]:
    # Taking a wire away moves the later ports of its layer up.
    return sorted(wires, key=lambda wire: (wire.target, -wire.port))


def _in_order(graph: Graph, ids: frozenset[str]) -> list[str]:
    return [node.id for node in graph.nodes if node.id in ids]


def _behind(graph: Graph, after: str | None, layer: Layer, id: str) -> Graph:
    """A layer wired behind another: in the middle of a chain between it and the next, which make room."""
    if after is None:
        return edits.add(graph, layer, id)
    x, y = graph.node(after).position
    wires = graph.out_of(after)
    if len(wires) != 1 or not fits_into_wire(layer):
        return edits.move(edits.append(graph, layer, after, id), {id: _free(graph, x + edits.SPACING, y)})
    places = {each: graph.node(each).position for each in graph.after(after)}
    gap = min(left for left, _ in places.values()) - x
    by = max(0.0, 2 * edits.SPACING - gap)
    moved = {each: (left + by, top) for each, (left, top) in places.items()}
    return edits.move(edits.insert(graph, wires[0], layer, id), {**moved, id: (x + edits.SPACING, y)})


def _free(graph: Graph, x: float, y: float) -> tuple[float, float]:
    """The first place from here downwards where no card stands."""
    taken = [node.position for node in graph.nodes]
    while any(abs(x - left) < edits.SPACING - 40 and abs(y - top) < ROW - 20 for left, top in taken):
        y += ROW
    return x, y


def _beside(graph: Graph, id: str | None) -> tuple[float, float]:
    if id is None:
        return 0.0, 0.0
    x, y = graph.node(id).position
    return _free(graph, x, y + ROW)
