"""Which neuron can be shown in weight space and input space, and what it answers. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from nnstudio.engine.engine import quiet
from nnstudio.graph.graph import Graph
from nnstudio.layers.base import Activation, Layer
from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site, Tape, Value
from nnstudio.training.reach import reach_of

MOST = 2  # Inputs.
ROOM = 1.3  # How much wider than the path a range is.
LOOSE = 3.0  # A range stays while it is at most so many times as wide as it need be.
LEAST = 1.0

Range = tuple[float, float]


@dataclass(frozen=True)
class Single:
    """A neuron alone in its layer: the layer's id, its inputs, their names, and the activation behind it."""

    id: str
    inputs: int
    input_names: tuple[str, ...]
    activation: Layer | None

    @property
    def names(self) -> tuple[str, ...]:
        """What its numbers are called, the bias last."""
        return ("w", "b") if self.inputs == 1 else ("w₁", "w₂", "b")

    @property
    def linear(self) -> bool:
        """Whether the answer is a straight line."""
        return self.activation is None or self.activation.kind == "linear"


def find_single(graph: Graph, shapes: Mapping[str, Shape], chosen: str | None) -> Single | None:
    """The chosen neuron, if it is one with few inputs, else the first such."""
    fitting = [
        node.id for node in graph.order
        if node.layer.kind == "dense" and shapes.get(node.id) == (1,) and _inputs(graph, shapes, node.id) <= MOST
    ]  # fmt: skip
    if not fitting:
        return None
    id = chosen if chosen in fitting else fitting[0]
    count = _inputs(graph, shapes, id)
    source = graph.by_id[graph.into(id)[0].source]
    names: tuple[str, ...]
    if source.layer.takes == (0, 0):
        names = ("x",) if count == 1 else ("x₁", "x₂")
    else:
        names = (source.label,) if count == 1 else tuple(f"{source.label} · {number + 1}" for number in range(count))
    readers = [graph.by_id[wire.target].layer for wire in graph.out_of(id)]
    alone = len(readers) == 1 and isinstance(readers[0], Activation) and reach_of(readers[0]).alone
    return Single(id, count, names, readers[0] if alone else None)


class Answers:
    """What an activation makes of so many numbers, by the layer itself."""

    def __init__(self, activation: Layer | None, count: int) -> None:
        self._given = Value.new((1,), count, np.float64)
        self._tape: Tape = []
        self._answers = self._given.array
        if activation is not None:
            site = Site(
                inputs=[self._given], shape=(1,), batch=count, dtype=np.dtype(np.float64), training=False,
                parameters={}, gradients={}, matrices={}, matrix_gradients={}, wanted=(False,),
                random=np.random.default_rng(0), tape=self._tape,
            )  # fmt: skip
            activation.forward(site)
            self._answers = site.y

    def __call__(self, numbers: Array) -> Array:
        """One answer for each. A copy."""
        self._given.array[0] = numbers.ravel()
        with quiet():
            for call in self._tape:
                call()
        return np.array(self._answers[0]).reshape(numbers.shape)


def weight_ranges(places: Array, now: Sequence[Range] = ()) -> tuple[Range, Range]:
    """Equally wide ranges that hold the origin and all places (number, 2); the present ones while they will do."""
    known = np.vstack((places[np.isfinite(places).all(axis=1)], np.zeros((1, 2))))
    low, high = known.min(axis=0), known.max(axis=0)
    size = max(float((high - low).max()) * ROOM, LEAST)
    fits = len(now) == 2 and all(
        begin <= one and other <= end and end - begin <= LOOSE * size
        for (begin, end), one, other in zip(now, low.tolist(), high.tolist(), strict=True)
    )
    if fits:
        return now[0], now[1]
    step = 10.0 ** floor(log10(size)) / 4
    half = ceil(size / 2 / step) * step
    middle = [round(centre / step) * step for centre in ((low + high) / 2).tolist()]
    # Rounding moves the middle by at most half a step.
    return (
        (middle[0] - half - step / 2, middle[0] + half + step / 2),
        (middle[1] - half - step / 2, middle[1] + half + step / 2),
    )


def _inputs(graph: Graph, shapes: Mapping[str, Shape], id: str) -> int:
    wires = graph.into(id)
    shape = shapes.get(wires[0].source, ()) if wires else ()
    return shape[0] if len(shape) == 1 else MOST + 1
