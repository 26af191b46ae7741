"""Numbers that a student works out by hand come out of the studio."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.engine import predict
from nnstudio.engine.losses import BinaryCrossEntropy, Loss, MeanSquaredError
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.graph.edits import chain
from nnstudio.layers.avg_pool import AvgPool
from nnstudio.layers.base import Layer
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.elu import ELU
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.gelu import GELU
from nnstudio.layers.input import Input
from nnstudio.layers.leaky_relu import LeakyReLU
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU
from nnstudio.layers.reshape import Reshape
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.silu import SiLU
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.softplus import Softplus
from nnstudio.layers.tanh import Tanh
from nnstudio.layers.threshold import Threshold


def _answer(layer: Layer, numbers: list[float]) -> NDArray[np.float64]:
    plan = compile_graph(chain(Input(shape=(len(numbers),)), layer), precision="float64")
    return predict(plan, Parameters.initial(plan, 0), np.array([numbers]))[0]


def test_xor_comes_out_of_the_weights_of_the_lecture() -> None:
    plan = compile_graph(chain(Input(), Dense(units=2), ReLU(), Dense(units=1)), precision="float64")
    parameters = Parameters.initial(plan, 0)
    parameters.of("dense")["weights"][...] = 1
    parameters.of("dense")["bias"][...] = [0, -1]
    parameters.of("dense_2")["weights"][...] = [[1, -2]]
    answers = predict(plan, parameters, np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    np.testing.assert_array_equal(answers.ravel(), [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("layer", "numbers", "wanted"),
    [
        (ReLU(), [-2, -0.0, 0, 3], [0, 0, 0, 3]),
        (LeakyReLU(), [-2, 0, 3], [-0.2, 0, 3]),
        (ELU(alpha=2.0), [-1, 0, 3], [2 * (np.exp(-1) - 1), 0, 3]),
        (Sigmoid(), [0, np.log(3), -np.log(3)], [0.5, 0.75, 0.25]),
        (Tanh(), [0, np.log(2)], [0, 0.6]),
        (Threshold(), [-1, 0, 1e-300], [-1, -1, 1]),
        (Threshold(no="0"), [-1, 0, 2], [0, 0, 1]),
        (Softmax(), [0, np.log(2), np.log(5)], [1 / 8, 2 / 8, 5 / 8]),
        (Softplus(), [0, np.log(3)], [np.log(2), np.log(4)]),
        (SiLU(), [0, np.log(3)], [0, 0.75 * np.log(3)]),
        (GELU(), [0, 100, -100], [0, 100, 0]),
    ],
    ids=lambda each: str(each),
)
def test_an_activation_gives_what_a_hand_works_out(layer: Layer, numbers: list[float], wanted: list[float]) -> None:
    np.testing.assert_allclose(_answer(layer, numbers), wanted, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(
    ("loss", "delta"),
    [
        (BinaryCrossEntropy(), lambda y, t: y - t),
        (MeanSquaredError(factor="1/2"), lambda y, t: (y - t) * y * (1 - y)),
    ],
    ids=["cross-entropy", "squared error"],
)
def test_one_neuron_learns_by_the_rule_of_the_lecture(loss: Loss, delta: object) -> None:
    plan = compile_graph(chain(Input(shape=(3,)), Dense(units=1, bias_start="pytorch"), Sigmoid()), loss, 1, "float64")
    parameters = Parameters.initial(plan, 0)
    gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
    program = Program(plan, 1, parameters, gradient)
    x, t = np.array([0.5, -1.0, 2.0]), 1.0
    program.inputs[...], program.target[...] = x, t
    program.run()
    program.judge()
    program.run_back()
    y = 1 / (1 + np.exp(-(parameters.of("dense")["weights"][0] @ x + parameters.of("dense")["bias"][0])))
    wanted = delta(y, t)  # type: ignore[operator]
    np.testing.assert_allclose(gradient.of("dense")["weights"], [wanted * x], rtol=1e-13)
    np.testing.assert_allclose(gradient.of("dense")["bias"], [wanted], rtol=1e-13)


def _image(layer: Layer, image: list[list[float]]) -> NDArray[np.float64]:
    array = np.array(image, float)
    plan = compile_graph(chain(Input(shape=(*array.shape, 1)), layer), precision="float64")
    parameters = Parameters.initial(plan, 0)
    for view in parameters.named().values():
        view[...] = 1
    return predict(plan, parameters, array[None])[0, :, :, 0]


def test_a_window_of_ones_adds_up_its_neighbourhood_and_the_bias() -> None:
    found = _image(Conv2D(filters=1, size=3), [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    np.testing.assert_allclose(found, [[13, 22, 17], [28, 46, 34], [25, 40, 29]], rtol=1e-14)


def test_the_border_does_not_count_in_a_mean() -> None:
    np.testing.assert_allclose(_image(AvgPool(padding="same"), [[1, 3, 5]]), [[2, 5]], rtol=1e-14)


def test_the_border_never_wins_a_maximum() -> None:
    np.testing.assert_array_equal(_image(MaxPool(padding="same"), [[-1, -3, -5]]), [[-1, -5]])


def test_of_equal_winners_the_first_takes_the_derivative() -> None:
    graph = chain(
        Input(shape=(4,)), Dense(units=4, weights_start="zeros"), Reshape(shape=(2, 2, 1)), MaxPool(), Flatten()
    )
    plan = compile_graph(graph, MeanSquaredError(), 1, "float64")
    parameters = Parameters.initial(plan, 0)
    gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
    program = Program(plan, 1, parameters, gradient)
    program.target[...] = 1
    program.run()
    program.judge()
    program.run_back()
    np.testing.assert_array_equal(gradient.of("dense")["bias"], [-2, 0, 0, 0])


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_keeps_the_mean(rate: float) -> None:
    graph = chain(Input(shape=(100,)), Dropout(rate=rate), Dense(units=1))
    plan = compile_graph(graph, MeanSquaredError(), 400, "float32")
    parameters = Parameters.initial(plan, 0)
    gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
    program = Program(plan, 400, parameters, gradient, np.random.default_rng(1))
    program.inputs[...] = 1
    program.run()
    found = program.value("dropout")
    assert (found == 0).mean() == pytest.approx(rate, abs=0.01)
    assert found.mean(dtype=float) == pytest.approx(1, abs=0.03)
    np.testing.assert_allclose(np.unique(found)[-1], 1 / (1 - rate), rtol=1e-6)


def test_dropout_drops_others_at_every_step() -> None:
    plan = compile_graph(chain(Input(shape=(50,)), Dropout(), Dense(units=1)), MeanSquaredError(), 4)
    parameters = Parameters.initial(plan, 0)
    program = Program(plan, 4, parameters, Parameters.zeros(parameters.layout, plan.dtype, learned_only=True))
    program.inputs[...] = 1
    program.run()
    first = program.value("dropout").copy()
    program.run()
    assert not np.array_equal(program.value("dropout"), first)


def test_dropout_does_nothing_after_training() -> None:
    numbers = [1.0, -2.0, 3.0]
    np.testing.assert_array_equal(_answer(Dropout(rate=0.9), numbers), numbers)
