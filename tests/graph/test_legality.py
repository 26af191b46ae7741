"""Whether a wire may be drawn, and if not, why: a typed reason and a sentence for the learner."""

import pytest

from nnstudio.core.errors import EditError
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph
from nnstudio.graph.legality import Objection, Reason, free_port, objection
from nnstudio.layers.add import Add
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU


@pytest.fixture
def graph() -> Graph:
    """input → conv2d → relu, and an Add, a Dense and a second Conv2D that nothing is wired to."""
    graph = edits.chain(Input(shape=(6, 6, 1)), Conv2D(filters=2), ReLU())
    for layer, id in ((Add(), "add"), (Dense(), "dense"), (Conv2D(), "free")):
        graph = edits.add(graph, layer, id)
    return graph


def _reason(against: Objection | None) -> Reason | None:
    return against.reason if against else None


CASES: list[tuple[str, str, int | None, Reason | None]] = [
    ("relu", "free", None, None),
    ("relu", "add", None, None),
    ("relu", "add", 0, None),
    ("relu", "relu", None, Reason.ITSELF),
    ("free", "free", None, Reason.ITSELF),
    ("relu", "input", None, Reason.TAKES_NOTHING),
    ("relu", "conv2d", None, Reason.CIRCLE),
    ("free", "conv2d", None, Reason.FULL),
    ("free", "conv2d", 0, Reason.FULL),
    ("relu", "free", 1, Reason.NO_SUCH_PORT),
    ("relu", "add", 1, Reason.NO_SUCH_PORT),
    ("relu", "add", -1, Reason.NO_SUCH_PORT),
    ("relu", "dense", None, Reason.SHAPE),
]


@pytest.mark.parametrize(("source", "target", "port", "reason"), CASES)
def test_a_wire_is_refused_for_the_right_reason(
    graph: Graph, source: str, target: str, port: int | None, reason: Reason | None
) -> None:
    assert _reason(objection(graph, source, target, port)) is reason


def test_a_port_of_a_merger_that_has_a_wire_is_taken(graph: Graph) -> None:
    graph = edits.connect(graph, "relu", "add")
    assert _reason(objection(graph, "conv2d", "add", 0)) is Reason.PORT_TAKEN
    assert objection(graph, "conv2d", "add", 1) is None


def test_every_objection_is_a_sentence_that_names_the_layer(graph: Graph) -> None:
    graph = edits.rename(graph, "conv2d", "edges")
    for source, target, port, reason in CASES:
        against = objection(graph, source, target, port)
        if against is not None and reason is not Reason.SHAPE:
            assert graph.node(target).label in against.sentence
            assert against.sentence.endswith(".")


@pytest.mark.parametrize(("source", "target", "port", "reason"), [case for case in CASES if case[3]])
def test_connecting_refuses_whatever_cannot_be_mended(
    graph: Graph, source: str, target: str, port: int | None, reason: Reason
) -> None:
    if reason is Reason.SHAPE:
        assert graph.into(target) == ()
        assert edits.connect(graph, source, target, port).into(target)
        return
    against = objection(graph, source, target, port)
    assert against is not None
    with pytest.raises(EditError) as refused:
        edits.connect(graph, source, target, port)
    assert str(refused.value) == against.sentence


def test_a_dense_layer_behind_an_image_is_bridged_by_a_flatten(graph: Graph) -> None:
    against = objection(graph, "relu", "dense")
    assert against is not None
    assert (against.bridge, against.mendable) == (Flatten(), True)
    assert against.sentence == "Dense reads flat data, but gets 6×6×2. Put a Flatten before it."


def test_the_bridge_really_mends(graph: Graph) -> None:
    against = objection(graph, "relu", "dense")
    assert against is not None
    assert against.bridge is not None
    graph = edits.append(graph, against.bridge, "relu", "bridge")
    assert objection(graph, "bridge", "dense") is None


def test_shapes_that_no_layer_can_bridge_have_no_bridge(graph: Graph) -> None:
    graph = edits.connect(graph, "relu", "add")
    against = objection(graph, "input", "add")
    assert against is not None
    assert (against.reason, against.bridge) == (Reason.SHAPE, None)
    assert "6×6×2 and 6×6×1" in against.sentence


def test_a_window_larger_than_the_image_is_an_objection(graph: Graph) -> None:
    graph = edits.add(graph, MaxPool(size=9), "pool")
    against = objection(graph, "relu", "pool")
    assert against is not None
    assert against.reason is Reason.SHAPE


def test_a_source_without_a_shape_is_no_objection(graph: Graph) -> None:
    assert objection(graph, "free", "dense") is None


def test_a_wire_that_is_only_asked_about_is_not_drawn(graph: Graph) -> None:
    before = graph.wires
    objection(graph, "relu", "add")
    assert graph.wires == before


def test_the_free_port_is_the_first_without_a_wire(graph: Graph) -> None:
    assert free_port(graph, "add") == 0
    assert free_port(edits.connect(graph, "relu", "add"), "add") == 1


def test_a_circle_over_several_layers_is_seen(graph: Graph) -> None:
    graph = edits.connect(edits.connect(graph, "relu", "add"), "add", "free")
    assert _reason(objection(graph, "free", "add")) is Reason.CIRCLE
