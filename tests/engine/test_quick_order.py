"""The quick order (the rectifier after the max-pool) gives the same bits as the drawing."""

import numpy as np
import pytest

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.losses import MeanSquaredError
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.program import Program
from nnstudio.graph import edits
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.layers.add import Add
from nnstudio.layers.base import Layer
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.global_avg_pool import GlobalAvgPool
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU

BATCH = 6


def _around(*middle: Layer) -> Graph:
    return chain(
        Input(shape=(9, 8, 2)), Conv2D(filters=3, bias_start="pytorch"), *middle, Flatten(), Dense(units=3)
    )  # fmt: skip


SWAPPED: dict[str, Graph] = {
    "two by two": _around(ReLU(), MaxPool()),
    "overlapping": _around(ReLU(), MaxPool(size=3, stride=2)),
    "bordered": _around(ReLU(), MaxPool(size=3, stride=1, padding="same")),
    "padded": _around(ReLU(), MaxPool(size=3, stride=2, padding=1)),
    "two pools": _around(ReLU(), MaxPool(), MaxPool(size=2, stride=1)),
    "twice": _around(ReLU(), MaxPool(), Conv2D(filters=2), ReLU(), MaxPool()),
}


def _both(plan: Plan, ties: bool, precision: str) -> list[tuple[Program, Parameters]]:
    random = np.random.default_rng(8)
    rows = random.integers(-2, 3, (BATCH, 9 * 8 * 2)) if ties else random.normal(0, 1, (BATCH, 9 * 8 * 2))
    target = random.normal(0, 1, (BATCH, 3))
    found = []
    for as_drawn in (True, False):
        parameters = Parameters.initial(plan, 3)
        if ties:
            # Whole numbers make many equal sums: windows with several winners, and with none above 0.
            parameters.of("conv2d")["weights"][...] = np.sign(np.round(parameters.of("conv2d")["weights"], 1))
            parameters.of("conv2d")["bias"][...] = -1
        gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
        program = Program(plan, BATCH, parameters, gradient, as_drawn=as_drawn)
        program.inputs[...] = rows
        program.target[...] = target
        program.run()
        program.judge()
        program.run_back()
        found.append((program, gradient))
    return found


@pytest.mark.parametrize("name", SWAPPED)
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_output_loss_and_gradients_are_the_same_bits(name: str, ties: bool, precision: str) -> None:
    plan = compile_graph(SWAPPED[name], MeanSquaredError(), BATCH, precision)
    assert plan.quick != plan.steps
    (drawn, gradient), (quick, quick_gradient) = _both(plan, ties, precision)
    assert np.abs(gradient.vector).max() > 0
    np.testing.assert_array_equal(quick.output, drawn.output)
    np.testing.assert_array_equal(quick.total, drawn.total)
    np.testing.assert_array_equal(quick_gradient.vector, gradient.vector)


def test_the_rectifier_sees_the_smaller_image() -> None:
    plan = compile_graph(SWAPPED["two by two"], MeanSquaredError(), BATCH)
    assert {step.id: step.shape for step in plan.quick}["relu"] == (4, 4, 3)
    assert {step.id: step.shape for step in plan.steps}["relu"] == (9, 8, 3)


def test_a_rectifier_that_someone_else_reads_stays_where_it_is() -> None:
    graph = chain(Input(shape=(8, 8, 2)), Conv2D(filters=3), ReLU(), MaxPool(), GlobalAvgPool())
    graph = edits.append(graph, GlobalAvgPool(), "relu", id="other")
    graph = edits.add(graph, Add(), "add")
    graph = edits.connect(edits.connect(graph, "global_avg_pool", "add"), "other", "add")
    plan = compile_graph(graph, MeanSquaredError(), BATCH)
    assert plan.quick == plan.steps


def test_a_pool_that_is_the_output_stays_where_it_is() -> None:
    plan = compile_graph(chain(Input(shape=(8, 8, 2)), Conv2D(), ReLU(), MaxPool()), None, BATCH)
    assert plan.quick == plan.steps
