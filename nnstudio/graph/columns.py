"""Columns: which column each layer of a network stands in, so that wires run forward and are short."""

from collections import deque
from collections.abc import Sequence

from nnstudio.graph.graph import Graph

Link = tuple[int, int]
"""From one place of `graph.nodes` to another."""


def forward_links(graph: Graph) -> dict[Link, int]:
    """Every wire once as a link that runs forward, with the port it ends at; in circles some are turned around."""
    number = {node.id: place for place, node in enumerate(graph.nodes)}
    turn = {place: at for at, place in enumerate(_sequence(graph, number))}
    links: dict[Link, int] = {}
    for wire in graph.wires:
        start, end = number[wire.source], number[wire.target]
        if start != end:
            # A wire that runs back has no port to go by: it leaves from where it ends.
            link, port = ((start, end), wire.port) if turn[start] < turn[end] else ((end, start), 0)
            links[link] = min(port, links.get(link, port))
    return links


def _sequence(graph: Graph, number: dict[str, int]) -> list[int]:
    """Every node after those it reads; in a circle, the first one that anything leads to goes first."""
    waiting = [len(graph.into(node.id)) for node in graph.nodes]
    ready = deque(place for place, count in enumerate(waiting) if not count)
    touched: deque[int] = deque()
    untouched = iter(range(len(waiting)))
    done, order = [False] * len(waiting), list[int]()
    while len(order) < len(waiting):
        place = ready.popleft() if ready else touched.popleft() if touched else next(untouched)
        if done[place]:
            continue
        done[place] = True
        order.append(place)
        for wire in graph.out_of(graph.nodes[place].id):
            target = number[wire.target]
            waiting[target] -= 1
            (touched if waiting[target] else ready).append(target)
    return order


def columns_of(count: int, links: Sequence[Link]) -> list[int]:
    """A column for each node: behind all it reads, and no further off than it need be."""
    lefts, rights = neighbours(count, links)
    order = _by_depth(lefts, rights)
    column = [0] * count
    for node in order:
        column[node] = max((column[left] + 1 for left in lefts[node]), default=0)
    _pull_beginnings(order, column, lefts, rights)
    for node in reversed(order):
        if len(rights[node]) > len(lefts[node]):
            column[node] = min(column[right] for right in rights[node]) - 1
    return column


def neighbours(count: int, links: Sequence[Link]) -> tuple[list[list[int]], list[list[int]]]:
    """For each node what leads to it, and what it leads to."""
    lefts: list[list[int]] = [[] for _ in range(count)]
    rights: list[list[int]] = [[] for _ in range(count)]
    for start, end in links:
        rights[start].append(end)
        lefts[end].append(start)
    return lefts, rights


def components(count: int, links: Sequence[Link]) -> list[list[int]]:
    """The nodes that hang together, each part in the order of the nodes, the parts by their first node."""
    lefts, rights = neighbours(count, links)
    part = [-1] * count
    found: list[list[int]] = []
    for first in range(count):
        if part[first] >= 0:
            continue
        part[first] = len(found)
        reached = [first]
        for node in reached:
            for other in (*lefts[node], *rights[node]):
                if part[other] < 0:
                    part[other] = len(found)
                    reached.append(other)
        found.append(sorted(reached))
    return found


def _by_depth(lefts: list[list[int]], rights: list[list[int]]) -> list[int]:
    waiting = [len(each) for each in lefts]
    order = [node for node, count in enumerate(waiting) if not count]
    for node in order:
        for right in rights[node]:
            waiting[right] -= 1
            if not waiting[right]:
                order.append(right)
    return order


def _pull_beginnings(order: list[int], column: list[int], lefts: list[list[int]], rights: list[list[int]]) -> None:
    """Move what hangs on one beginning alone towards where it joins the rest, so that its wire there is short."""
    root: dict[int, int] = {}
    for node in order:
        roots = {root.get(left, -1) for left in lefts[node]}
        root[node] = node if not roots else roots.pop() if len(roots) == 1 else -1
    slack: dict[int, int] = {}
    for node in order:
        for right in rights[node]:
            if root[node] != root[right]:
                free = column[right] - column[node] - 1
                slack[root[node]] = min(free, slack.get(root[node], free))
    for node in order:
        column[node] += slack.get(root[node], 0) if root[node] >= 0 else 0
