"""Small data sets and sessions for the tests of training."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnstudio.compiler.compile import compile_graph
from nnstudio.data.dataset import DataSet
from nnstudio.graph.edits import chain
from nnstudio.layers.base import Layer
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.tanh import Tanh
from nnstudio.training.session import Session
from nnstudio.training.settings import Settings

NEURON = (Dense(units=1), Sigmoid())
MIXED = (Dense(units=6), BatchNorm(), Tanh(), Dropout(rate=0.3), Dense(units=3), Softmax())
# 64·256 + 256·10 = 18,944 products a sample: a batch of 300 is worth two lanes.
LARGE = (Dense(units=256), ReLU(), Dropout(rate=0.2), Dense(units=10), Softmax())


def two_classes(train: int = 10, validation: int = 0, inputs: int = 2, seed: int = 0) -> DataSet:
    """Points of two classes that overlap a little."""
    return _data(2, train, validation, inputs, seed)


def three_classes(train: int = 22, validation: int = 7, inputs: int = 4, seed: int = 0) -> DataSet:
    """Points of three classes; 22 of them make batches of 8, 8 and 6."""
    return _data(3, train, validation, inputs, seed)


def ten_classes(train: int = 700, seed: int = 0) -> DataSet:
    """Points of 64 numbers in ten classes."""
    return _data(10, train, 20, 64, seed)


def _data(classes: int, train: int, validation: int, inputs: int, seed: int) -> DataSet:
    random = np.random.default_rng(seed)
    answers = random.integers(0, classes, train + validation)
    points = random.normal(answers[:, None], 1.0, (train + validation, inputs)).astype(np.float32)
    parts = {"train": np.arange(train), "validation": np.arange(train, train + validation)}
    return DataSet("points", points, answers, tuple(f"class {each}" for each in range(classes)), parts)


def line(count: int = 10) -> DataSet:
    """y = 2x for whole x."""
    x = np.arange(count, dtype=np.float32)[:, None]
    return DataSet("line", x, 2 * x, (), {"train": np.arange(count)})


def loss_for(layers: Sequence[Layer]) -> str:
    """The loss that goes with the last layer."""
    return {"softmax": "categorical_cross_entropy", "sigmoid": "binary_cross_entropy"}.get(
        layers[-1].kind, "mean_squared_error"
    )


def session_of(
    layers: Sequence[Layer], data: DataSet, threads: int = 1, weights: Any = None, **settings: Any
) -> Session:
    """A session on a chain of layers; the loss follows from the last one unless given."""
    chosen = Settings.from_fields({"loss": loss_for(layers), **settings})
    graph = chain(Input(shape=data.sample_shape), *layers)
    plan = compile_graph(graph, chosen.loss, chosen.batch_of(len(data.part("train"))), chosen.precision)
    return Session(plan, data, chosen, weights, threads)


def bits_of(session: Session) -> bytes:
    """Every weight, bias and statistic, to the last bit."""
    return session.parameters.vector.tobytes()
