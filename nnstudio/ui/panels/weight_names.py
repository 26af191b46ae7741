"""The numbers of a network by names that fit into a list, and back. No Qt."""

from collections.abc import Iterator, Mapping
from itertools import islice
from operator import lt

import numpy as np

from nnstudio.experiments.planes import Place
from nnstudio.graph.graph import Graph
from nnstudio.layers.shapes import Shape

MOST = 400  # Names in a list; of larger networks the rest can be typed.
LOW = "₀₁₂₃₄₅₆₇₈₉"


def weight_places(graph: Graph, shapes: Mapping[str, Shape]) -> Iterator[Place]:
    """Every number that is learned, layer by layer."""
    for name, shape in _arrays(graph, shapes):
        for index in np.ndindex(shape):
            yield name, index


def weight_count(graph: Graph, shapes: Mapping[str, Shape]) -> int:
    """How many numbers are learned."""
    return sum(int(np.prod(shape)) for _, shape in _arrays(graph, shapes))


def named_places(graph: Graph, shapes: Mapping[str, Shape]) -> dict[str, Place]:
    """The first of them by their names, as they are called in the lectures where the network is a single neuron."""
    arrays = dict(_arrays(graph, shapes))
    alone = len({name.partition("/")[0] for name in arrays}) == 1 and all(shape[0] == 1 for shape in arrays.values())
    return {
        _lecture_name(place, arrays) if alone else full_name(place): place
        for place in islice(weight_places(graph, shapes), MOST)
    }


def place_in(text: str, graph: Graph, shapes: Mapping[str, Shape]) -> Place | None:
    """The number that a name stands for, such as `hidden/weights[1, 0]`; None where there is none."""
    if (known := named_places(graph, shapes).get(text)) is not None:
        return known
    name, _, rest = text.strip().removesuffix("]").partition("[")
    shape = dict(_arrays(graph, shapes)).get(name.strip())
    try:
        index = tuple(int(each) for each in rest.split(","))
    except ValueError:
        return None
    fits = shape is not None and len(index) == len(shape) and all(map(lt, index, shape)) and min(index) >= 0
    return (name.strip(), index) if fits else None


def full_name(place: Place) -> str:
    """A number as NumPy calls it: hidden/weights[1, 0]."""
    return f"{place[0]}[{', '.join(map(str, place[1]))}]"


def _lecture_name(place: Place, arrays: Mapping[str, Shape]) -> str:
    """w₁, w₂, …, b of a neuron alone; w of one with a single input."""
    letter, count = place[0].rpartition("/")[2][:1], int(np.prod(arrays[place[0]]))
    return letter if count == 1 else letter + "".join(LOW[int(digit)] for digit in str(place[1][-1] + 1))


def _arrays(graph: Graph, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Shape]]:
    for node in graph.order:
        inputs = [shapes[wire.source] for wire in graph.into(node.id) if wire.source in shapes]
        if node.id not in shapes or not node.layer.learns:
            continue
        for block in node.layer.blocks(*inputs).values():
            for name, parameter in block.items():
                if parameter.learned:
                    yield f"{node.id}/{name}", parameter.shape
