"""The model that is made of an ONNX file, layer by layer."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.layers.base import Layer, layers
from nnstudio.layers.onnx_reading import Lead, Unreadable
from nnstudio.layers.shapes import Array, Shape, shown

DOOR = "input"
LONGEST = 80


@dataclass(eq=False)
class Book:
    """Layers and wires in the order they are made, and weights by `layer/name`: `room` numbers at most."""

    room: int = 1 << 28
    layers: dict[str, Layer] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    weights: dict[str, Array] = field(default_factory=dict)
    _numbers: int = 0
    _read: set[str] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)
    _behind: dict[str, Lead] = field(default_factory=dict)
    _bridges: dict[tuple[str, Shape], str] = field(default_factory=dict)

    def add(self, layer: Layer, reads: Sequence[Lead], given: Mapping[str, Array], name: str) -> tuple[str, Shape]:
        """Put a layer behind others; gives back its id and its shape."""
        inputs = tuple(lead.ours for lead in reads)
        shape = layer.output_shape(*inputs)
        numbers = _fitting(layer, inputs, given)
        self._numbers += sum(array.size for array in numbers.values())
        if self._numbers > self.room:
            raise Unreadable("with it there would be more weights than fit")
        id = self._fresh(name, layer)
        self.layers[id] = layer
        self.wires += [Wire(lead.node, id, port) for port, lead in enumerate(reads)]
        self._read.update(lead.node for lead in reads)
        self.weights |= {f"{id}/{each}": array for each, array in numbers.items()}
        return id, shape

    def bridge(self, lead: Lead, shape: Shape) -> Lead:
        """The same numbers under another shape of ours, by a Reshape or a Flatten; none is put behind another."""
        source = self._behind.get(lead.node, lead)
        if source.ours == shape:
            return Lead(source.node, shape, lead.shape, lead.order)
        id = self._bridges.get((source.node, shape))
        if id is None:
            made = layers().find("flatten")() if len(shape) == 1 else layers().find("reshape").from_fields(
                {"shape": shape}
            )
            id, _ = self.add(made, [source], {}, "")
            self._bridges[source.node, shape], self._behind[id] = id, source
        return Lead(id, shape, lead.shape, lead.order)

    def add_to_bias(self, id: str, numbers: Array) -> bool:
        """Let a layer that has a bias, and that nothing reads yet, add these numbers too."""
        bias = self.weights.get(f"{id}/bias")
        if bias is None or bias.shape != numbers.shape or id in self._read:
            return False
        self.weights[f"{id}/bias"] = bias + numbers.astype(np.float32)
        return True

    def graph(self, end: str) -> Graph:
        """All that leads to the end, in the order of computation."""
        whole = Graph(tuple(Node(id, layer) for id, layer in self.layers.items()), tuple(self.wires))
        used = {end, *whole.before(end)}
        nodes = tuple(node for node in whole.nodes if node.id in used)
        return Graph(nodes, tuple(wire for wire in whole.wires if wire.target in used))

    def _fresh(self, name: str, layer: Layer) -> str:
        """The name that it has in the file where that is one to show, else its kind and a number."""
        found = name if name and name not in self.layers else layer.kind
        while found in self.layers:
            # Counted on, not from the start: there may be thousands.
            self._counts[layer.kind] += 1
            found = f"{layer.kind}_{self._counts[layer.kind] + 1}"
        return found


def name_of(name: str, operator: str) -> str:
    """What to call a layer: hidden for hidden, fc1 for PyTorch's /fc1/Gemm, nothing for a mere number."""
    parts = [part for part in re.split(r"[/.]", name) if part]
    if len(parts) > 1 and re.fullmatch(rf"{re.escape(operator)}(_\d+)?", parts[-1]):
        parts.pop()
    found = "_".join(parts)
    mere = re.fullmatch(rf"(node_)?({re.escape(operator)}|{re.escape(operator.lower())})?_?\d*|[\d_]*", found)
    return "" if mere or len(found) > LONGEST - 6 or not found.isprintable() else found


def _fitting(layer: Layer, inputs: Sequence[Shape], given: Mapping[str, Array]) -> dict[str, Array]:
    """A layer's numbers in float32, each in the shape that the layer wants."""
    wanted: dict[str, Any] = {}
    for block in layer.blocks(*inputs).values():
        wanted.update(block)
    found: dict[str, Array] = {}
    for name, parameter in wanted.items():
        array = given[name]
        if array.shape != parameter.shape:
            raise Unreadable(f"its {name} are {shown(array.shape)} numbers in place of {shown(parameter.shape)}")
        with np.errstate(over="ignore", invalid="ignore"):
            found[name] = np.ascontiguousarray(array, np.float32)
        if not np.isfinite(found[name]).all():
            raise Unreadable(f"its {name} are not all finite numbers")
    return found
