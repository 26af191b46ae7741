"""The difference between two graphs, for views that follow and for weights that can be kept."""

from dataclasses import dataclass

from nnstudio.graph.graph import Graph, Group, Node, Note, Wire


@dataclass(frozen=True)
class Difference:
    """What came, what went, and which nodes changed (their new form). A changed group or note goes and comes."""

    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: tuple[Node, ...]
    wires_added: tuple[Wire, ...]
    wires_removed: tuple[Wire, ...]
    groups_added: tuple[Group, ...] = ()
    groups_removed: tuple[Group, ...] = ()
    notes_added: tuple[Note, ...] = ()
    notes_removed: tuple[Note, ...] = ()

    def __bool__(self) -> bool:
        nodes, wires = self.added or self.removed or self.changed, self.wires_added or self.wires_removed
        groups, notes = self.groups_added or self.groups_removed, self.notes_added or self.notes_removed
        return bool(nodes or wires or groups or notes)


def difference(old: Graph, new: Graph) -> Difference:
    """What turns the old graph into the new one."""
    old_wires, new_wires = set(old.wires), set(new.wires)
    return Difference(
        added=tuple(node for node in new.nodes if node.id not in old),
        removed=tuple(node for node in old.nodes if node.id not in new),
        changed=tuple(node for node in new.nodes if node.id in old and old.by_id[node.id] != node),
        wires_added=tuple(wire for wire in new.wires if wire not in old_wires),
        wires_removed=tuple(wire for wire in old.wires if wire not in new_wires),
        groups_added=tuple(group for group in new.groups if group not in old.groups),
        groups_removed=tuple(group for group in old.groups if group not in new.groups),
        notes_added=tuple(note for note in new.notes if note not in old.notes),
        notes_removed=tuple(note for note in old.notes if note not in new.notes),
    )
