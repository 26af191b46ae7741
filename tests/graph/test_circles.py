"""Circles are found where they are, however large the graph."""

from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.compiler.problems import find_problems
from nnstudio.graph.circles import on_circles
from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.layers.add import Add
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input

LARGE = 10_000


def graph_of(count, ends):
    ports = {}
    wires = []
    for source, target in ends:
        wires.append(Wire(str(source), str(target), ports.get(target, 0)))
        ports[target] = ports.get(target, 0) + 1
    return Graph(tuple(Node(str(number), Add()) for number in range(count)), tuple(wires))


@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_a_node_is_on_a_circle_exactly_if_it_depends_on_itself(ends):
    graph = graph_of(8, ends)
    assert on_circles(graph) == {node.id for node in graph.nodes if node.id in graph.before(node.id)}


def seconds_to_check(graph):
    began = perf_counter()
    find_problems(graph)
    return perf_counter() - began


def test_ten_thousand_layers_in_a_row_are_checked_at_once():
    nodes = (Node("0", Input((4,))), *(Node(str(number), Dense(4)) for number in range(1, LARGE)))
    wires = tuple(Wire(str(number), str(number + 1)) for number in range(LARGE - 1))
    assert seconds_to_check(Graph(nodes, wires)) < 2


def test_ten_thousand_layers_in_a_circle_are_checked_at_once():
    graph = graph_of(LARGE, [(number, (number + 1) % LARGE) for number in range(LARGE)])
    assert seconds_to_check(graph) < 2
    assert len(on_circles(graph)) == LARGE
