"""Edits: pure functions from graph to graph. An edit that would make no sense raises and changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from nnstudio.core.errors import EditError
from nnstudio.graph.graph import Graph, Group, Node, Note, Wire
from nnstudio.graph.legality import free_port, objection
from nnstudio.layers.base import Layer

LONGEST_NAME = 80
LONGEST_NOTE = 4000
SPACING = 240.0  # From one layer to the next, left edge to left edge.


def fresh_id(graph: Graph, layer: Layer, taken: Iterable[str] = ()) -> str:
    """An id that no node has yet: dense, dense_2, dense_3."""
    return _fresh(graph, layer.kind, taken)


def add(
    graph: Graph, layer: Layer, id: str | None = None, name: str = "", position: tuple[float, float] = (0.0, 0.0)
) -> Graph:
    """Add a layer, not wired yet."""
    id = id or fresh_id(graph, layer)
    if id in graph:
        raise EditError(f"There is a layer called '{id}' already. Choose another name.")
    return replace(graph, nodes=(*graph.nodes, Node(id, layer, _checked(name), position)))


def connect(graph: Graph, source: str, target: str, port: int | None = None) -> Graph:
    """Wire one layer's output to another's port; without a port, to the first free one."""
    graph.node(source)
    port = free_port(graph, target) if port is None else port
    against = objection(graph, source, target, port)
    # A shape that does not fit is a problem to show and mend, not a reason to forbid the wire.
    if against is not None and not against.mendable:
        raise EditError(against.sentence)
    return replace(graph, wires=(*graph.wires, Wire(source, target, port)))


def disconnect(graph: Graph, wire: Wire) -> Graph:
    """Take a wire away; the target's later ports move up."""
    if wire not in graph.wires:
        raise EditError("This wire is not there any more.")
    kept = (each for each in graph.wires if each != wire)
    return replace(graph, wires=tuple(_moved_up(each, wire) for each in kept))


def insert(graph: Graph, wire: Wire, layer: Layer, id: str | None = None) -> Graph:
    """Put a new layer in the middle of a wire."""
    if wire not in graph.wires:
        raise EditError("This wire is not there any more.")
    if layer.takes[0] > 1 or layer.takes[1] == 0:
        raise EditError(f"{layer.title} does not fit into a wire, since it does not take one input.")
    id = id or fresh_id(graph, layer)
    ends = graph.node(wire.source).position, graph.node(wire.target).position
    middle = ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
    grown = add(graph, layer, id, position=middle)
    rest = tuple(Wire(id, wire.target, wire.port) if each == wire else each for each in grown.wires)
    return replace(grown, wires=(*rest, Wire(wire.source, id)))


def append(graph: Graph, layer: Layer, after: str | None = None, id: str | None = None) -> Graph:
    """Add a layer and wire it behind another, by default behind the last one."""
    if after is None and graph.nodes:
        after = graph.nodes[-1].id
    id = id or fresh_id(graph, layer)
    x, y = graph.node(after).position if after else (-SPACING, 0.0)
    grown = add(graph, layer, id, position=(x + SPACING, y))
    return grown if after is None or layer.takes == (0, 0) else connect(grown, after, id)


def chain(*layers: Layer) -> Graph:
    """A graph of layers, each wired to the next."""
    graph = Graph()
    for layer in layers:
        graph = append(graph, layer)
    return graph


def remove(graph: Graph, *ids: str, reconnect: bool = True) -> Graph:
    """Remove layers and their wires; in a chain the neighbours are wired to each other unless told not to."""
    for id in ids:
        graph = _remove_one(graph, graph.node(id), reconnect)
    return graph


def set_layer(graph: Graph, id: str, layer: Layer) -> Graph:
    """Put another layer, or the same with other fields, in a node's place."""
    return _with_node(graph, replace(graph.node(id), layer=layer))


def set_fields(graph: Graph, id: str, **fields: Any) -> Graph:
    """Change fields of a layer; a value out of range is refused."""
    layer = graph.node(id).layer
    kept = {name: value for name, value in vars(layer).items() if name not in fields}
    return set_layer(graph, id, type(layer).from_fields({**kept, **fields}))


def rename(graph: Graph, id: str, name: str) -> Graph:
    """Give a layer a name."""
    return _with_node(graph, replace(graph.node(id), name=_checked(name)))


def move(graph: Graph, positions: Mapping[str, tuple[float, float]]) -> Graph:
    """Move layers and notes on the canvas."""
    notes = {note.id for note in graph.notes}
    for id in positions.keys() - notes:
        graph.node(id)
    nodes = (replace(node, position=positions.get(node.id, node.position)) for node in graph.nodes)
    texts = (replace(note, position=positions.get(note.id, note.position)) for note in graph.notes)
    return replace(graph, nodes=tuple(nodes), notes=tuple(texts))


def add_note(graph: Graph, text: str, position: tuple[float, float]) -> Graph:
    """Put a text on the canvas."""
    return replace(graph, notes=(*graph.notes, Note(_fresh(graph, "note"), text[:LONGEST_NOTE], position)))


def set_note(graph: Graph, id: str, text: str) -> Graph:
    """Write another text; an empty one takes the note away."""
    changed = replace(graph.note(id), text=text[:LONGEST_NOTE])
    notes = (changed if note.id == id else note for note in graph.notes)
    return replace(graph, notes=tuple(note for note in notes if note.text))


def remove_note(graph: Graph, id: str) -> Graph:
    """Take a note away."""
    return set_note(graph, id, "")


def collapse(graph: Graph, name: str, collapsed: bool = True) -> Graph:
    """Show a group as one card, or as its layers again."""
    changed = replace(graph.group(name), collapsed=collapsed)
    return replace(graph, groups=tuple(changed if each.name == name else each for each in graph.groups))


def copy(graph: Graph, ids: Iterable[str], notes: Iterable[str] = ()) -> Graph:
    """The chosen layers, the wires among them, and notes, as a graph of its own, ready to paste."""
    chosen = {graph.node(id).id for id in ids}
    wires = (wire for wire in graph.wires if {wire.source, wire.target} <= chosen)
    groups = (each for each in graph.groups if each.members <= chosen)
    nodes, written = (node for node in graph.nodes if node.id in chosen), (graph.note(id) for id in notes)
    return Graph(tuple(nodes), tuple(wires), tuple(groups), tuple(written))


def paste(graph: Graph, fragment: Graph, by: tuple[float, float] = (40.0, 40.0)) -> Graph:
    """Add a copied fragment under fresh ids, moved a little."""
    new: dict[str, str] = {}
    for node in fragment.nodes:
        taken = node.id in {*graph.by_id, *(note.id for note in graph.notes), *new.values()}
        new[node.id] = fresh_id(graph, node.layer, new.values()) if taken else node.id
    nodes = tuple(
        replace(node, id=new[node.id], position=(node.position[0] + by[0], node.position[1] + by[1]))
        for node in fragment.nodes
    )
    wires = _compacted(tuple(Wire(new[wire.source], new[wire.target], wire.port) for wire in fragment.wires))
    groups = graph.groups
    for each in fragment.groups:
        members = frozenset(new[id] for id in each.members)
        groups = (*groups, replace(each, name=_fresh_name(groups, each.name), members=members))
    pasted = replace(graph, nodes=graph.nodes + nodes, wires=graph.wires + wires, groups=groups)
    for note in fragment.notes:
        pasted = add_note(pasted, note.text, (note.position[0] + by[0], note.position[1] + by[1]))
    return pasted


def group(graph: Graph, ids: Iterable[str], name: str) -> Graph:
    """Gather layers under a name; a layer belongs to one group only."""
    members = frozenset(graph.node(id).id for id in ids)
    if not members:
        raise EditError("Choose at least one layer to make a group.")
    if any(each.name == name for each in graph.groups):
        raise EditError(f"There is a group called '{name}' already. Choose another name.")
    return replace(graph, groups=(*_without(graph.groups, members), Group(_checked(name), members)))


def rename_group(graph: Graph, name: str, new: str) -> Graph:
    """Give a group another name."""
    changed = replace(graph.group(name), name=_checked(new))
    if new != name and any(each.name == new for each in graph.groups):
        raise EditError(f"There is a group called '{new}' already. Choose another name.")
    return replace(graph, groups=tuple(changed if each.name == name else each for each in graph.groups))


def ungroup(graph: Graph, name: str) -> Graph:
    """Dissolve a group; its layers stay."""
    graph.group(name)
    return replace(graph, groups=tuple(each for each in graph.groups if each.name != name))


def _remove_one(graph: Graph, node: Node, reconnect: bool) -> Graph:
    into, out_of = graph.into(node.id), graph.out_of(node.id)
    wires = graph.wires
    if reconnect and len(into) == 1:
        bridged = {wire: Wire(into[0].source, wire.target, wire.port) for wire in out_of}
        wires = tuple(bridged.get(wire, wire) for wire in wires)
    kept = tuple(wire for wire in wires if node.id not in (wire.source, wire.target))
    groups = _without(graph.groups, frozenset((node.id,)))
    nodes = tuple(each for each in graph.nodes if each != node)
    return replace(graph, nodes=nodes, wires=_compacted(kept), groups=groups)


def _fresh(graph: Graph, kind: str, taken: Iterable[str] = ()) -> str:
    used = {*graph.by_id, *(note.id for note in graph.notes), *taken}
    if kind not in used:
        return kind
    number = 2
    while f"{kind}_{number}" in used:
        number += 1
    return f"{kind}_{number}"


def fresh_group_name(graph: Graph, name: str) -> str:
    """A name that no group has yet: Group, Group 2, Group 3."""
    return _fresh_name(graph.groups, name)


def _fresh_name(groups: tuple[Group, ...], name: str) -> str:
    """A name that no group has yet: Encoder, Encoder 2, Encoder 3."""
    taken, fresh, number = {each.name for each in groups}, name, 1
    while fresh in taken:
        number += 1
        fresh = f"{name[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    return fresh


def _without(groups: tuple[Group, ...], leaving: frozenset[str]) -> tuple[Group, ...]:
    left = (replace(each, members=each.members - leaving) for each in groups)
    return tuple(each for each in left if each.members)


def _compacted(wires: tuple[Wire, ...]) -> tuple[Wire, ...]:
    """Renumber ports so that none is skipped, in the order they had."""
    taken: dict[str, list[int]] = {}
    for wire in wires:
        taken.setdefault(wire.target, []).append(wire.port)
    return tuple(Wire(wire.source, wire.target, sorted(taken[wire.target]).index(wire.port)) for wire in wires)


def _moved_up(wire: Wire, gone: Wire) -> Wire:
    if wire.target == gone.target and wire.port > gone.port:
        return replace(wire, port=wire.port - 1)
    return wire


def _with_node(graph: Graph, node: Node) -> Graph:
    return replace(graph, nodes=tuple(node if each.id == node.id else each for each in graph.nodes))


def _checked(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise EditError(f"A name may have at most {LONGEST_NAME} characters.")
    return name
