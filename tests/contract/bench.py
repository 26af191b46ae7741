"""A bench for one layer: a network whose front hands it exactly the numbers we choose, and learns, so that the
derivatives for the layer's inputs are computed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.losses import MeanSquaredError
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph
from nnstudio.layers.base import layers
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.reshape import Reshape
from nnstudio.layers.shapes import size_of, to_samples

from .examples import Example

Numbers = NDArray[np.float64]


def network_around(example: Example) -> Graph:
    """Input → one Dense (and Reshape) for each port → the layer → Flatten."""
    graph = edits.add(Graph(), Input(shape=(sum(map(size_of, example.inputs)),)), id="door")
    graph = edits.add(graph, example.layer, id="layer")
    for port, shape in enumerate(example.inputs):
        graph = edits.append(graph, Dense(units=size_of(shape)), "door", id=f"front{port}")
        graph = edits.append(graph, Reshape(shape=shape), f"front{port}", id=f"shaped{port}")
        graph = edits.connect(graph, f"shaped{port}", "layer")
    return edits.append(graph, Flatten(), "layer", id="end")


def network_behind_input(example: Example) -> Graph:
    """Input → the layer → Flatten: nothing before the layer learns."""
    return edits.chain(Input(shape=example.inputs[0]), example.layer, Flatten())


def spread_numbers(random: np.random.Generator, count: int, reach: float = 2.0) -> Numbers:
    """Numbers of which no two are close, and none is close to 0: away from every corner of ReLU and max."""
    gap = 2 * reach / count
    jitter = random.uniform(-0.2, 0.2, count)
    return (random.permutation(count) - count // 2 + 0.5 + jitter) * gap


@dataclass(eq=False)
class Bench:
    """A layer at work in a program, with ½Σ(y − t)² as its loss."""

    example: Example
    precision: str = "float64"
    learns: bool = True
    front: bool = True

    def __post_init__(self) -> None:
        example = self.example
        self.random = np.random.default_rng(7)
        loss = MeanSquaredError(factor="1/2", outputs="sum")
        self.plan = compile_graph(
            network_around(example) if self.front else network_behind_input(example),
            loss,
            example.batch,
            self.precision,
        )
        self.parameters = Parameters.initial(self.plan, 0)
        if self.front:
            self._set_front()
        for view in self.learned.values():
            view[...] = self.random.normal(0.5, 1.0, view.shape)
        self.gradient = Parameters.zeros(self.parameters.layout, self.plan.dtype, learned_only=True)
        self._dice = np.random.default_rng(3)
        self._start = self._dice.bit_generator.state
        gradient = self.gradient if self.learns else None
        self.program = Program(self.plan, example.batch, self.parameters, gradient, self._dice)
        rows = spread_numbers(self.random, self.program.inputs.size)
        self.program.inputs[...] = rows.reshape(self.program.inputs.shape)
        self.program.target[...] = self.random.normal(0.0, 1.0, self.program.target.shape)

    def _set_front(self) -> None:
        start = 0
        for port, shape in enumerate(self.example.inputs):
            front = self.parameters.of(f"front{port}")
            front["bias"][...] = 0
            front["weights"][...] = 0
            front["weights"][:, start : start + size_of(shape)] = np.eye(size_of(shape))
            start += size_of(shape)

    @property
    def learned(self) -> dict[str, Numbers]:
        """The layer's own parameters that learn, by name."""
        step = "layer" if self.front else self.example.layer.kind
        places = [place for place in self.parameters.layout.places if place.step.id == step and place.learned]
        return {name: self.parameters.of(step)[name] for place in places for name in place.block}

    @property
    def learned_gradients(self) -> dict[str, Numbers]:
        """The derivatives for them."""
        step = "layer" if self.front else self.example.layer.kind
        return {name: self.gradient.of(step)[name] for name in self.learned}

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The promised shape."""
        return self.example.layer.output_shape(*self.example.inputs)

    def loss(self) -> float:
        """Run forward, with the same dice each time; gives back the mean loss."""
        self._dice.bit_generator.state = self._start
        with np.errstate(all="ignore"):
            self.program.run()
            self.program.judge()
        return float(self.program.total) / self.example.batch

    def work(self) -> float:
        """Run forward and back; gives back the mean loss."""
        loss = self.loss()
        with np.errstate(all="ignore"):
            self.program.run_back()
        return loss

    @property
    def output(self) -> Numbers:
        """What the layer puts out: samples first, channels last."""
        return to_samples(self.program.value("layer"), self.shape)

    @property
    def inputs(self) -> list[Numbers]:
        """What we chose for each port: samples first, channels last."""
        ends = np.cumsum([size_of(shape) for shape in self.example.inputs])
        parts = np.split(np.array(self.program.inputs), ends[:-1], axis=1)
        pairs = zip(parts, self.example.inputs, strict=True)
        return [part.reshape(self.example.batch, *shape) for part, shape in pairs]

    @property
    def input_derivatives(self) -> list[Numbers]:
        """The derivatives of the mean loss for each port: samples first, channels last."""
        return [
            to_samples(self.program.derivative(f"shaped{port}"), shape).copy()
            for port, shape in enumerate(self.example.inputs)
        ]


def slopes(bench: Bench, numbers: Numbers, step: float = 1e-5) -> Numbers:
    """Central differences of the mean loss for every one of some numbers that the program reads."""
    found = np.zeros(numbers.shape)
    for place in np.ndindex(*numbers.shape):
        kept = numbers[place]
        numbers[place] = kept + step
        above = bench.loss()
        numbers[place] = kept - step
        below = bench.loss()
        numbers[place] = kept
        found[place] = (above - below) / (2 * step)
    return found


def error_between(found: Numbers, wanted: Numbers) -> float:
    """The largest difference, relative to the largest number."""
    scale = max(float(np.abs(wanted).max(initial=0)), 1e-2)
    return float(np.abs(found - wanted).max(initial=0)) / scale


KINDS = sorted(layers().kinds())
