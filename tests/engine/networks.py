"""Small networks and samples for the tests of the engine."""

from dataclasses import replace

import numpy as np

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.engine import Engine
from nnstudio.engine.losses import CategoricalCrossEntropy
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.samples import Samples
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.layers.base import Layer
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU
from nnstudio.layers.shapes import Array
from nnstudio.layers.softmax import Softmax

SIDE = 8
CLASSES = 4
SAMPLES = 60


def _network(*hidden: Layer) -> Graph:
    return chain(Input(shape=(SIDE, SIDE, 1)), *hidden, Dense(units=CLASSES, bias_start="pytorch"), Softmax())


NETWORKS: dict[str, Graph] = {
    "dense": _network(Flatten(), Dense(units=9), ReLU()),
    "conv": _network(
        Conv2D(filters=3, bias_start="pytorch"),
        ReLU(),
        MaxPool(),
        Conv2D(filters=5),
        ReLU(),
        MaxPool(size=3, padding=1),
        Flatten(),
    ),
    "dropout": _network(Flatten(), Dense(units=9), Dropout(rate=0.3), ReLU()),
}
NORMALISED = _network(Conv2D(filters=3), BatchNorm(momentum=0.2), ReLU(), Flatten(), Dense(units=6), BatchNorm())


def plan_of(
    graph: Graph, batch: int = 20, shards: int | None = None, lanes: int = 1, precision: str = "float64"
) -> Plan:
    """A plan; with a number of shards and lanes, a batch is split that way."""
    plan = compile_graph(graph, CategoricalCrossEntropy(), batch, precision)
    return plan if shards is None else replace(plan, shard=-(-batch // shards), lanes=lanes)


def make_samples(precision: str = "float64") -> Samples:
    """Random images of four classes."""
    random = np.random.default_rng(2)
    classes = random.integers(0, CLASSES, SAMPLES)
    rows = random.normal(0, 1, (SAMPLES, SIDE * SIDE)).astype(precision)
    return Samples(rows, np.eye(CLASSES, dtype=precision)[classes], classes)


def gradient_of(plan: Plan, picks: Array, threads: int = 1, parameters: Parameters | None = None) -> Array:
    """The gradient of a batch by an engine, all lanes added up."""
    parameters = parameters or Parameters.initial(plan, 1)
    with Engine(plan, parameters, make_samples(plan.precision), threads=threads) as engine:
        engine.gradient(picks)
        return sum_of_lanes(engine)


def sum_of_lanes(engine: Engine) -> Array:
    """The gradient that stands in the lanes."""
    return np.sum([lane.gradient.vector for lane in engine.lanes], axis=0)
