"""Arranging: no card on another, wires to the right, chains straight, branches symmetrical, few crossings, quickly."""

import time
from collections.abc import Callable
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.graph.arrange import Direction, Edge, aligned, arrange, distributed, snapped
from nnstudio.graph.columns import columns_of, forward_links
from nnstudio.graph.crossings import Drawing, draw, uncross
from nnstudio.graph.crossings import crossings as crossings_in
from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.layers.add import Add
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.project.templates import load_template, template_names

STEADY = settings(derandomize=True, deadline=None, database=None, max_examples=200)
Places = dict[str, tuple[float, float]]
Sizes = Callable[[str], tuple[float, float]]
WIDTH = 152.0


def drawn(text: str) -> Graph:
    """A graph from its wires: "in>a>out in>out". Later wires to a layer go to later ports."""
    pairs = [pair for way in text.split() for pair in pairwise(way.split(">"))]
    names = dict.fromkeys(name for way in text.split() for name in way.split(">"))
    ports: dict[str, int] = {}
    wires = []
    for source, target in pairs:
        wires.append(Wire(source, target, ports.get(target, 0)))
        ports[target] = ports.get(target, 0) + 1
    nodes = (Node(name, Add() if ports.get(name, 0) > 1 else ReLU() if name in ports else Input()) for name in names)
    return Graph(tuple(nodes), tuple(wires))


def numbered(count: int, wires: list[tuple[int, int]]) -> Graph:
    """A graph of so many layers and these wires."""
    graph = drawn(" ".join(f"{source}>{target}" for source, target in wires))
    alone = (Node(str(number), ReLU()) for number in range(count) if str(number) not in graph)
    nodes = sorted((*graph.nodes, *alone), key=lambda node: int(node.id))
    return Graph(tuple(nodes), graph.wires)


def random_graph(count: int, reach: int, seed: int) -> Graph:
    """Each layer reads one or two of those made shortly before it."""
    random = Random(seed)
    wires = []
    for number in range(1, count):
        reads = {random.randrange(max(0, number - reach), number) for _ in range(random.choice((1, 1, 2)))}
        wires += [(source, number) for source in sorted(reads)]
    return numbered(count, wires)


def alike(height: float = 76.0) -> Sizes:
    return lambda id: (WIDTH, height)


def varied(id: str) -> tuple[float, float]:
    """Cards from 30 to 90 high, the same for the same id."""
    return WIDTH, 30.0 + 12 * (sum(map(ord, id)) % 6)


@st.composite
def graphs(draw: st.DrawFn, circles: bool = False) -> Graph:
    count = draw(st.integers(0, 25))
    ends = st.integers(0, max(count - 1, 0))
    wires = draw(st.lists(st.tuples(ends, ends), max_size=40)) if count else []
    if not circles:
        wires = [(min(pair), max(pair)) for pair in wires if pair[0] != pair[1]]
    return numbered(count, wires)


def overlapping(places: Places, sizes: Sizes, gap: tuple[float, float] = (0.0, 0.0)) -> list[tuple[str, str]]:
    """Pairs of cards that are nearer to each other than the gap, both across and down."""

    def near(one: str, other: str, axis: int) -> bool:
        first, second = sorted((one, other), key=lambda id: places[id][axis])
        return places[first][axis] + sizes(first)[axis] + gap[axis] > places[second][axis]

    return [(one, other) for one, other in combinations(places, 2) if near(one, other, 0) and near(one, other, 1)]


@STEADY
@given(graphs(circles=True), st.sampled_from(["right", "down"]))
def test_no_card_comes_nearer_to_another_than_the_gap(graph: Graph, direction: Direction) -> None:
    places = arrange(graph, varied, direction)
    assert places.keys() == graph.by_id.keys()
    assert overlapping(places, varied, (88.0, 40.0)) == []


@STEADY
@given(graphs(circles=True), st.tuples(st.floats(0, 50), st.floats(0, 50)), st.floats(1.0, 90.5))
def test_odd_gaps_and_sizes_bring_no_card_onto_another(graph: Graph, gap: tuple[float, float], high: float) -> None:
    sizes: Sizes = lambda id: (high * 1.7, varied(id)[1] * high / 77)  # noqa: E731
    assert overlapping(arrange(graph, sizes, gap=gap), sizes, gap) == []


@STEADY
@given(graphs())
def test_every_wire_runs_to_the_right(graph: Graph) -> None:
    places = arrange(graph, varied)
    assert all(places[wire.source][0] + WIDTH + 88 <= places[wire.target][0] for wire in graph.wires)


@STEADY
@given(graphs())
def test_every_wire_runs_down_where_that_is_asked_for(graph: Graph) -> None:
    places = arrange(graph, varied, "down")
    assert all(places[wire.source][1] + varied(wire.source)[1] + 40 <= places[wire.target][1] for wire in graph.wires)


@STEADY
@given(graphs(circles=True))
def test_places_lie_on_the_grid_and_begin_at_the_corner(graph: Graph) -> None:
    places = arrange(graph, varied)
    assert all(number % 8 == 0 for place in places.values() for number in place)
    if places:
        assert (min(x for x, _ in places.values()), min(y for _, y in places.values())) == (0, 0)


@STEADY
@given(graphs(circles=True))
def test_the_same_graph_gets_the_same_places_whatever_its_names(graph: Graph) -> None:
    sizes = alike()
    first = arrange(graph, sizes)
    assert arrange(graph, sizes) == first
    named = {node.id: f"another {node.id}" for node in graph.nodes}
    other = Graph(
        tuple(Node(named[node.id], node.layer, "x", (7.0, 9.0)) for node in graph.nodes),
        tuple(Wire(named[wire.source], named[wire.target], wire.port) for wire in graph.wires),
    )
    assert arrange(other, sizes) == {named[id]: place for id, place in first.items()}


def test_an_empty_graph_has_no_places() -> None:
    assert arrange(Graph(), alike()) == {}


def test_a_chain_is_a_straight_line() -> None:
    graph = drawn(">".join("abcdefgh"))
    assert list(arrange(graph, varied).values()) == [(240.0 * number, 0.0) for number in range(8)]


def test_a_chain_downwards_is_a_straight_line() -> None:
    places = arrange(drawn("a>b>c"), alike(72.0), "down")
    assert list(places.values()) == [(0, 0), (0, 112), (0, 224)]


@pytest.mark.parametrize("name", template_names())
def test_a_template_is_arranged_already(name: str) -> None:
    graph = load_template(name).graph
    assert arrange(graph, varied) == {node.id: node.position for node in graph.nodes}


@pytest.mark.parametrize("sizes", [alike(30.0), alike(90.0), varied])
def test_two_branches_are_symmetrical(sizes: Sizes) -> None:
    places = arrange(drawn("in>s>a>c>m>out s>b>d>m"), sizes)
    row = {id: y for id, (_, y) in places.items()}
    assert row["in"] == row["s"] == row["m"] == row["out"] == (row["a"] + row["b"]) / 2
    assert row["a"] == row["c"] < row["b"] == row["d"]


def test_of_three_branches_the_middle_one_goes_straight_on() -> None:
    row = {id: y for id, (_, y) in arrange(drawn("s>a>m s>b>m s>c>m"), alike()).items()}
    assert row["s"] == row["b"] == row["m"] == (row["a"] + row["c"]) / 2


def test_branches_of_different_length_keep_their_rows() -> None:
    """No other card comes into the row of a branch, even where it is only a wire."""
    row = {id: y for id, (_, y) in arrange(drawn("s>a>m s>b>c>d>m"), alike()).items()}
    assert row["b"] == row["c"] == row["d"]
    assert row["s"] == row["m"] == (row["a"] + row["b"]) / 2


def test_short_cuts_leave_the_chain_straight() -> None:
    places = arrange(drawn("in>a>b>c>add>d>e>f>add2>out in>add add>add2"), varied)
    assert {y for _, y in places.values()} == {0.0}


def test_branches_lie_in_the_order_of_the_ports_they_lead_to() -> None:
    places = arrange(drawn("s>a>m s>b>m s>c>m s>d>m"), alike())
    turned = arrange(drawn("s>a s>b s>c s>d d>m c>m b>m a>m"), alike())
    assert sorted("abcd", key=lambda id: places[id][1]) == list("abcd")
    assert sorted("abcd", key=lambda id: turned[id][1]) == list("dcba")


def test_a_second_input_stands_near_where_it_joins() -> None:
    places = arrange(drawn("in>a>b>c>add>out late>x>add"), alike())
    assert places["late"][0] == places["b"][0]
    assert places["x"][0] == places["c"][0]


def test_a_wire_between_two_branches_has_room() -> None:
    close, wired = (arrange(drawn(text), alike(72.0)) for text in ("s>a>c>m s>b>d>m", "s>a>c>m s>m s>b>d>m"))
    assert wired["b"][1] - wired["a"][1] > close["b"][1] - close["a"][1] == 112


def test_cards_on_either_side_of_a_wire_keep_the_gap_too() -> None:
    graph = drawn("s>a>c>m s>b>m s>d>e>m")
    assert overlapping(arrange(graph, alike(), gap=(88.0, 200.0)), alike(), (88.0, 200.0)) == []
    assert overlapping(arrange(graph, alike(), "down"), alike(), (88.0, 40.0)) == []


def test_parts_that_are_not_wired_stand_one_below_the_other() -> None:
    places = arrange(drawn("a>b x>y>z p>q p>r"), varied)
    bands = [[places[id][1] for id in ids] for ids in ("ab", "xyz", "pqr")]
    assert max(bands[0]) < min(bands[1]) <= max(bands[1]) < min(bands[2])
    assert places["a"][0] == places["x"][0] == places["p"][0] == 0


def test_a_circle_is_drawn_from_where_it_is_entered() -> None:
    places = arrange(drawn("in>a>b>c>out c>a"), alike())
    assert sorted(places, key=lambda id: places[id][0]) == ["in", "a", "b", "c", "out"]
    assert {y for _, y in places.values()} == {0.0}


@pytest.mark.parametrize("text", ["a>a", "a>b>a", "a>b>c>a b>d>b", "in>a a>a a>out", "a>b>a c>d>c"])
def test_nothing_but_circles_is_arranged_too(text: str) -> None:
    graph = drawn(text)
    assert overlapping(arrange(graph, alike()), alike(), (88.0, 40.0)) == []


@st.composite
def networks(draw: st.DrawFn) -> Graph:
    """Blocks behind each other, each of one to four branches of one to three layers, perhaps with a short cut."""
    ways, last = [], "in"
    for block in range(draw(st.integers(1, 5))):
        end = f"end{block}"
        for branch in range(draw(st.integers(1, 4))):
            names = [f"{block}_{branch}_{number}" for number in range(draw(st.integers(1, 3)))]
            ways.append(">".join((last, *names, end)))
        if draw(st.booleans()):
            ways.append(f"{last}>{end}")
        last = end
    return drawn(" ".join(ways))


@STEADY
@given(networks())
def test_every_chain_of_a_branched_network_is_straight(graph: Graph) -> None:
    places = arrange(graph, varied)
    chains = [wire for wire in graph.wires if len(graph.out_of(wire.source)) == 1 == len(graph.into(wire.target))]
    assert all(places[wire.source][1] == places[wire.target][1] for wire in chains)


@STEADY
@given(networks())
def test_no_wires_of_a_branched_network_cross(graph: Graph) -> None:
    assert crossings_in(sorted_drawing(graph)[1]) == 0


@STEADY
@given(graphs())
def test_sorting_never_adds_a_crossing(graph: Graph) -> None:
    before, after = map(crossings_in, sorted_drawing(graph))
    assert after <= before


def sorted_drawing(graph: Graph) -> tuple[Drawing, Drawing]:
    links = forward_links(graph)
    column = columns_of(len(graph.nodes), list(links))
    first, drawing = draw(column, links), draw(column, links)
    uncross(drawing)
    return first, drawing


def crossings(graph: Graph, places: Places) -> int:
    """How many pairs of wires cross, drawn as straight lines from port to port."""
    lines = [
        ((places[wire.source][0] + WIDTH, places[wire.source][1] + 15),
         (places[wire.target][0], places[wire.target][1] + 15 + 18 * wire.port))
        for wire in graph.wires
    ]  # fmt: skip
    return sum(_cross(one, other) for one, other in combinations(lines, 2))


Line = tuple[tuple[float, float], tuple[float, float]]


def _cross(one: Line, other: Line) -> bool:
    return _parted(one, other) and _parted(other, one)


def _parted(line: Line, other: Line) -> bool:
    """Whether the ends of the other lie on either side of a line."""
    (x, y), (u, v) = line
    sides = [(u - x) * (b - y) - (v - y) * (a - x) for a, b in other]
    return sides[0] * sides[1] < 0


def _in_order_of_making(graph: Graph, places: Places) -> Places:
    """The same columns, each from top to bottom in the order in which the layers were made."""
    filled: dict[float, int] = {}
    found = {}
    for node in graph.nodes:
        x = places[node.id][0]
        found[node.id] = (x, 116.0 * filled.get(x, 0))
        filled[x] = filled.get(x, 0) + 1
    return found


def test_there_are_fewer_crossings_than_without_sorting() -> None:
    found = plain = 0
    for seed in range(40):
        graph = random_graph(30, (4, 8, 30)[seed % 3], seed)
        places = arrange(graph, alike())
        found += crossings(graph, places)
        plain += crossings(graph, _in_order_of_making(graph, places))
    assert found <= 0.6 * plain


@pytest.mark.parametrize("wired", ["chain", "near", "far", "ring", "alone"])
@pytest.mark.parametrize(("count", "seconds"), [(300, 0.05), (3000, 1.0)])
def test_arranging_is_quick(count: int, seconds: float, wired: str) -> None:
    along = [(number, number + 1) for number in range(count - 1)]
    graph = {
        "chain": lambda: numbered(count, along),
        "near": lambda: random_graph(count, 10, 1),
        "far": lambda: random_graph(count, count, 1),
        "ring": lambda: numbered(count, [*along, (count - 1, 0)]),
        "alone": lambda: numbered(count, []),
    }[wired]()
    taken = []
    for _ in range(5 if count < 1000 else 3):
        # Of this process alone, since others may be at work too.
        start = time.process_time()
        arrange(Graph(graph.nodes, graph.wires), varied)
        taken.append(time.process_time() - start)
    assert min(taken) <= seconds


CARDS = {"a": (0.0, 10.0), "b": (300.0, 50.0), "c": (120.0, 200.0)}
HIGH = {"a": (152.0, 30.0), "b": (152.0, 90.0), "c": (100.0, 50.0)}


@pytest.mark.parametrize(
    ("edge", "wanted"),
    [
        ("left", {"a": 0, "b": 0, "c": 0}),
        ("right", {"a": 300, "b": 300, "c": 352}),
        ("centre", {"a": 150, "b": 150, "c": 176}),
    ],
)
def test_cards_are_aligned_across(edge: Edge, wanted: dict[str, float]) -> None:
    assert aligned(CARDS, HIGH, edge) == {id: (x, CARDS[id][1]) for id, x in wanted.items()}


@pytest.mark.parametrize(
    ("edge", "wanted"),
    [
        ("top", {"a": 10, "b": 10, "c": 10}),
        ("bottom", {"a": 220, "b": 160, "c": 200}),
        ("middle", {"a": 115, "b": 85, "c": 105}),
    ],
)
def test_cards_are_aligned_up_and_down(edge: Edge, wanted: dict[str, float]) -> None:
    assert aligned(CARDS, HIGH, edge) == {id: (CARDS[id][0], y) for id, y in wanted.items()}


def test_cards_are_distributed_with_equal_gaps_between_the_outermost() -> None:
    places = {"a": (0.0, 0.0), "c": (130.0, 5.0), "b": (604.0, 9.0), "d": (448.0, 3.0)}
    sizes = {"a": (100.0, 30.0), "b": (100.0, 30.0), "c": (152.0, 30.0), "d": (52.0, 30.0)}
    assert distributed(places, sizes, "x") == {
        "a": (0, 0), "c": (200, 5), "d": (452, 3), "b": (604, 9)
    }  # fmt: skip


def test_distributed_cards_never_lie_on_each_other() -> None:
    places = {"a": (0.0, 0.0), "b": (0.0, 5.0), "c": (0.0, 40.0)}
    sizes = dict.fromkeys("abc", (152.0, 30.0))
    assert distributed(places, sizes, "y") == {"a": (0, 0), "b": (0, 38), "c": (0, 76)}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_cards_stay_where_they_are(count: int) -> None:
    places = dict(list(CARDS.items())[:count])
    assert distributed(places, HIGH, "x") == places
    assert aligned({}, {}, "top") == {}


def test_cards_snap_to_the_nearest_point_of_the_grid() -> None:
    assert snapped({"a": (3.9, 4.0), "b": (-4.0, -4.1), "c": (12.0, 20.0)}) == {
        "a": (0, 8), "b": (0, -8), "c": (16, 24)
    }  # fmt: skip
    assert snapped({"a": (14.0, 26.0)}, grid=20.0) == {"a": (20, 20)}
