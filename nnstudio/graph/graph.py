"""The graph: nodes that hold layers, and wires between them. An immutable value."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from nnstudio.core.errors import EditError
from nnstudio.layers.base import Layer

_GIVEN = re.compile(r"(_\d+)?")  # What an id has after the kind where nobody chose it.


@dataclass(frozen=True)
class Node:
    """A layer in the document. `id` never changes; `name` is what the user called it."""

    id: str
    layer: Layer
    name: str = ""
    position: tuple[float, float] = (0.0, 0.0)

    @property
    def label(self) -> str:
        """What to call it: its name; else Dense 2 for dense_2, or an id that somebody chose."""
        start, _, number = self.id.partition(self.layer.kind)
        if self.name or start or not _GIVEN.fullmatch(number):
            return self.name or self.id
        return f"{self.layer.title} {number[1:]}".rstrip()


@dataclass(frozen=True, order=True)
class Wire:
    """Carries what `source` puts out to one of the ports of `target`."""

    source: str
    target: str
    port: int = 0


@dataclass(frozen=True)
class Group:
    """Nodes that belong together under one name; collapsed, they are shown as one card."""

    name: str
    members: frozenset[str]
    collapsed: bool = False


@dataclass(frozen=True)
class Note:
    """A text on the canvas; the model does not know of it."""

    id: str
    text: str
    position: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Graph:
    """Nodes and wires in the order they were made, groups and notes. Two graphs with the same content are equal."""

    nodes: tuple[Node, ...] = ()
    wires: tuple[Wire, ...] = ()
    groups: tuple[Group, ...] = ()
    notes: tuple[Note, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # What was found out about it is found out again elsewhere.
        return Graph, (self.nodes, self.wires, self.groups, self.notes)

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Every node by its id."""
        return MappingProxyType({node.id: node for node in self.nodes})

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[Wire, ...]]:
        found: dict[str, list[Wire]] = {}
        for wire in self.wires:
            found.setdefault(wire.target, []).append(wire)
        return {target: tuple(sorted(wires, key=lambda wire: wire.port)) for target, wires in found.items()}

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[Wire, ...]]:
        found: dict[str, list[Wire]] = {}
        for wire in self.wires:
            found.setdefault(wire.source, []).append(wire)
        return {source: tuple(wires) for source, wires in found.items()}

    def __contains__(self, id: object) -> bool:
        return id in self.by_id

    def node(self, id: str) -> Node:
        """The node of that id."""
        try:
            return self.by_id[id]
        except KeyError:
            raise EditError(f"There is no layer called '{id[:60]}' in this model.") from None

    def group(self, name: str) -> Group:
        """The group of that name."""
        found = next((each for each in self.groups if each.name == name), None)
        if found is None:
            raise EditError(f"There is no group called '{name[:60]}'.")
        return found

    def note(self, id: str) -> Note:
        """The note of that id."""
        found = next((each for each in self.notes if each.id == id), None)
        if found is None:
            raise EditError("This note is not there any more.")
        return found

    def into(self, id: str) -> tuple[Wire, ...]:
        """The wires that end in a node, by port."""
        return self._incoming.get(id, ())

    def out_of(self, id: str) -> tuple[Wire, ...]:
        """The wires that begin in a node."""
        return self._outgoing.get(id, ())

    def sources(self) -> list[Node]:
        """The nodes where data enters."""
        return [node for node in self.nodes if node.layer.takes == (0, 0)]

    def sinks(self) -> list[Node]:
        """The nodes whose output nobody reads."""
        return [node for node in self.nodes if not self.out_of(node.id)]

    def before(self, id: str) -> set[str]:
        """All nodes that a node depends on."""
        return self._reach(id, lambda each: (wire.source for wire in self.into(each)))

    def after(self, id: str) -> set[str]:
        """All nodes that depend on a node."""
        return self._reach(id, lambda each: (wire.target for wire in self.out_of(each)))

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """The nodes so that each comes after all it reads; nodes in or behind a cycle are left out."""
        waiting = {node.id: len(self.into(node.id)) for node in self.nodes}
        ready = [node for node in self.nodes if not waiting[node.id]]
        ordered: list[Node] = []
        while ready:
            node = ready.pop(0)
            ordered.append(node)
            for wire in self.out_of(node.id):
                waiting[wire.target] -= 1
                if not waiting[wire.target]:
                    ready.append(self.by_id[wire.target])
        return tuple(ordered)

    def _reach(self, start: str, step: Callable[[str], Iterator[str]]) -> set[str]:
        found: set[str] = set()
        edge = [start]
        while edge:
            for each in step(edge.pop()):
                if each not in found:
                    found.add(each)
                    edge.append(each)
        return found
