"""After the first step, no arrays are made: not by a layer, not by a whole network with its updater."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest

from nnstudio.compiler.compile import compile_graph
from nnstudio.data.preparation.base import record
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.engine.engine import Engine
from nnstudio.engine.losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from nnstudio.engine.optimizers import Optimizer, optimizers
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import L2
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Samples
from nnstudio.engine.updater import Updater
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax

from .bench import network_around
from .examples import Example, one_of_each

# The smallest array of these programs that holds a sample of every batch is larger than what Python itself needs.
BATCH, ROOM = 1024, 3_000

NETWORKS: dict[str, tuple[Graph, Loss]] = {
    "dense": (
        chain(Input(shape=(20,)), Dense(units=16), ReLU(), Dense(units=10), Softmax()),
        CategoricalCrossEntropy(),
    ),
    "dropout": (
        chain(Input(shape=(20,)), Dense(units=16), Dropout(), Dense(units=10), Softmax()),
        CategoricalCrossEntropy(),
    ),
    "batch norm": (chain(Input(shape=(20,)), Dense(units=16), BatchNorm(), Dense(units=10)), MeanSquaredError()),
    "images": (
        chain(
            Input(shape=(10, 10, 2)),
            Conv2D(filters=4),
            ReLU(),
            MaxPool(),
            Conv2D(filters=4, size=5),
            ReLU(),
            MaxPool(),
            Flatten(),
            Dense(units=10),
            Softmax(),
        ),
        CategoricalCrossEntropy(),
    ),
}


@pytest.fixture
def peak() -> Iterator[Callable[[Callable[[], None]], int]]:
    """Measure the most memory that some work holds at once beyond what there was."""

    # NumPy walks through arrays of different orders with a small buffer; it is no array, and depends on nothing.
    usual = np.setbufsize(16)

    def measure(work: Callable[[], None]) -> int:
        work()
        work()
        tracemalloc.start()
        try:
            work()
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            work()
            return tracemalloc.get_traced_memory()[1] - before
        finally:
            tracemalloc.stop()

    yield measure
    np.setbufsize(usual)


def test_the_measure_sees_an_array(peak: Callable[[Callable[[], None]], int]) -> None:
    assert peak(lambda: None) < ROOM
    assert peak(lambda: _forget(np.zeros(BATCH, np.float32))) > ROOM


def _forget(array: object) -> None:
    del array


@pytest.mark.parametrize("example", one_of_each(), ids=lambda example: example.layer.kind)
def test_a_layer_makes_no_arrays(example: Example, peak: Callable[[Callable[[], None]], int]) -> None:
    plan = compile_graph(network_around(example), MeanSquaredError(), BATCH)
    parameters = Parameters.initial(plan, 0)
    gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
    program = Program(plan, BATCH, parameters, gradient)
    program.inputs[...] = np.random.default_rng(0).normal(0, 1, program.inputs.shape)

    def step() -> None:
        program.run()
        program.judge()
        program.run_back()

    assert peak(step) < ROOM


def _steps(
    graph: Graph, loss: Loss, optimizer: Optimizer, batch: int, classifies: bool = False, longest: float = 0.0
) -> tuple[Engine, Callable[[], None]]:
    plan = compile_graph(graph, loss, batch)
    random = np.random.default_rng(0)
    classes = random.integers(0, plan.outputs, 2 * batch)
    rows = random.normal(0, 1, (2 * batch, int(np.prod(plan.input_shape)))).astype(np.float32)
    wanted = np.eye(plan.outputs, dtype=np.float32)[classes]
    samples = Samples(rows, wanted, classes if classifies else None, partial(record, (Scale(2), Normalise(-0.1))))
    parameters = Parameters.initial(plan, 0)
    # One thread: the size of the buffer is a setting of the thread.
    engine = Engine(plan, parameters, samples, threads=1)
    updater = Updater(
        optimizer, L2(strength=0.1), parameters, [lane.gradient.vector for lane in engine.lanes], engine.crew, longest
    )
    picks = random.permutation(2 * batch)[:batch]

    def step() -> None:
        engine.gradient(picks)
        updater.step(0.01, 0.01)

    return engine, step


@pytest.mark.parametrize("name", NETWORKS)
def test_a_step_of_a_network_makes_no_arrays(name: str, peak: Callable[[Callable[[], None]], int]) -> None:
    engine, step = _steps(*NETWORKS[name], optimizers().find("adam")(), BATCH)
    with engine:
        most = peak(step)
    # Shards are dealt out through a few small Python objects.
    assert most < ROOM + 100 * -(-BATCH // engine.plan.shard)


def test_counting_right_answers_makes_no_arrays(peak: Callable[[Callable[[], None]], int]) -> None:
    engine, step = _steps(*NETWORKS["dense"], optimizers().find("adam")(), BATCH, classifies=True)
    with engine:
        assert peak(step) < ROOM


@pytest.mark.parametrize("longest", [0.0, 0.1], ids=["free", "clipped"])
@pytest.mark.parametrize("kind", sorted(optimizers().kinds()))
def test_an_optimizer_makes_no_arrays(kind: str, longest: float, peak: Callable[[Callable[[], None]], int]) -> None:
    graph = chain(Input(shape=(100,)), Dense(units=100))
    engine, step = _steps(graph, MeanSquaredError(), optimizers().find(kind)(), 8, longest=longest)
    with engine:
        assert peak(step) < ROOM
