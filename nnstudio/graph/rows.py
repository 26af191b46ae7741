"""Rows: how far down each layer of a drawing stands, so that chains are straight and branches symmetrical."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from nnstudio.graph.columns import Link
from nnstudio.graph.crossings import Drawing
from nnstudio.graph.lines import lines_of, solid_in

ROUNDS = 12
FINE = 4  # Rounds in which each line moves by itself.
WIRE = 16.0  # The room of a wire that passes between two cards.
NEAR, FAR, BRANCH = 1.0, 0.05, 0.01  # How strongly a wire pulls: to the next column, further, and at a branch.

Pull = tuple[int, float]
Distance = tuple[int, float]


@dataclass(eq=False)
class Field:
    """Straight lines and what acts on them: pulls of wires, and distances that are kept to lines above and below."""

    pulls: list[list[Pull]]
    above: list[list[Distance]]
    below: list[list[Distance]]
    order: list[int] = field(default_factory=list)


def rows_of(made: Drawing, links: Mapping[Link, int], heights: Sequence[float], gap: float, grid: float) -> list[float]:
    """The upper edge of each node on a grid, the topmost at 0; in a column there is at least the gap between two."""
    solid = solid_in(made)
    line = lines_of(made, solid)
    keeps = _distances(made, solid, line, heights, gap, 2 * grid)
    lines = _field(_pulls(made, solid, line, links), keeps)
    at = _settled(lines, _first(made, line, len(lines.pulls), heights, gap))
    at = _on_grid(lines, at, grid)
    rows = [at[line[node]] for node in range(made.count)]
    top = min(rows, default=0.0)
    return [row - top for row in rows]


def _distances(
    made: Drawing, solid: list[bool], line: list[int], heights: Sequence[float], gap: float, step: float
) -> dict[Link, float]:
    """For each two lines that are neighbours in some column, how far apart they are kept, in whole steps."""
    found: dict[Link, float] = {}
    for column in made.columns:
        upper, passing = -1, 0
        for each in column:
            if not solid[each]:
                passing += 1
                continue
            if upper >= 0:
                room = _room(made, heights, gap, upper, each) + passing * WIRE
                pair = line[upper], line[each]
                found[pair] = max(found.get(pair, 0.0), -(-room // step) * step)
            upper, passing = each, 0
    return found


def _room(made: Drawing, heights: Sequence[float], gap: float, upper: int, lower: int) -> float:
    """From one upper edge to the next. A wire in the middle of two cards needs little more room than they alone."""
    bends = made.is_bend(upper) or made.is_bend(lower)
    return (WIRE if made.is_bend(upper) else heights[upper]) + (max(WIRE, gap / 2) if bends else gap)


def _pulls(made: Drawing, solid: list[bool], line: list[int], links: Mapping[Link, int]) -> list[list[Pull]]:
    """For each line the others that its wires lead to, and how strongly they pull.

    Where wires part or meet, the node is to stand in the middle of its branches, and not they around it.
    """
    column = {each: number for number, column in enumerate(made.columns) for each in column}
    parts = [sum(solid[right] for right, _ in each) > 1 for each in made.rights]
    meets = [sum(solid[left] for left in each) > 1 for each in made.lefts]
    pulls: list[list[Pull]] = [[] for _ in range(max(line, default=-1) + 1)]
    for start, end in links:
        one, other = line[start], line[end]
        if one != other:
            near = column[end] - column[start] == 1 or len(made.rights[start]) == 1
            pulls[one].append((other, _force(near, meets[end] and not parts[start])))
            pulls[other].append((one, _force(near, parts[start] and not meets[end])))
    return pulls


def _force(near: bool, branch: bool) -> float:
    return (NEAR if near else FAR) * (BRANCH if branch else 1.0)


def _field(pulls: list[list[Pull]], keeps: Mapping[Link, float]) -> Field:
    lines = Field(pulls, [[] for _ in pulls], [[] for _ in pulls])
    for (upper, lower), distance in keeps.items():
        lines.below[upper].append((lower, distance))
        lines.above[lower].append((upper, distance))
    waiting = [len(each) for each in lines.above]
    lines.order = [line for line, count in enumerate(waiting) if not count]
    for line in lines.order:
        for lower, _ in lines.below[line]:
            waiting[lower] -= 1
            if not waiting[lower]:
                lines.order.append(lower)
    return lines


def _first(made: Drawing, line: list[int], count: int, heights: Sequence[float], gap: float) -> list[float]:
    """Where lines stand at first: every column centred."""
    total, members = [0.0] * count, [0] * count
    for column in made.columns:
        high = [WIRE if made.is_bend(each) else heights[each] + gap for each in column]
        at = -sum(high) / 2
        for each, room in zip(column, high, strict=True):
            total[line[each]] += at
            members[line[each]] += 1
            at += room
    return [each / number for each, number in zip(total, members, strict=True)]


def _settled(lines: Field, at: list[float]) -> list[float]:
    """Let every line go where its wires pull it, again and again, as far as the others leave room."""
    at = _kept_apart(lines, at)
    for _ in range(ROUNDS):
        at = _kept_apart(lines, [_pulled(lines, at, line) for line in range(len(at))])
    for number in range(FINE):
        for line in lines.order if number % 2 else reversed(lines.order):
            low = max((at[upper] + distance for upper, distance in lines.above[line]), default=-inf)
            high = min((at[lower] - distance for lower, distance in lines.below[line]), default=inf)
            at[line] = min(max(_pulled(lines, at, line), low), high)
    return at


def _pulled(lines: Field, at: list[float], line: int) -> float:
    pulls = lines.pulls[line]
    if not pulls:
        return at[line]
    return sum(at[other] * force for other, force in pulls) / sum(force for _, force in pulls)


def _kept_apart(lines: Field, wanted: list[float]) -> list[float]:
    """The mean of two ways to keep the distances: from above, by moving down, and from below, by moving up.

    Both keep them, so their mean does, and what is pulled to one place stands symmetrically around it.
    """
    down, up = list(wanted), list(wanted)
    for line in lines.order:
        for upper, distance in lines.above[line]:
            down[line] = max(down[line], down[upper] + distance)
    for line in reversed(lines.order):
        for lower, distance in lines.below[line]:
            up[line] = min(up[line], up[lower] - distance)
    return [(one + other) / 2 for one, other in zip(down, up, strict=True)]


def _on_grid(lines: Field, at: list[float], grid: float) -> list[float]:
    """Every line on the grid; the distances are kept to the last digit."""
    found = [round(each, 6) // grid * grid for each in at]
    for line in lines.order:
        for upper, distance in lines.above[line]:
            found[line] = max(found[line], found[upper] + distance)
    return found
