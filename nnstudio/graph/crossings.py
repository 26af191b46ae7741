"""Crossings: an order within each column of a drawing so that few wires cross."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nnstudio.graph.columns import Link

ROUNDS = 16
PATIENCE = 5  # Rounds without a gain after which it ends.
SWAPS = 3
PORT = 1e-6  # How much further down a wire to a later port ends: less than a place in any column.
ROOM = 4  # How many bends there may be for each node and wire, so that the time grows evenly with the graph.


@dataclass(eq=False)
class Drawing:
    """Columns of nodes, and of the bends of wires that pass through them, each column from top to bottom.

    The nodes come first in the numbering, then the bends. `lefts` and `rights` hold each one's neighbours in the
    columns beside it, the latter with how far down its side a wire arrives there: 0 at the top, below 1.
    A wire that is too long for bends is in neither.
    """

    count: int
    columns: list[list[int]]
    lefts: list[list[int]]
    rights: list[list[tuple[int, float]]]

    def is_bend(self, each: int) -> bool:
        """Whether it is no node, but a wire on its way."""
        return each >= self.count


def draw(column: Sequence[int], links: Mapping[Link, int]) -> Drawing:
    """The drawing of nodes in given columns. Wires from one node share their bends."""
    count = len(column)
    columns: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    made = Drawing(count, columns, [[] for _ in column], [[] for _ in column])
    ports = _ports(links)
    longest = _longest_way(column, links)
    ways: dict[int, list[int]] = {}
    for (start, end), port in links.items():
        bends = column[end] - column[start] - 1
        if bends > longest:
            continue
        way = ways.setdefault(start, [start])
        while len(way) <= bends:
            way.append(_bend(made, way[-1]))
        made.rights[way[bends]].append((end, port / ports[end]))
        made.lefts[end].append(way[bends])
    _first_order(made, column)
    return made


def _ports(links: Mapping[Link, int]) -> dict[int, int]:
    ports: dict[int, int] = {}
    for (_, end), port in links.items():
        ports[end] = max(port + 1, ports.get(end, 1))
    return ports


def _longest_way(column: Sequence[int], links: Mapping[Link, int]) -> int:
    """How many bends a wire may have; only in very large graphs are there wires with more."""
    farthest: dict[int, int] = {}
    for start, end in links:
        farthest[start] = max(column[end] - column[start] - 1, farthest.get(start, 0))
    left = ROOM * (len(column) + len(links))
    ways = sorted(farthest.values())
    for done, way in enumerate(ways):
        if way * (len(ways) - done) > left:
            return left // (len(ways) - done)
        left -= way
    return ways[-1] if ways else 0


def _bend(made: Drawing, before: int) -> int:
    bend = len(made.lefts)
    made.lefts.append([before])
    made.rights.append([])
    made.rights[before].append((bend, 0.0))
    return bend


def _first_order(made: Drawing, column: Sequence[int]) -> None:
    """Walk along the wires, from the first node on; each column in the order in which it is reached."""
    seen = [False] * len(made.lefts)
    for node in sorted(range(made.count), key=lambda node: column[node]):
        walk = [(node, column[node])]
        while walk:
            each, at = walk.pop()
            if not seen[each]:
                seen[each] = True
                made.columns[at].append(each)
                walk.extend((right, at + 1) for right, _ in reversed(made.rights[each]))


def uncross(made: Drawing) -> None:
    """Sort every column by where its neighbours stand, to and fro, and keep the best; then mend what is left over."""
    best, fewest, since = [list(each) for each in made.columns], crossings(made), 0
    for number in range(ROUNDS):
        if not fewest or since == PATIENCE:
            break
        _sweep(made, forward=number % 2 == 0, turned=number % 4 > 1)
        count, since = crossings(made), since + 1
        if count < fewest:
            best, fewest, since = [list(each) for each in made.columns], count, 0
    made.columns = best
    if fewest:
        _swap_neighbours(made)


def crossings(made: Drawing) -> int:
    """How many pairs of wires cross."""
    at = _heights(made)
    total = 0
    for column in made.columns:
        above: list[float] = []
        for each in column:
            own = _arrivals(made, at, each)
            total += sum(len(above) - bisect_right(above, end) for end in own)
            for end in own:
                insort(above, end)
    return total


def _heights(made: Drawing) -> list[float]:
    """How far down its column each one stands, from 0 to 1."""
    at = [0.0] * len(made.lefts)
    for column in made.columns:
        for row, each in enumerate(column):
            at[each] = (row + 0.5) / len(column)
    return at


def _sweep(made: Drawing, forward: bool, turned: bool) -> None:
    at = _heights(made)
    columns = made.columns if forward else made.columns[::-1]
    for column in columns:
        wanted = {}
        for each in column:
            ends = [at[left] for left in made.lefts[each]] if forward else _arrivals(made, at, each)
            wanted[each] = sum(ends) / len(ends) if ends else at[each]
        if turned:
            # Those that want the same place change it, which now and then leads on to something better.
            column.reverse()
        column.sort(key=wanted.__getitem__)
        for row, each in enumerate(column):
            at[each] = (row + 0.5) / len(column)


def _arrivals(made: Drawing, at: list[float], each: int) -> list[float]:
    """Where the wires to the right end: a little further down at a later port."""
    return [at[right] + port * PORT for right, port in made.rights[each]]


def _swap_neighbours(made: Drawing) -> None:
    """Let two that stand next to each other change places where that takes crossings away."""
    at = _heights(made)
    for _ in range(SWAPS):
        gained = False
        for column in made.columns:
            for row in range(len(column) - 1):
                upper, lower = column[row], column[row + 1]
                if _gain(made, at, upper, lower) > 0:
                    column[row], column[row + 1] = lower, upper
                    at[upper], at[lower] = at[lower], at[upper]
                    gained = True
        if not gained:
            return


def _gain(made: Drawing, at: list[float], upper: int, lower: int) -> int:
    """How many crossings fewer there are with the two the other way round."""
    right = _saved(_arrivals(made, at, upper), _arrivals(made, at, lower))
    return right + _saved([at[left] for left in made.lefts[upper]], [at[left] for left in made.lefts[lower]])


def _saved(upper: list[float], lower: list[float]) -> int:
    lower.sort()
    return sum(bisect_left(lower, end) + bisect_right(lower, end) - len(lower) for end in upper)
