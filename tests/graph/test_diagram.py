"""The circles and lines of a model: where they stand, and which weight each line is."""

from itertools import pairwise

import numpy as np
import pytest

from nnstudio.graph.diagram import MARGIN, MOST, PITCH, Diagram, diagram
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.layers.base import layers
from nnstudio.project.templates import load_template, template_names


def made(kind, *values, **fields):
    return layers().find(kind)(*values, **fields)


def network(*sizes):
    """An input and dense layers, each followed by a tanh."""
    rest = [layer for size in sizes[1:] for layer in (made("dense", size), made("tanh"))]
    return chain(made("input", (sizes[0],)), *rest)


def lines_between(found, first, second):
    right, left = found.columns[first], found.columns[second]
    return [line for line in found.lines if right.x < line.start[0] < line.end[0] < left.x]


def test_an_empty_model_is_an_empty_picture():
    assert diagram(Graph()) == Diagram()


def test_every_layer_of_neurons_is_a_column_of_as_many_circles():
    found = diagram(network(2, 3, 1))
    assert [len(column.circles) for column in found.columns] == [2, 3, 1]
    assert [column.gap for column in found.columns] == [None, None, None]


def test_activation_functions_stand_with_the_layer_before_them():
    assert [column.functions for column in diagram(network(2, 3, 1)).columns] == [(), ("Tanh",), ("Tanh",)]


def test_every_circle_is_joined_with_every_circle_of_the_next_layer():
    found = diagram(network(2, 3, 4))
    assert len(lines_between(found, 0, 1)) == 2 * 3
    assert len(lines_between(found, 1, 2)) == 3 * 4
    assert len(found.lines) == 18


def test_a_line_is_the_weight_between_its_two_units():
    graph = network(2, 3)
    id = graph.nodes[1].id
    matrix = np.array([[0.5, -1.0], [2.0, 0.0], [-4.0, 3.0]])  # Row k: what neuron k weighs its inputs by.
    found = diagram(graph, {f"{id}/weights": matrix})
    inputs = {circle.y: circle.unit for circle in found.columns[0].circles}
    neurons = {circle.y: circle.unit for circle in found.columns[1].circles}
    assert len(found.lines) == 6
    for line in found.lines:
        weight = matrix[neurons[line.end[1]], inputs[line.start[1]]]
        assert line.weight == weight
        assert line.strength == abs(weight) / 4.0


def test_of_a_large_layer_the_first_and_the_last_units_are_shown_around_a_gap():
    graph = network(784, 2)
    matrix = np.zeros((2, 784))
    matrix[1, 783] = 7.0
    found = diagram(graph, {f"{graph.nodes[1].id}/weights": matrix})
    column = found.columns[0]
    assert [circle.unit for circle in column.circles] == [*range(8), *range(776, 784)]
    assert len(column.circles) == MOST
    assert column.gap == 8
    steps = [after.y - before.y for before, after in pairwise(column.circles)]
    assert steps == [2 * PITCH if place == 7 else PITCH for place in range(15)]
    assert [line.weight for line in found.lines if line.strength] == [7.0]


def test_weights_that_are_no_numbers_stand_out_and_harm_no_other_line():
    graph = network(2, 1)
    found = diagram(graph, {f"{graph.nodes[1].id}/weights": np.array([[np.nan, 0.5]])})
    assert [line.strength for line in found.lines] == [1.0, 1.0]


def test_an_input_that_neurons_read_is_a_column_of_its_pixels():
    found = diagram(load_template("digits").graph)
    assert (found.columns[0].sheets, found.columns[0].size, len(found.columns[0].circles)) == (0, "8×8×1", MOST)


def test_images_are_sheets_with_one_line_from_one_to_the_next():
    found = diagram(load_template("mnist-lenet").graph)
    assert found.columns[0].sheets == 1
    assert len(lines_between(found, 0, 1)) == 1
    assert all(line.weight is None for line in found.lines)


@pytest.mark.parametrize("name", template_names())
def test_nothing_overlaps_and_all_of_it_is_inside_the_picture(name):
    found = diagram(load_template(name).graph)
    for column in found.columns:
        assert MARGIN <= column.x <= found.width - MARGIN
        assert column.y - column.height / 2 >= MARGIN
        assert column.y + column.height / 2 <= found.height - MARGIN
    for one in found.columns:
        for other in found.columns:
            if one is not other and one.x == other.x:
                assert abs(one.y - other.y) >= (one.height + other.height) / 2


def branched(times):
    """An input, so many splits into tanh and relu that are added again, and a neuron."""
    nodes, wires, last = [Node("input", made("input", (2,)))], [], "input"
    for number in range(times):
        names = [f"{kind}_{number}" for kind in ("tanh", "relu", "add")]
        nodes += [Node(name, made(name.partition("_")[0])) for name in names]
        wires += [
            Wire(last, names[0], 0),
            Wire(last, names[1], 0),
            Wire(names[0], names[2], 0),
            Wire(names[1], names[2], 1),
        ]
        last = names[2]
    return Graph((*nodes, Node("out", made("dense", 1))), (*wires, Wire(last, "out", 0)))


def test_many_ways_between_two_layers_are_walked_once():
    found = diagram(branched(40))
    assert [column.id for column in found.columns] == ["input", "out"]
    assert found.columns[0].functions == ("Tanh", "ReLU")
    assert len(found.lines) == 2


def test_layers_side_by_side_stand_one_below_the_other():
    nodes = [
        Node("input", made("input", (2,))),
        *(Node(name, made("dense", 3)) for name in ("one", "two")),
        Node("both", made("concatenate")),
        Node("out", made("dense", 1)),
    ]
    wires = [
        Wire("input", "one", 0),
        Wire("input", "two", 0),
        Wire("one", "both", 0),
        Wire("two", "both", 1),
        Wire("both", "out", 0),
    ]
    found = diagram(Graph(tuple(nodes), tuple(wires)), {"out/weights": np.ones((1, 6))})
    columns = {column.id: column for column in found.columns}
    assert columns["one"].x == columns["two"].x
    assert abs(columns["one"].y - columns["two"].y) > columns["one"].height
    # Which of six weights belongs to which of the two is not said; so it is not shown.
    assert all(line.weight is None for line in found.lines)
