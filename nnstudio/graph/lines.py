"""Lines: which layers of a drawing, one behind the other, stand at one height, as a straight line."""

from bisect import bisect_left
from collections.abc import Mapping
from math import inf

from nnstudio.graph.crossings import Drawing


def solid_in(made: Drawing) -> list[bool]:
    """What takes part in straight lines: nodes, and the bends of a wire that is all its node puts out."""
    solid = [not made.is_bend(each) for each in range(len(made.lefts))]
    for node in range(made.count):
        way = made.rights[node]
        while len(way) == 1 and made.is_bend(way[0][0]):
            solid[way[0][0]] = True
            way = made.rights[way[0][0]]
    return solid


def lines_of(made: Drawing, solid: list[bool]) -> list[int]:
    """For each one the number of its line. No two lines cross; a bend that is not solid is a line by itself."""
    at = {each: row for column in made.columns for row, each in enumerate(column)}
    following = [_middle([right for right, _ in each if solid[right]], at) for each in made.rights]
    before = [_middle([left for left in each if solid[left]], at) for each in made.lefts]
    line = list(range(len(made.lefts)))
    for column in made.columns:
        fitting = [(each, right) for each in column if (right := following[each]) >= 0 and before[right] == each]
        chains = [len(made.rights[each]) == 1 == len(made.lefts[right]) for each, right in fitting]
        for place in _straight([at[right] for _, right in fitting], chains):
            each, right = fitting[place]
            line[right] = line[each]
    names = {name: number for number, name in enumerate(dict.fromkeys(line))}
    return [names[name] for name in line]


def _middle(several: list[int], at: Mapping[int, int]) -> int:
    """The middle one of an odd number, or −1: of two branches neither goes straight on, they are symmetrical."""
    if len(several) % 2 == 0:
        return -1
    return sorted(several, key=at.__getitem__)[len(several) // 2]


def _straight(ends: list[int], chains: list[bool]) -> list[int]:
    """The places of as many wires as possible that do not cross, given by where they end; chains before all others."""
    links = [place for place, chain in enumerate(chains) if chain]
    sure = {links[place] for place in _rising([ends[place] for place in links])}
    highest, high = [inf] * len(ends), inf
    for place in reversed(range(len(ends))):
        highest[place] = high
        high = ends[place] if place in sure else high
    fitting, low = [], -1
    for place, end in enumerate(ends):
        if place in sure or low < end < highest[place]:
            fitting.append(place)
        low = end if place in sure else low
    return [fitting[place] for place in _rising([ends[place] for place in fitting])]


def _rising(numbers: list[int]) -> list[int]:
    """The places of a longest rising part of different numbers."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        places[length : length + 1] = [place]
    found, place = [], places[-1] if places else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]
