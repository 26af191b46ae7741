"""Activations with their derivatives, a layer, and the worked neuron of the reference run."""

import numpy as np
import pytest

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.parameters import Parameters
from nnstudio.graph.edits import chain
from nnstudio.layers.base import Layer
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.leaky_relu import LeakyReLU
from nnstudio.layers.linear import Linear
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.tanh import Tanh
from nnstudio.layers.threshold import Threshold

from .by_hand import answers_of, neuron, slopes_of

# Activation, a, y(a), and y'(a).
#   logistic: e⁻² = 0.135335, 1/1.135335 = 0.880797; σ' = σ(1 − σ) = 0.880797 · 0.119203 = 0.104994
#   tanh:     (e − e⁻¹)/(e + e⁻¹) = 2.350402/3.086161 = 0.761594; 1 − 0.761594² = 0.419974
CURVES: list[tuple[Layer, float, float, float]] = [
    (Linear(), -1.5, -1.5, 1.0),
    (Sigmoid(), 0.0, 0.5, 0.25),
    (Sigmoid(), 2.0, 0.880797, 0.104994),
    (Sigmoid(), -2.0, 0.119203, 0.104994),
    (Tanh(), 0.0, 0.0, 1.0),
    (Tanh(), 1.0, 0.761594, 0.419974),
    (Tanh(), -1.0, -0.761594, 0.419974),
    (ReLU(), -2.0, 0.0, 0.0),
    (ReLU(), 3.0, 3.0, 1.0),
    (LeakyReLU(), -2.0, -0.2, 0.1),
    (LeakyReLU(), 3.0, 3.0, 1.0),
]

on_every_curve = pytest.mark.parametrize(
    ("activation", "a", "y", "slope"), CURVES, ids=[f"{curve.kind}({a:g})" for curve, a, _, _ in CURVES]
)


@on_every_curve
def test_an_activation_answers_as_its_formula(activation: Layer, a: float, y: float, slope: float) -> None:
    assert answers_of([activation], [[a]])[0, 0] == pytest.approx(y, abs=5e-7)


@on_every_curve
def test_an_activation_has_the_derivative_of_its_formula(activation: Layer, a: float, y: float, slope: float) -> None:
    assert slopes_of(activation, [a])[0] == pytest.approx(slope, abs=5e-7)


@pytest.mark.parametrize(("a", "answer"), [(-3.0, -1.0), (0.0, -1.0), (0.001, 1.0), (3.0, 1.0)])
def test_the_threshold_unit_says_plus_one_only_above_zero(a: float, answer: float) -> None:
    assert answers_of([Threshold()], [[a]])[0, 0] == answer


@pytest.mark.parametrize(("a", "answer"), [(-3.0, 0.0), (0.0, 0.0), (0.001, 1.0), (3.0, 1.0)])
def test_the_heaviside_step_says_one_only_above_zero(a: float, answer: float) -> None:
    assert answers_of([Threshold(no="0")], [[a]])[0, 0] == answer


def test_softmax_shares_one_out_by_powers_of_e() -> None:
    """e, e², e³ = 2.718282, 7.389056, 20.085537; their sum is 30.192875."""
    found = answers_of([Softmax()], [[1, 2, 3]])
    np.testing.assert_allclose(found, [[0.090031, 0.244728, 0.665241]], atol=5e-7)


def test_softmax_does_not_change_when_all_inputs_grow_alike() -> None:
    low, high = answers_of([Softmax()], [[1, 2, 3], [101, 102, 103]])
    np.testing.assert_allclose(low, high, rtol=1e-13)


def test_softmax_raises_an_output_at_the_cost_of_the_others() -> None:
    """∂y₁/∂z₁ = y₁(1 − y₁) = 0.090031 · 0.909969; ∂y₁/∂z₂ = −y₁y₂ = −0.090031 · 0.244728; −y₁y₃."""
    np.testing.assert_allclose(slopes_of(Softmax(), [1, 2, 3], output=0), [0.081925, -0.022033, -0.059892], atol=5e-7)


def test_a_layer_weighs_inputs_by_rows_and_adds_the_bias() -> None:
    """a₁ = 1·2 + 2·1 − 1·3 + 0.5 = 1.5; a₂ = 0·2 − 1·1 + 3·3 − 2 = 6."""
    weights = {"dense/weights": [[1, 2, -1], [0, -1, 3]], "dense/bias": [0.5, -2]}
    np.testing.assert_allclose(answers_of([Dense(units=2)], [[2, 1, 3]], weights), [[1.5, 6]], rtol=1e-14)


def test_a_layer_applies_its_activation_to_each_neuron() -> None:
    """σ(1.5) = 1/1.223130 = 0.817574; σ(6) = 1/1.002479 = 0.997527."""
    weights = {"dense/weights": [[1, 2, -1], [0, -1, 3]], "dense/bias": [0.5, -2]}
    found = answers_of([Dense(units=2), Sigmoid()], [[2, 1, 3]], weights)
    np.testing.assert_allclose(found, [[0.817574, 0.997527]], atol=5e-7)


def test_weights_have_one_row_for_each_output_and_one_column_for_each_input() -> None:
    plan = compile_graph(chain(Input(shape=(3,)), Dense(units=2)))
    assert Parameters.initial(plan, 0).of("dense")["weights"].shape == (2, 3)


def test_a_network_applies_its_layers_one_after_the_other() -> None:
    """h = tanh(1·1 + 1·2 − 3) = tanh 0 = 0, and tanh(1·1 − 0·2 + 0) = 0.761594; f = 5·0 + 2·0.761594 + 1."""
    weights = {
        "dense/weights": [[1, 1], [1, 0]], "dense/bias": [-3, 0],
        "dense_2/weights": [[5, 2]], "dense_2/bias": [1],
    }  # fmt: skip
    found = answers_of([Dense(units=2), Tanh(), Dense(units=1)], [[1, 2]], weights)
    np.testing.assert_allclose(found, [[2.523188]], atol=5e-7)


def _block_neuron() -> dict[str, object]:
    """Zero but for −1 in rows 15-17 and columns 5-9: 3 · 5 = 15 pixels; the bias is 5."""
    picture = np.zeros((28, 28))
    picture[15:18, 5:10] = -1
    return neuron(list(picture.ravel()), 5)


def _answer_on(image: np.ndarray) -> float:
    return float(answers_of([Flatten(), Dense(units=1), Sigmoid()], image.reshape(1, 28, 28, 1), _block_neuron())[0, 0])


def test_the_worked_neuron_answers_nought_where_its_block_is_lit() -> None:
    """σ(5 − 15) = 1/(1 + e¹⁰) = 1/22027.47 = 4.53979e-5, which the lecture rounds to 0.0."""
    image = np.zeros((28, 28))
    image[15:18, 5:10] = 1
    assert _answer_on(image) == pytest.approx(4.53979e-5, rel=1e-5)


def test_the_worked_neuron_answers_nearly_one_where_its_block_is_empty() -> None:
    """σ(5) = 1/(1 + e⁻⁵) = 1/1.006738 = 0.9933, however bright the rest of the image is."""
    image = np.ones((28, 28))
    image[15:18, 5:10] = 0
    assert _answer_on(image) == pytest.approx(0.9933, abs=5e-5)


def test_the_worked_neuron_looks_at_rows_before_columns() -> None:
    """A block at rows 5-9 and columns 15-17, where a picture turned on its side would have it, changes nothing."""
    image = np.zeros((28, 28))
    image[5:10, 15:18] = 1
    assert _answer_on(image) == pytest.approx(0.9933, abs=5e-5)


def test_the_worked_neuron_adds_up_half_lit_pixels() -> None:
    """15 · 1/3 = 5 takes off all of the bias: σ(0) = 0.5."""
    assert _answer_on(np.full((28, 28), 1 / 3)) == pytest.approx(0.5, abs=1e-12)


def test_the_reference_network_has_as_many_parameters_as_the_lecture_counts() -> None:
    """784 · 128 + 128 + 128 · 10 + 10 = 100,352 + 128 + 1,280 + 10."""
    graph = chain(Input(shape=(28, 28, 1)), Flatten(), Dense(units=128), Sigmoid(), Dense(units=10), Softmax())
    assert Parameters.initial(compile_graph(graph), 0).layout.counted == 101_770
