"""The model's table: every layer with its output shape, its parameters and its multiplications."""

from dataclasses import dataclass

from nnstudio.graph.graph import Graph, Node
from nnstudio.graph.inference import Shapes
from nnstudio.layers.shapes import Shape, size_of


@dataclass(frozen=True)
class Row:
    """One line of a model's table."""

    id: str
    name: str
    kind: str
    shape: Shape | None
    parameters: int
    multiplications: int


def table_of(graph: Graph, shapes: Shapes) -> list[Row]:
    """A row for every layer in the order of the wires; those in or behind a circle come last."""
    ordered = set(graph.order)
    rest = (node for node in graph.nodes if node not in ordered)
    return [row_of(node, graph, shapes) for node in (*graph.order, *rest)]


def row_of(node: Node, graph: Graph, shapes: Shapes) -> Row:
    """The figures of one layer; where its inputs are not known, it has no parameters yet."""
    shape = shapes.known.get(node.id)
    if shape is None:
        return Row(node.id, node.label, node.layer.title, None, 0, 0)
    inputs = inputs_of(node, graph, shapes)
    blocks = node.layer.blocks(*inputs).values()
    parameters = sum(size_of(each.shape) for block in blocks for each in block.values() if each.learned)
    return Row(node.id, node.label, node.layer.title, shape, parameters, node.layer.multiplications(*inputs))


def inputs_of(node: Node, graph: Graph, shapes: Shapes) -> list[Shape]:
    """The shapes that come in, as far as they are known."""
    found = (shapes.known.get(wire.source) for wire in graph.into(node.id))
    return [shape for shape in found if shape is not None]
