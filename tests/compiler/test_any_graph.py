"""Any valid graph, with branches, merges and shared inputs, compiles, and its gradient is the slope of its loss."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnstudio.compiler.compile import compile_graph
from nnstudio.compiler.problems import find_problems
from nnstudio.engine.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    MeanSquaredError,
)
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph
from nnstudio.graph.inference import infer_shapes
from nnstudio.layers.add import Add
from nnstudio.layers.avg_pool import AvgPool
from nnstudio.layers.base import Layer, Refusal
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.concatenate import Concatenate
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.elu import ELU
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.gelu import GELU
from nnstudio.layers.global_avg_pool import GlobalAvgPool
from nnstudio.layers.input import Input
from nnstudio.layers.layer_norm import LayerNorm
from nnstudio.layers.leaky_relu import LeakyReLU
from nnstudio.layers.linear import Linear
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.multiply import Multiply
from nnstudio.layers.relu import ReLU
from nnstudio.layers.reshape import Reshape
from nnstudio.layers.shapes import IMAGE, Shape, size_of
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.silu import SiLU
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.softplus import Softplus
from nnstudio.layers.tanh import Tanh

STEADY = settings(derandomize=True, deadline=None, database=None, max_examples=200)
BATCH, LARGEST = 3, 80

ANYWHERE: list[Layer] = [
    Tanh(), Sigmoid(), SiLU(), GELU(), Softplus(), ELU(), Softmax(), Linear(), Dropout(rate=0.3), ReLU(), LeakyReLU(),
    LayerNorm(epsilon=0.1), BatchNorm(epsilon=0.1), Flatten(), Dense(units=3), Dense(units=4, frozen=True),
]  # fmt: skip
ON_IMAGES: list[Layer] = [
    Conv2D(filters=2, bias_start="pytorch"), Conv2D(filters=2, size=2, stride=2, padding="valid"),
    Conv2D(filters=4, groups=2, dilation=2), Conv2D(filters=2, size=1), MaxPool(),
    MaxPool(size=3, stride=1, padding=1), AvgPool(),
    AvgPool(size=3, stride=2, padding="same"), GlobalAvgPool(), Conv2D(filters=3, frozen=True), ReLU(), Flatten(),
]  # fmt: skip
MERGERS: list[Layer] = [Add(), Multiply(), Concatenate()]


def _grow(draw: st.DrawFn, graph: Graph, shapes: dict[str, Shape], id: str) -> Graph | None:
    """One more layer that reads any one, or any several, of those before; None where that does not fit."""
    sources = sorted(shapes)
    first = draw(st.sampled_from(sources))
    image = len(shapes[first]) == IMAGE
    kinds = [*ANYWHERE, *MERGERS, *MERGERS, *(ON_IMAGES if image else [Reshape(shape=(1, 1, size_of(shapes[first])))])]
    layer = draw(st.sampled_from(kinds))
    reads = [first]
    if layer.takes[0] > 1:
        fitting = [each for each in sources if shapes[each] == shapes[first]]
        reads += draw(st.lists(st.sampled_from(fitting), min_size=1, max_size=3))
    try:
        shape = layer.output_shape(*(shapes[each] for each in reads))
    except Refusal:
        return None
    if size_of(shape) > LARGEST:
        return None
    graph = edits.add(graph, layer, id)
    for each in reads:
        graph = edits.connect(graph, each, id)
    return graph


def _closed(graph: Graph) -> Graph:
    """Flatten every loose end, gather them, and end in a Dense of three units."""
    ends = [node.id for node in graph.sinks()]
    flat = []
    for number, end in enumerate(ends):
        graph = edits.append(graph, Flatten(), end, f"end{number}")
        flat.append(f"end{number}")
    if len(flat) > 1:
        graph = edits.add(graph, Concatenate(), "gathered")
        for each in flat:
            graph = edits.connect(graph, each, "gathered")
        flat = ["gathered"]
    return edits.append(graph, Dense(units=3, bias_start="pytorch"), flat[0], "last")


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, Loss]:
    """Valid graphs of 3 to 15 layers, or a few more where loose ends are tied up."""
    shape = draw(st.sampled_from([(4,), (1,), (5, 4, 2), (4, 6, 1), (5, 5, 2), (1, 3, 2), (3, 2)]))
    graph = edits.add(Graph(), Input(shape=shape), "door")
    if len(shape) == 1:
        graph = edits.append(graph, Dense(units=4), "door", "first")
    for number in range(draw(st.integers(2, 11))):
        grown = _grow(draw, graph, dict(infer_shapes(graph).known), f"layer{number}")
        graph = graph if grown is None else grown
    loss = draw(st.sampled_from([MeanSquaredError(), BinaryCrossEntropy(), CategoricalCrossEntropy()]))
    ends = {"binary_cross_entropy": Sigmoid(), "categorical_cross_entropy": Softmax()}
    graph = _closed(graph)
    return (edits.append(graph, ends[loss.kind], "last") if loss.kind in ends else graph), loss


class Slope:
    """The loss of a compiled graph along a line in the space of its weights."""

    def __init__(self, graph: Graph, loss: Loss, as_drawn: bool = False) -> None:
        plan = compile_graph(graph, loss, BATCH, "float64")
        self.parameters = Parameters.initial(plan, 2)
        random = np.random.default_rng(4)
        self.learned = self.parameters.vector[: self.parameters.layout.learned]
        self.learned += random.normal(0, 0.3, self.learned.size)
        self.gradient = Parameters.zeros(self.parameters.layout, plan.dtype, learned_only=True)
        self._dice = np.random.default_rng(6)
        self._start = self._dice.bit_generator.state
        self.program = Program(plan, BATCH, self.parameters, self.gradient, self._dice, as_drawn=as_drawn)
        self.program.inputs[...] = random.normal(0, 1, self.program.inputs.shape)
        self.program.target[...] = random.dirichlet(np.ones(3), BATCH)
        self.direction = random.normal(0, 1, self.learned.size)
        self.direction /= np.linalg.norm(self.direction)

    def loss(self) -> float:
        self._dice.bit_generator.state = self._start
        self.program.run()
        self.program.judge()
        return float(self.program.total) / BATCH

    def work(self) -> NDArray[np.float64]:
        self.loss()
        self.program.run_back()
        return self.gradient.vector

    def measured(self, step: float) -> float:
        kept = self.learned.copy()
        self.learned += step * self.direction
        above = self.loss()
        self.learned[...] = kept - step * self.direction
        below = self.loss()
        self.learned[...] = kept
        return (above - below) / (2 * step)


@STEADY
@given(graphs())
def test_the_gradient_of_any_graph_is_the_slope_of_its_loss(made: tuple[Graph, Loss]) -> None:
    graph, loss = made
    assert not find_problems(graph, loss)
    slope = Slope(graph, loss)
    found = float(slope.work() @ slope.direction)
    # Where a step crosses a corner of ReLU or max, a smaller one does not.
    errors = [abs(slope.measured(step) - found) for step in (1e-5, 1e-6, 1e-7)]
    assert min(errors) <= 1e-6 * max(1.0, abs(found))


@settings(STEADY, max_examples=60)
@given(graphs())
def test_the_quick_order_of_any_graph_gives_the_gradient_of_the_drawing(made: tuple[Graph, Loss]) -> None:
    quick, drawn = Slope(*made), Slope(*made, as_drawn=True)
    np.testing.assert_array_equal(quick.work(), drawn.work())
    np.testing.assert_array_equal(quick.program.output, drawn.program.output)


@settings(STEADY, max_examples=60)
@given(graphs())
def test_the_order_in_which_layers_were_made_does_not_matter(made: tuple[Graph, Loss]) -> None:
    graph, loss = made
    turned = Graph(graph.nodes[::-1], graph.wires[::-1], graph.groups)
    losses = []
    for each in (graph, turned):
        plan = compile_graph(each, loss, BATCH, "float64")
        parameters = Parameters.initial(plan, 2)
        program = Program(plan, BATCH, parameters)
        program.inputs[...] = np.random.default_rng(0).normal(0, 1, program.inputs.shape)
        program.target[...] = 1 / 3
        program.run()
        program.judge()
        losses.append(float(program.total))
    assert losses[0] == pytest.approx(losses[1], rel=1e-9)


def test_the_graphs_that_are_made_are_varied() -> None:
    seen: set[str] = set()
    shared = 0

    @STEADY
    @given(graphs())
    def look(made: tuple[Graph, Loss]) -> None:
        nonlocal shared
        seen.update(node.layer.kind for node in made[0].nodes)
        shared += any(len(made[0].out_of(node.id)) > 1 for node in made[0].nodes)

    look()
    assert {layer.kind for layer in (*ANYWHERE, *ON_IMAGES, *MERGERS)} <= seen
    assert shared > 30
