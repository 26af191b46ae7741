"""Circles: which nodes depend on themselves, found in time that grows evenly with the graph."""

from collections.abc import Callable, Iterable, Iterator

from nnstudio.graph.graph import Graph

Step = Callable[[str], Iterator[str]]


def on_circles(graph: Graph) -> set[str]:
    """The nodes that lie on a circle of wires.

    Kosaraju: walk along the wires and note when each node is left for good; then, from the last one left, walk against
    them. What a walk reaches, and no walk before it, lies on circles through its start.
    """
    ordered = {node.id for node in graph.order}
    rest = [node.id for node in graph.nodes if node.id not in ordered]
    left = [each for walk in _walks(rest, lambda id: (wire.target for wire in graph.out_of(id))) for each in walk]
    found: set[str] = set()
    for walk in _walks(reversed(left), lambda id: (wire.source for wire in graph.into(id)), within=frozenset(rest)):
        if len(walk) > 1 or any(wire.source == walk[0] for wire in graph.into(walk[0])):
            found.update(walk)
    return found


def _walks(starts: Iterable[str], step: Step, within: frozenset[str] | None = None) -> Iterator[list[str]]:
    """From each start not reached before: what is reached from it, in the order in which it is left for good."""
    seen: set[str] = set()
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        left: list[str] = []
        path = [(start, step(start))]
        while path:
            id, following = path[-1]
            onward = next((each for each in following if each not in seen and (not within or each in within)), None)
            if onward is None:
                left.append(id)
                path.pop()
            else:
                seen.add(onward)
                path.append((onward, step(onward)))
        yield left
