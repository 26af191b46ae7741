"""Room: a layer that was put into a wire pushes what comes behind it, where it would lie on its neighbours."""

from nnstudio.graph import edits
from nnstudio.graph.graph import Graph

LEAST = (200.0, 100.0)  # So far apart, across and down, two cards and a wire between them have room.
WANTED = (edits.SPACING, 120.0)


def with_room(before: Graph, after: Graph) -> Graph:
    """A graph in which every layer that is new, and stands in a wire, has room between its two neighbours."""
    for node in after.nodes:
        if node.id not in before and len(after.into(node.id)) == 1 and len(after.out_of(node.id)) == 1:
            after = _widened(after, node.id)
    return after


def _widened(graph: Graph, id: str) -> Graph:
    source, target = graph.into(id)[0].source, graph.out_of(id)[0].target
    start, end = graph.node(source).position, graph.node(target).position
    way = [end[axis] - start[axis] for axis in (0, 1)]
    # Across where the two stand side by side, else down.
    axis = 0 if way[0] >= way[1] else 1
    if way[axis] <= 0 or way[axis] >= 2 * LEAST[axis]:
        return graph
    by = [0.0, 0.0]
    by[axis] = 2 * WANTED[axis] - way[axis]
    behind = [each for each in graph.after(id) if graph.node(each).position[axis] > start[axis]]
    places = {each: _moved(graph.node(each).position, by) for each in behind}
    step = [0.0, 0.0]
    step[axis] = WANTED[axis]
    return edits.move(graph, {**places, id: _moved(start, step)})


def _moved(place: tuple[float, float], by: list[float]) -> tuple[float, float]:
    return place[0] + by[0], place[1] + by[1]
