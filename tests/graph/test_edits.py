"""Every edit makes a new graph and leaves the old one as it was; an edit that makes no sense raises."""

from collections.abc import Callable

import pytest

from nnstudio.core.errors import EditError, FieldError
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph, Group, Node, Wire
from nnstudio.layers.add import Add
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.tanh import Tanh


@pytest.fixture
def chain() -> Graph:
    """input → dense → relu → dense_2."""
    return edits.chain(Input(shape=(3,)), Dense(units=4), ReLU(), Dense(units=2))


@pytest.fixture
def branched() -> Graph:
    """input → a, b, c → add."""
    graph = edits.add(Graph(), Input(shape=(3,)), "input")
    for id in "abc":
        graph = edits.append(graph, Dense(units=3), "input", id)
    graph = edits.add(graph, Add(), "add")
    for id in "abc":
        graph = edits.connect(graph, id, "add")
    return edits.group(graph, ["a", "b"], "pair")


def _ports(graph: Graph, id: str) -> list[tuple[str, int]]:
    return [(wire.source, wire.port) for wire in graph.into(id)]


EDITS: dict[str, Callable[[Graph], Graph]] = {
    "add": lambda graph: edits.add(graph, ReLU()),
    "connect": lambda graph: edits.connect(graph, "input", "add"),
    "disconnect": lambda graph: edits.disconnect(graph, Wire("a", "add", 0)),
    "insert": lambda graph: edits.insert(graph, Wire("b", "add", 1), ReLU()),
    "append": lambda graph: edits.append(graph, ReLU()),
    "remove": lambda graph: edits.remove(graph, "b"),
    "remove without reconnecting": lambda graph: edits.remove(graph, "b", reconnect=False),
    "set fields": lambda graph: edits.set_fields(graph, "a", units=5),
    "set layer": lambda graph: edits.set_layer(graph, "a", Tanh()),
    "rename": lambda graph: edits.rename(graph, "a", "first"),
    "move": lambda graph: edits.move(graph, {"a": (1.0, 2.0)}),
    "copy": lambda graph: edits.copy(graph, ["a", "add"]),
    "paste": lambda graph: edits.paste(graph, edits.copy(graph, ["a", "b", "add"])),
    "group": lambda graph: edits.group(graph, ["c"], "other"),
    "ungroup": lambda graph: edits.ungroup(graph, "pair"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_leaves_the_old_graph_as_it_was(branched: Graph, name: str) -> None:
    twin = Graph(tuple(branched.nodes), tuple(branched.wires), tuple(branched.groups))
    orders = branched.order, branched.into("add"), branched.out_of("input")
    changed = EDITS[name](branched)
    assert changed != branched
    assert branched == twin
    assert (branched.order, branched.into("add"), branched.out_of("input")) == orders


@pytest.mark.parametrize("name", EDITS)
def test_the_same_edit_gives_the_same_graph(branched: Graph, name: str) -> None:
    assert EDITS[name](branched) == EDITS[name](branched)


def test_an_added_layer_is_not_wired(chain: Graph) -> None:
    graph = edits.add(chain, Tanh(), position=(5.0, 6.0), name="squash")
    assert graph.node("tanh") == Node("tanh", Tanh(), "squash", (5.0, 6.0))
    assert graph.wires == chain.wires


def test_fresh_ids_count_up(chain: Graph) -> None:
    graph = edits.add(edits.add(chain, Dense()), Dense())
    assert [node.id for node in graph.nodes][-3:] == ["dense_2", "dense_3", "dense_4"]


def test_an_id_that_is_taken_is_refused(chain: Graph) -> None:
    with pytest.raises(EditError, match="already"):
        edits.add(chain, Dense(), "relu")


def test_connecting_takes_the_first_free_port(branched: Graph) -> None:
    graph = edits.connect(branched, "input", "add")
    assert _ports(graph, "add") == [("a", 0), ("b", 1), ("c", 2), ("input", 3)]


def test_one_output_may_fill_two_ports_of_a_merger() -> None:
    graph = edits.add(edits.chain(Input(), Dense()), Add())
    graph = edits.connect(edits.connect(graph, "dense", "add"), "dense", "add")
    assert _ports(graph, "add") == [("dense", 0), ("dense", 1)]


def test_disconnecting_moves_later_ports_up(branched: Graph) -> None:
    graph = edits.disconnect(branched, Wire("a", "add", 0))
    assert _ports(graph, "add") == [("b", 0), ("c", 1)]


def test_connecting_undoes_disconnecting_the_last_wire(branched: Graph) -> None:
    graph = edits.disconnect(branched, Wire("c", "add", 2))
    assert edits.connect(graph, "c", "add") == branched


def test_a_wire_that_is_gone_cannot_be_taken_away(branched: Graph) -> None:
    with pytest.raises(EditError, match="not there any more"):
        edits.disconnect(branched, Wire("a", "add", 1))


def test_inserting_keeps_the_port(branched: Graph) -> None:
    graph = edits.insert(branched, Wire("b", "add", 1), Tanh(), "between")
    assert _ports(graph, "add") == [("a", 0), ("between", 1), ("c", 2)]
    assert _ports(graph, "between") == [("b", 0)]


def test_an_inserted_layer_lies_halfway(chain: Graph) -> None:
    graph = edits.move(chain, {"dense": (0.0, 10.0), "relu": (100.0, 30.0)})
    graph = edits.insert(graph, Wire("dense", "relu"), Tanh())
    assert graph.node("tanh").position == (50.0, 20.0)


@pytest.mark.parametrize("layer", [Add(), Input()], ids=["needs two", "takes none"])
def test_what_does_not_take_one_input_cannot_be_inserted(chain: Graph, layer: Add | Input) -> None:
    with pytest.raises(EditError, match="does not take one input"):
        edits.insert(chain, Wire("dense", "relu"), layer)


def test_removing_an_inserted_layer_restores_the_wires(branched: Graph) -> None:
    graph = edits.remove(edits.insert(branched, Wire("b", "add", 1), Tanh(), "between"), "between")
    assert set(graph.wires) == set(branched.wires)
    assert graph.nodes == branched.nodes


def test_removing_from_a_chain_wires_the_neighbours_to_each_other(chain: Graph) -> None:
    graph = edits.remove(chain, "relu")
    assert set(graph.wires) == {Wire("input", "dense"), Wire("dense", "dense_2")}


def test_removing_several_at_once_closes_the_gap(chain: Graph) -> None:
    assert edits.remove(chain, "dense", "relu").wires == (Wire("input", "dense_2"),)


def test_removing_without_reconnecting_leaves_a_gap(chain: Graph) -> None:
    assert edits.remove(chain, "relu", reconnect=False).wires == (Wire("input", "dense"),)


def test_removing_a_branch_point_reconnects_every_reader(branched: Graph) -> None:
    graph = edits.insert(branched, Wire("input", "a"), ReLU(), "before")
    graph = edits.append(graph, Dense(), "before", "d")
    graph = edits.remove(graph, "before")
    assert {Wire("input", "a"), Wire("input", "d")} <= set(graph.wires)


def test_removing_a_merger_reconnects_nobody(branched: Graph) -> None:
    graph = edits.remove(edits.append(branched, ReLU(), "add"), "add")
    assert graph.into("relu") == ()


def test_removing_an_input_of_a_merger_closes_up_its_ports(branched: Graph) -> None:
    graph = edits.remove(branched, "a", reconnect=False)
    assert _ports(graph, "add") == [("b", 0), ("c", 1)]


def test_removing_takes_a_layer_out_of_its_group(branched: Graph) -> None:
    graph = edits.remove(branched, "a")
    assert graph.groups == (Group("pair", frozenset({"b"})),)
    assert edits.remove(graph, "b").groups == ()


def test_a_field_is_changed_and_the_others_stay(chain: Graph) -> None:
    graph = edits.set_fields(edits.set_fields(chain, "dense", weights_start="he"), "dense", units=7)
    assert graph.node("dense").layer == Dense(units=7, weights_start="he")


def test_a_value_out_of_range_is_refused(chain: Graph) -> None:
    with pytest.raises(FieldError, match="Dense: units must be a whole number"):
        edits.set_fields(chain, "dense", units=0)


def test_an_unknown_field_is_refused(chain: Graph) -> None:
    with pytest.raises(FieldError, match="no field called 'neurons'"):
        edits.set_fields(chain, "dense", neurons=3)


def test_a_name_is_shown_and_the_id_stays(chain: Graph) -> None:
    graph = edits.rename(chain, "dense", "first")
    assert (graph.node("dense").label, chain.node("dense").label) == ("first", "Dense")


def test_a_very_long_name_is_refused(chain: Graph) -> None:
    with pytest.raises(EditError, match="at most 80"):
        edits.rename(chain, "dense", "x" * 81)


def test_moving_moves_only_the_named(chain: Graph) -> None:
    graph = edits.move(chain, {"dense": (3.0, 4.0)})
    assert graph.node("dense").position == (3.0, 4.0)
    assert graph.node("relu") == chain.node("relu")


def test_a_copy_has_the_wires_among_the_chosen_only(branched: Graph) -> None:
    fragment = edits.copy(branched, ["add", "a", "b"])
    assert {node.id for node in fragment.nodes} == {"a", "b", "add"}
    assert set(fragment.wires) == {Wire("a", "add", 0), Wire("b", "add", 1)}
    assert fragment.groups == branched.groups


def test_a_paste_has_fresh_ids_and_compact_ports(branched: Graph) -> None:
    graph = edits.paste(branched, edits.copy(branched, ["a", "c", "add"]))
    new = [node.id for node in graph.nodes if node.id not in branched]
    assert new == ["dense", "dense_2", "add_2"]
    assert _ports(graph, "add_2") == [("dense", 0), ("dense_2", 1)]
    assert graph.nodes[: len(branched.nodes)] == branched.nodes


def test_a_paste_lies_a_little_beside(branched: Graph) -> None:
    graph = edits.paste(branched, edits.copy(edits.move(branched, {"a": (1.0, 2.0)}), ["a"]), by=(10.0, 20.0))
    assert graph.nodes[-1].position == (11.0, 22.0)


def test_pasting_into_an_empty_graph_keeps_the_ids(branched: Graph) -> None:
    pasted = edits.paste(Graph(), edits.copy(branched, [node.id for node in branched.nodes]), by=(0.0, 0.0))
    assert pasted == branched


def test_a_pasted_group_has_a_name_of_its_own(branched: Graph) -> None:
    graph = edits.paste(branched, edits.copy(branched, ["a", "b"]))
    graph = edits.paste(graph, edits.copy(branched, ["a", "b"]))
    assert len({group.name for group in graph.groups}) == 3
    assert {group.name: len(group.members) for group in graph.groups}.pop("pair") == 2


def test_a_pasted_group_with_a_very_long_name_still_has_a_name_of_its_own(branched: Graph) -> None:
    graph = edits.group(branched, ["c"], "x" * 80)
    graph = edits.paste(graph, edits.copy(graph, ["c"]))
    names = [group.name for group in graph.groups]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 80


def test_ungrouping_a_pasted_group_leaves_the_first(branched: Graph) -> None:
    graph = edits.paste(branched, edits.copy(branched, ["a", "b"]))
    graph = edits.ungroup(graph, graph.groups[-1].name)
    assert graph.groups == branched.groups


def test_a_layer_belongs_to_one_group_only(branched: Graph) -> None:
    graph = edits.group(branched, ["b", "c"], "others")
    assert set(graph.groups) == {Group("pair", frozenset("a")), Group("others", frozenset("bc"))}


def test_a_group_that_loses_all_members_is_gone(branched: Graph) -> None:
    graph = edits.group(branched, ["a", "b", "c"], "all")
    assert [group.name for group in graph.groups] == ["all"]


@pytest.mark.parametrize(
    ("ids", "name", "why"), [([], "new", "at least one"), (["c"], "pair", "already"), (["c"], "x" * 81, "at most")]
)
def test_a_group_that_makes_no_sense_is_refused(branched: Graph, ids: list[str], name: str, why: str) -> None:
    with pytest.raises(EditError, match=why):
        edits.group(branched, ids, name)


def test_ungrouping_what_is_no_group_is_refused(branched: Graph) -> None:
    with pytest.raises(EditError, match="no group called 'nothing'"):
        edits.ungroup(branched, "nothing")


STRANGERS: dict[str, Callable[[Graph], Graph]] = {
    "connect from": lambda graph: edits.connect(graph, "stranger", "add"),
    "connect to": lambda graph: edits.connect(graph, "a", "stranger"),
    "append": lambda graph: edits.append(graph, ReLU(), "stranger"),
    "remove": lambda graph: edits.remove(graph, "a", "stranger"),
    "set fields": lambda graph: edits.set_fields(graph, "stranger", units=1),
    "rename": lambda graph: edits.rename(graph, "stranger", "x"),
    "move": lambda graph: edits.move(graph, {"stranger": (0.0, 0.0)}),
    "copy": lambda graph: edits.copy(graph, ["a", "stranger"]),
    "group": lambda graph: edits.group(graph, ["a", "stranger"], "x"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_layer_that_is_not_there_is_named(branched: Graph, name: str) -> None:
    with pytest.raises(EditError, match="There is no layer called 'stranger' in this model"):
        STRANGERS[name](branched)


def test_an_appended_input_is_not_wired(chain: Graph) -> None:
    graph = edits.append(chain, Input())
    assert graph.into("input_2") == ()


def test_the_order_puts_every_layer_behind_what_it_reads(branched: Graph) -> None:
    order = [node.id for node in branched.order]
    assert (order[0], order[-1]) == ("input", "add")
    assert sorted(order) == sorted(branched.by_id)


def test_a_circle_is_left_out_of_the_order() -> None:
    nodes = (Node("a", Sigmoid()), Node("b", Sigmoid()), Node("c", Sigmoid()), Node("d", Sigmoid()))
    graph = Graph(nodes, (Wire("a", "b"), Wire("b", "a"), Wire("b", "c")))
    assert [node.id for node in graph.order] == ["d"]


def test_before_and_after_follow_all_wires(branched: Graph) -> None:
    assert branched.before("add") == {"a", "b", "c", "input"}
    assert branched.after("input") == {"a", "b", "c", "add"}
    assert branched.before("input") == branched.after("add") == set()
