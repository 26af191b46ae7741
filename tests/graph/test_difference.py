"""A difference holds all that is needed to make the new graph from the old one."""

from nnstudio.graph import edits
from nnstudio.graph.diff import Difference, difference
from nnstudio.graph.graph import Graph, Wire
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.tanh import Tanh

GRAPH = edits.group(edits.chain(Input(), Dense(), ReLU(), Dense(units=1)), ["dense", "relu"], "hidden")


def apply(old: Graph, change: Difference) -> tuple[set[object], set[object], set[object]]:
    """The nodes, wires and groups that a view would hold that follows the difference."""
    nodes = {node.id: node for node in old.nodes}
    for node in change.removed:
        del nodes[node.id]
    nodes.update({node.id: node for node in (*change.added, *change.changed)})
    wires = set(old.wires) - set(change.wires_removed) | set(change.wires_added)
    groups = set(old.groups) - set(change.groups_removed) | set(change.groups_added)
    return set(nodes.values()), set(wires), set(groups)


def test_equal_graphs_do_not_differ() -> None:
    assert not difference(GRAPH, Graph(GRAPH.nodes, GRAPH.wires, GRAPH.groups))


def test_an_inserted_layer_shows_as_one_node_and_three_wires() -> None:
    change = difference(GRAPH, edits.insert(GRAPH, Wire("dense", "relu"), Tanh()))
    assert [node.id for node in change.added] == ["tanh"]
    assert set(change.wires_added) == {Wire("dense", "tanh"), Wire("tanh", "relu")}
    assert change.wires_removed == (Wire("dense", "relu"),)
    assert (change.removed, change.changed) == ((), ())


def test_a_changed_layer_is_shown_in_its_new_form() -> None:
    new = edits.set_fields(GRAPH, "dense", units=3)
    change = difference(GRAPH, new)
    assert change.changed == (new.node("dense"),)
    assert (change.added, change.removed, change.wires_added, change.wires_removed) == ((), (), (), ())


def test_a_removed_layer_goes_with_its_wires() -> None:
    change = difference(GRAPH, edits.remove(GRAPH, "relu"))
    assert [node.id for node in change.removed] == ["relu"]
    assert set(change.wires_removed) == {Wire("dense", "relu"), Wire("relu", "dense_2")}


def test_a_new_group_alone_is_a_difference() -> None:
    change = difference(GRAPH, edits.ungroup(GRAPH, "hidden"))
    assert change
    assert change.groups_removed == GRAPH.groups


def test_the_difference_of_many_edits_rebuilds_the_new_graph() -> None:
    new = edits.paste(GRAPH, edits.copy(GRAPH, ["dense", "relu"]))
    new = edits.rename(edits.remove(new, "relu"), "dense_2", "answer")
    nodes, wires, groups = apply(GRAPH, difference(GRAPH, new))
    assert (nodes, wires, groups) == (set(new.nodes), set(new.wires), set(new.groups))
