"""What the course's tests work with: small data sets, sessions with given weights, and the questions a student asks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.compiler.compile import compile_graph
from nnstudio.data.dataset import DataSet
from nnstudio.engine.engine import predict
from nnstudio.engine.losses import MeanSquaredError
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.graph.edits import chain
from nnstudio.layers.base import Layer
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.training.session import Session
from nnstudio.training.settings import Settings

Numbers = NDArray[np.float64]
Rows = Sequence[Sequence[float]]


def classes(inputs: Rows, answers: Sequence[int], names: Sequence[str] = ("no", "yes")) -> DataSet:
    """Samples with a class number each; all of them train."""
    return DataSet("lecture", np.array(inputs, np.float64), np.array(answers), tuple(names), _all(len(inputs)))


def numbers(inputs: Rows, targets: Rows) -> DataSet:
    """Samples with numbers to predict; all of them train."""
    return DataSet("lecture", np.array(inputs, np.float64), np.array(targets, np.float64), (), _all(len(inputs)))


def _all(count: int) -> dict[str, NDArray[np.intp]]:
    return {"train": np.arange(count)}


def session_of(
    layers: Sequence[Layer], data: DataSet, weights: Mapping[str, Any] | None = None, **settings: Any
) -> Session:
    """A session in double precision, one step for the whole set, in the order given, unless told otherwise."""
    usual = {"optimizer": "gradient_descent", "precision": "float64", "shuffle": False}
    chosen = Settings.from_fields({**usual, **settings})
    graph = chain(Input(shape=data.sample_shape), *layers)
    plan = compile_graph(graph, chosen.loss, chosen.batch_of(len(data.part("train"))), chosen.precision)
    given = {name: np.array(values, np.float64) for name, values in weights.items()} if weights else None
    return Session(plan, data, chosen, given, threads=1)


def neuron(weights: Sequence[float], bias: float) -> dict[str, Any]:
    """The weights of a single neuron in the only Dense of a chain."""
    return {"dense/weights": [weights], "dense/bias": [bias]}


def descent(rate: float) -> dict[str, Any]:
    """One step for the whole training set."""
    return {"kind": "gradient_descent", "learning_rate": rate}


def sgd(rate: float) -> dict[str, Any]:
    """One step for every batch."""
    return {"kind": "sgd", "learning_rate": rate}


def weights_of(session: Session, step: str = "dense") -> Numbers:
    """The weights of a layer: row k belongs to neuron k."""
    return session.parameters.of(step)["weights"].copy()


def bias_of(session: Session, step: str = "dense") -> Numbers:
    """The biases of a layer."""
    return session.parameters.of(step)["bias"].copy()


def gradient_of(session: Session, step: str, name: str = "weights") -> Numbers:
    """The derivative of the last step's cost for one array."""
    return session.engine.lanes[0].gradient.of(step)[name].copy()


def cost_of(session: Session) -> float:
    """The cost of the present weights on the whole training set."""
    return session.judge("train").mean_loss


def answers_of(layers: Sequence[Layer], inputs: Any, weights: Mapping[str, Any] | None = None) -> Numbers:
    """What a network answers, one row a sample."""
    rows = np.array(inputs, np.float64)
    plan = compile_graph(chain(Input(shape=rows.shape[1:]), *layers), precision="float64")
    parameters = Parameters.initial(plan, 0)
    if weights:
        parameters.fill({name: np.array(values, np.float64) for name, values in weights.items()})
    return predict(plan, parameters, rows)


def slopes_of(activation: Layer, activations: Sequence[float], output: int | None = None) -> Numbers:
    """∂y/∂a of an activation, number by number; or of one of its outputs for all activations.

    The numbers enter through neurons that hand them on. With the cost ½Σ(y − t)² and t one below y, ∂J/∂y is 1.
    """
    size = len(activations)
    layers = (Input(shape=(size,)), Dense(units=size, weights_start="zeros"), activation)
    plan = compile_graph(chain(*layers), MeanSquaredError(factor="1/2", outputs="sum"), 1, "float64")
    parameters = Parameters.initial(plan, 0)
    parameters.of("dense")["weights"][...] = np.eye(size)
    program = Program(plan, 1, parameters, Parameters.zeros(parameters.layout, plan.dtype, learned_only=True))
    program.inputs[...] = [activations]
    program.run()
    asked = np.ones(size) if output is None else np.eye(size)[output]
    program.target[...] = program.output.T - asked
    program.judge()
    program.run_back()
    slopes: Numbers = program.derivative("dense")[:, 0].copy()
    return slopes
