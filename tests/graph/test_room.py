"""What is put into a wire finds room there, and nothing else moves that need not."""

from itertools import pairwise

import pytest

from nnstudio.graph import edits
from nnstudio.graph.arrange import arrange
from nnstudio.graph.graph import Graph, Wire
from nnstudio.graph.room import with_room
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.tanh import Tanh

CARD = (152.0, 76.0)
ORDER = ("input", "tanh", "dense", "relu")


@pytest.fixture
def chain() -> Graph:
    return edits.chain(Input((2,)), Dense(3), ReLU())


def inserted(graph: Graph) -> Graph:
    return with_room(graph, edits.insert(graph, Wire("input", "dense"), Tanh()))


def places(graph: Graph) -> list[tuple[float, float]]:
    return [graph.node(id).position for id in ORDER]


def test_what_comes_behind_makes_room(chain: Graph) -> None:
    graph = inserted(chain)
    assert all(after[0] - before[0] >= CARD[0] + 40 for before, after in pairwise(places(graph)))
    assert {y for _, y in places(graph)} == {0.0}
    assert graph.node("input").position == chain.node("input").position


def test_in_a_chain_that_runs_down_it_makes_room_below(chain: Graph) -> None:
    downwards = edits.move(chain, arrange(chain, lambda _: CARD, "down"))
    graph = inserted(downwards)
    assert all(after[1] - before[1] >= CARD[1] + 16 for before, after in pairwise(places(graph)))
    assert {x for x, _ in places(graph)} == {downwards.node("dense").position[0]}


def test_on_a_long_wire_nothing_moves(chain: Graph) -> None:
    long = edits.move(chain, {"dense": (600.0, 0.0), "relu": (840.0, 0.0)})
    graph = inserted(long)
    assert places(graph) == [(0.0, 0.0), (300.0, 0.0), (600.0, 0.0), (840.0, 0.0)]


def test_a_wire_that_runs_back_is_left_as_it_is(chain: Graph) -> None:
    back = edits.move(chain, {"dense": (-300.0, 0.0)})
    assert inserted(back).node("dense").position == (-300.0, 0.0)


def test_other_branches_stay(chain: Graph) -> None:
    branched = edits.connect(edits.add(chain, Tanh(), "other", position=(240.0, 200.0)), "input", "other")
    assert inserted(branched).node("other").position == (240.0, 200.0)
