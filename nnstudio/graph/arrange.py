"""Arrange: places for all layers on the canvas, computed from the wires alone; and tidying up of chosen ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from nnstudio.graph.columns import Link, columns_of, components, forward_links
from nnstudio.graph.crossings import draw, uncross
from nnstudio.graph.graph import Graph
from nnstudio.graph.rows import rows_of

Point = tuple[float, float]
Size = tuple[float, float]
Positions = Mapping[str, Point]
Sizes = Mapping[str, Size]
Direction = Literal["right", "down"]
Edge = Literal["left", "right", "top", "bottom", "centre", "middle"]
Axis = Literal["x", "y"]

GRID = 8.0
LEAST = 8.0  # Between cards that are spread out where there is no room.


def arrange(
    graph: Graph, sizes: Callable[[str], Size], direction: Direction = "right", gap: Size = (88.0, 40.0)
) -> dict[str, Point]:
    """The upper left corner of every card, so that wires run to the right, or down, and chains are straight.

    `gap` is the least distance between two cards side by side, and one below the other. Parts that are not wired to
    each other stand one below the other, or side by side. The same graph always gets the same places.
    """
    links = forward_links(graph)
    right = direction == "right"
    # From here on as if to the right: (along the wires, across them).
    cards = [sizes(node.id) if right else sizes(node.id)[::-1] for node in graph.nodes]
    gaps = gap if right else gap[::-1]
    places: list[Point] = [(0.0, 0.0)] * len(cards)
    start = 0.0
    for part, own in _parts(len(cards), links):
        found = _placed([cards[node] for node in part], own, gaps)
        for node, (x, y) in zip(part, found, strict=True):
            places[node] = x, start + y
        start = _up(max(y + cards[node][1] for node, (_, y) in zip(part, found, strict=True)) + start + 2 * gaps[1])
    return {node.id: place if right else place[::-1] for node, place in zip(graph.nodes, places, strict=True)}


def _parts(count: int, links: Mapping[Link, int]) -> list[tuple[list[int], dict[Link, int]]]:
    """The nodes that hang together, each part with its links in a numbering of its own."""
    parts = components(count, list(links))
    part_of = {node: number for number, part in enumerate(parts) for node in part}
    own = {node: place for part in parts for place, node in enumerate(part)}
    found: list[tuple[list[int], dict[Link, int]]] = [(part, {}) for part in parts]
    for (start, end), port in links.items():
        found[part_of[start]][1][own[start], own[end]] = port
    return found


def _placed(cards: Sequence[Size], links: Mapping[Link, int], gaps: Size) -> list[Point]:
    """One part, its first column at x = 0 and its topmost card at y = 0."""
    column = columns_of(len(cards), list(links))
    drawing = draw(column, links)
    uncross(drawing)
    rows = rows_of(drawing, links, [high for _, high in cards], gaps[1], GRID)
    widest = [0.0] * (max(column) + 1)
    for node, (wide, _) in enumerate(cards):
        widest[column[node]] = max(widest[column[node]], wide)
    starts = [0.0]
    for wide in widest:
        starts.append(_up(starts[-1] + wide + gaps[0]))
    return [(starts[at], row) for at, row in zip(column, rows, strict=True)]


def _up(number: float) -> float:
    return -(-number // GRID) * GRID


def aligned(positions: Positions, sizes: Sizes, edge: Edge) -> dict[str, Point]:
    """Cards with one edge on a line: the outermost of all.

    With centre they stand under each other on a common middle line, with middle they stand beside each other.
    """
    if not positions:
        return {}
    axis = 0 if edge in ("left", "right", "centre") else 1
    starts = [place[axis] for place in positions.values()]
    ends = [place[axis] + sizes[id][axis] for id, place in positions.items()]
    share = {"left": 0.0, "top": 0.0, "right": 1.0, "bottom": 1.0}.get(edge, 0.5)
    line = min(starts) + share * (max(ends) - min(starts))
    return {id: _with(place, axis, line - share * sizes[id][axis]) for id, place in positions.items()}


def distributed(positions: Positions, sizes: Sizes, axis: Axis) -> dict[str, Point]:
    """Cards with equal gaps from the first to the last, which stay; where there is no room the later ones move on."""
    along = 0 if axis == "x" else 1
    order = sorted(positions, key=lambda id: positions[id][along])
    if len(order) < 3:
        return dict(positions)
    start, last = positions[order[0]][along], order[-1]
    room = positions[last][along] + sizes[last][along] - start - sum(sizes[id][along] for id in order)
    gap = max(room / (len(order) - 1), LEAST)
    places = dict(positions)
    for id in order:
        places[id] = _with(positions[id], along, start)
        start += sizes[id][along] + gap
    return places


def snapped(positions: Positions, grid: float = GRID) -> dict[str, Point]:
    """Cards on the nearest points of a grid."""
    return {id: (_nearest(x, grid), _nearest(y, grid)) for id, (x, y) in positions.items()}


def _nearest(number: float, grid: float) -> float:
    # Halves go up: with round() two cards that stand alike would part.
    return (number / grid + 0.5) // 1 * grid


def _with(place: Point, axis: int, value: float) -> Point:
    return (value, place[1]) if axis == 0 else (place[0], value)
