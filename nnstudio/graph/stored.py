"""The graph as JSON: typed, bounded, and checked before it becomes a graph."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from nnstudio.core.errors import EditError, FieldError, StudioError
from nnstudio.graph.edits import LONGEST_NOTE
from nnstudio.graph.graph import Graph, Group, Node, Note, Wire
from nnstudio.layers.base import layers

Id = Annotated[str, Meta(min_length=1, max_length=80)]
Coordinate = Annotated[float, Meta(ge=-1e9, le=1e9)]


class StoredNode(msgspec.Struct, forbid_unknown_fields=True):
    """One layer of a project file."""

    id: Id
    layer: dict[str, Any]
    name: Annotated[str, Meta(max_length=80)] = ""
    position: tuple[Coordinate, Coordinate] = (0.0, 0.0)


class StoredWire(msgspec.Struct, forbid_unknown_fields=True):
    """One wire of a project file."""

    source: Id
    target: Id
    port: Annotated[int, Meta(ge=0, le=10_000)] = 0


class StoredGroup(msgspec.Struct, forbid_unknown_fields=True):
    """One group of a project file."""

    name: Annotated[str, Meta(max_length=80)]
    members: Annotated[list[Id], Meta(max_length=10_000)]
    collapsed: bool = False


class StoredNote(msgspec.Struct, forbid_unknown_fields=True):
    """One note of a project file."""

    id: Id
    text: Annotated[str, Meta(max_length=LONGEST_NOTE)]
    position: tuple[Coordinate, Coordinate] = (0.0, 0.0)


class StoredGraph(msgspec.Struct, forbid_unknown_fields=True):
    """The graph of a project file."""

    nodes: Annotated[list[StoredNode], Meta(max_length=10_000)] = []
    wires: Annotated[list[StoredWire], Meta(max_length=100_000)] = []
    groups: Annotated[list[StoredGroup], Meta(max_length=10_000)] = []
    notes: Annotated[list[StoredNote], Meta(max_length=10_000)] = []


def graph_to_stored(graph: Graph) -> StoredGraph:
    """A graph as a project file keeps it."""
    return StoredGraph(
        nodes=[StoredNode(node.id, node.layer.to_json(), node.name, node.position) for node in graph.nodes],
        wires=[StoredWire(wire.source, wire.target, wire.port) for wire in graph.wires],
        groups=[StoredGroup(group.name, sorted(group.members), group.collapsed) for group in graph.groups],
        notes=[StoredNote(note.id, note.text, note.position) for note in graph.notes],
    )


def graph_from_stored(stored: StoredGraph) -> Graph:
    """The inverse; what no editor can make is refused, what a user can mend is kept."""
    graph = Graph(
        nodes=tuple(_node(number, node) for number, node in enumerate(stored.nodes)),
        wires=tuple(Wire(wire.source, wire.target, wire.port) for wire in stored.wires),
        groups=tuple(Group(group.name, frozenset(group.members), group.collapsed) for group in stored.groups),
        notes=tuple(Note(note.id, note.text, note.position) for note in stored.notes),
    )
    _check(graph)
    return graph


def _node(number: int, stored: StoredNode) -> Node:
    try:
        layer = layers().from_json(stored.layer)
    except (StudioError, FieldError) as error:
        raise EditError(f"{error} (layer '{stored.id}', $.graph.nodes[{number}].layer)") from None
    return Node(stored.id, layer, stored.name, stored.position)


def _check(graph: Graph) -> None:
    if len(graph.by_id) < len(graph.nodes):
        raise EditError("two layers have the same id ($.graph.nodes)")
    if len({note.id for note in graph.notes} - graph.by_id.keys()) < len(graph.notes):
        raise EditError("two notes, or a note and a layer, have the same id ($.graph.notes)")
    for number, wire in enumerate(graph.wires):
        if wire.source not in graph or wire.target not in graph:
            raise EditError(f"a wire leads to a layer that is not there ($.graph.wires[{number}])")
    for node in graph.nodes:
        if [wire.port for wire in graph.into(node.id)] != list(range(len(graph.into(node.id)))):
            raise EditError(f"the ports of layer '{node.id}' are not numbered one after another ($.graph.wires)")
    for number, group in enumerate(graph.groups):
        if not group.members <= graph.by_id.keys():
            raise EditError(f"a group names a layer that is not there ($.graph.groups[{number}])")
