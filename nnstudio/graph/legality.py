"""Legality: whether a wire may be drawn, and if not, why, in a typed reason and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.graph.inference import infer_shapes, takes_count
from nnstudio.layers.asking import shape_from
from nnstudio.layers.base import Layer, Refusal
from nnstudio.layers.shapes import Shape


class Reason(Enum):
    """Why a wire is refused."""

    ITSELF = "itself"
    CIRCLE = "circle"
    TAKES_NOTHING = "takes nothing"
    FULL = "full"
    PORT_TAKEN = "port taken"
    NO_SUCH_PORT = "no such port"
    SHAPE = "shape"


@dataclass(frozen=True)
class Objection:
    """What speaks against a wire; `bridge` is a layer that, put in between, would mend it."""

    reason: Reason
    sentence: str
    bridge: Layer | None = None

    @property
    def mendable(self) -> bool:
        """Whether the wire may be drawn all the same, and mended after."""
        return self.reason is Reason.SHAPE


def free_port(graph: Graph, target: str) -> int:
    """The first port of a node that has no wire yet."""
    graph.node(target)
    taken = {wire.port for wire in graph.into(target)}
    return next(port for port in range(len(taken) + 1) if port not in taken)


def objection(graph: Graph, source: str, target: str, port: int | None = None) -> Objection | None:
    """What speaks against a wire from source to target, or None."""
    port = free_port(graph, target) if port is None else port
    wiring = _against_wiring(graph, source, target, port, graph.before(source))
    return wiring or _against_shape(graph, source, target, port)


def objections(graph: Graph, source: str) -> dict[str, Objection | None]:
    """What speaks against a wire from source to the first free port of each layer. One look at the whole graph."""
    before, known = graph.before(source), infer_shapes(graph).known
    return {node.id: _at_a_glance(graph, source, node, before, known) for node in graph.nodes}


def _at_a_glance(
    graph: Graph, source: str, node: Node, before: set[str], known: Mapping[str, Shape]
) -> Objection | None:
    most = node.layer.takes[1]
    obvious = node.id == source or node.id in before or most == 0
    if obvious or (most is not None and len(graph.into(node.id)) >= most):
        return _against_wiring(graph, source, node.id, free_port(graph, node.id), before)
    shapes = [known.get(wire.source) for wire in graph.into(node.id)] + [known.get(source)]
    if None in shapes or not takes_count(node, len(shapes)):
        return None
    try:
        shape_from(node.layer, *(shape for shape in shapes if shape is not None))
    except Refusal as refusal:
        return Objection(Reason.SHAPE, str(refusal), refusal.bridge)
    return None


def _against_wiring(graph: Graph, source: str, target: str, port: int, before: set[str]) -> Objection | None:
    start, end = graph.node(source), graph.node(target)
    most = end.layer.takes[1]
    if source == target:
        return Objection(Reason.ITSELF, f"{end.label} cannot read its own output.")
    if most == 0:
        return Objection(Reason.TAKES_NOTHING, f"{end.label} is where data enters; nothing can be wired into it.")
    if target in before:
        return Objection(
            Reason.CIRCLE, f"{end.label} comes before {start.label}; a wire back would make an endless circle."
        )
    if most is not None and len(graph.into(target)) >= most:
        return Objection(Reason.FULL, f"{end.label} has its input already. Take that wire away first.")
    if any(wire.port == port for wire in graph.into(target)):
        return Objection(Reason.PORT_TAKEN, f"This port of {end.label} has a wire already. Use the next one.")
    if port != len(graph.into(target)):
        return Objection(Reason.NO_SUCH_PORT, f"{end.label} has no port {port + 1} to wire to.")
    return None


def _against_shape(graph: Graph, source: str, target: str, port: int) -> Objection | None:
    wired = replace(graph, wires=(*graph.wires, Wire(source, target, port)))
    refusal = infer_shapes(wired).refused.get(target)
    return Objection(Reason.SHAPE, str(refusal), refusal.bridge) if refusal else None


def fits_into_wire(layer: Layer) -> bool:
    """Whether a layer can stand in the middle of a wire."""
    return layer.takes[0] <= 1 and layer.takes[1] != 0
