"""Shapes through a graph: what comes out of every node, or why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nnstudio.graph.graph import Graph, Node
from nnstudio.layers.asking import shape_from
from nnstudio.layers.base import Refusal
from nnstudio.layers.shapes import Shape


@dataclass(frozen=True)
class Shapes:
    """The shape that comes out of each node that has one, and the refusals of those that stop it."""

    known: Mapping[str, Shape] = field(default_factory=dict)
    refused: Mapping[str, Refusal] = field(default_factory=dict)


def infer_shapes(graph: Graph) -> Shapes:
    """Follow the wires; a node with a missing, a refused or an endless input has no shape."""
    known: dict[str, Shape] = {}
    refused: dict[str, Refusal] = {}
    for node in graph.order:
        inputs = [known.get(wire.source) for wire in graph.into(node.id)]
        if None in inputs or not takes_count(node, len(inputs)):
            continue
        try:
            known[node.id] = shape_from(node.layer, *(shape for shape in inputs if shape is not None))
        except Refusal as refusal:
            refused[node.id] = refusal
    return Shapes(known, refused)


def takes_count(node: Node, count: int) -> bool:
    """Whether a node is complete with so many inputs."""
    least, most = node.layer.takes
    return count >= least and (most is None or count <= most)
