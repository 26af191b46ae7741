"""Whatever edits follow each other, a graph keeps what everything else relies on."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import EditError
from nnstudio.graph import edits
from nnstudio.graph.diff import difference
from nnstudio.graph.graph import Graph
from nnstudio.graph.inference import infer_shapes
from nnstudio.layers.add import Add
from nnstudio.layers.base import Layer
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU

from .test_difference import apply

STEADY = settings(derandomize=True, deadline=None, database=None, max_examples=150)
LAYERS: list[Layer] = [Input(shape=(4, 4, 2)), Dense(units=3), ReLU(), Add(), Flatten(), Conv2D(filters=2), Dense()]


def _edit(draw: st.DrawFn, graph: Graph) -> Graph:
    """One random edit, sensible or not."""

    def node() -> str:
        return graph.nodes[draw(st.integers(0, len(graph.nodes) - 1))].id

    def nodes() -> list[str]:
        return [each.id for each in graph.nodes if draw(st.booleans())]

    layer = LAYERS[draw(st.integers(0, len(LAYERS) - 1))]
    what = draw(st.sampled_from(NAMES))
    if what == "add" or not graph.nodes:
        return edits.add(graph, layer)
    if what == "append":
        return edits.append(graph, layer, node())
    if what == "connect":
        port = draw(st.none() | st.integers(-1, 3))
        return edits.connect(graph, node(), node(), port)
    if what in ("disconnect", "insert"):
        if not graph.wires:
            return graph
        wire = draw(st.sampled_from(graph.wires))
        return edits.disconnect(graph, wire) if what == "disconnect" else edits.insert(graph, wire, layer)
    if what == "remove":
        return edits.remove(graph, *nodes()[:3], reconnect=draw(st.booleans()))
    if what == "paste":
        return edits.paste(graph, edits.copy(graph, nodes()[:4]))
    if what == "group":
        return edits.group(graph, nodes(), draw(st.sampled_from("xyz")))
    if what == "ungroup":
        return edits.ungroup(graph, draw(st.sampled_from("xyz")))
    if what == "move":
        return edits.move(graph, {node(): (1.0, 2.0)})
    if what == "rename":
        return edits.rename(graph, node(), draw(st.sampled_from("abc")))
    return edits.set_fields(graph, dense, units=draw(st.integers(1, 9))) if (dense := _first_dense(graph)) else graph


def _first_dense(graph: Graph) -> str | None:
    return next((node.id for node in graph.nodes if isinstance(node.layer, Dense)), None)


NAMES = [
    "add", "append", "append", "connect", "connect", "connect", "disconnect", "insert", "remove", "paste", "group",
    "ungroup", "move", "rename", "set fields",
]  # fmt: skip


def _check(graph: Graph) -> None:
    ids = [node.id for node in graph.nodes]
    assert len(set(ids)) == len(ids)
    assert len(set(graph.wires)) == len(graph.wires)
    for wire in graph.wires:
        assert {wire.source, wire.target} <= set(ids)
    for node in graph.nodes:
        ports = [wire.port for wire in graph.into(node.id)]
        assert ports == list(range(len(ports)))
        most = node.layer.takes[1]
        assert most is None or len(ports) <= most
        assert node.id not in graph.before(node.id)
    names = [group.name for group in graph.groups]
    assert len(set(names)) == len(names)
    members = [id for group in graph.groups for id in group.members]
    assert set(members) <= set(ids)
    assert len(set(members)) == len(members)
    assert all(group.members for group in graph.groups)


@STEADY
@given(st.data())
def test_any_sequence_of_edits_keeps_a_graph_sound(data: st.DataObject) -> None:
    graph = Graph()
    for _ in range(data.draw(st.integers(1, 20))):
        before = Graph(graph.nodes, graph.wires, graph.groups)
        try:
            new = _edit(data.draw, graph)
        except EditError:
            new = graph
        assert graph == before
        _check(new)
        change = difference(graph, new)
        assert apply(graph, change) == (set(new.nodes), set(new.wires), set(new.groups))
        assert bool(change) == (apply(graph, difference(graph, graph)) != apply(graph, change))
        graph = new
    assert len(graph.order) == len(graph.nodes)
    shapes = infer_shapes(graph)
    assert not set(shapes.known) & set(shapes.refused)
