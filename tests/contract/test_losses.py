"""The contract of every registered loss: its formula, its derivative, and its calm in the face of huge numbers."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Hinge,
    Loss,
    MeanSquaredError,
    PerceptronCriterion,
    losses,
)
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.graph import edits
from nnstudio.layers.base import Layer
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.linear import Linear
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.tanh import Tanh
from nnstudio.layers.threshold import Threshold

from .bench import Numbers, error_between, slopes

BATCH, OUTPUTS = 5, 3

# A new loss gets lines here: with which last layer, and which targets, numbers or yes and no.
CASES: list[tuple[Loss, Layer, str]] = [
    *((MeanSquaredError(factor=factor, outputs=outputs), last, "numbers")
      for factor in ("1", "1/2") for outputs in ("mean", "sum") for last in (Linear(), Sigmoid(), Softmax())),
    (BinaryCrossEntropy(), Sigmoid(), "0/1"),
    (BinaryCrossEntropy(), Sigmoid(), "shares"),
    (CategoricalCrossEntropy(), Softmax(), "one-hot"),
    (CategoricalCrossEntropy(), Softmax(), "probabilities"),
    (Hinge(), Linear(), "±1"),
    (Hinge(), Tanh(), "±1"),
    (Hinge(), Threshold(), "±1"),
    (PerceptronCriterion(), Linear(), "±1"),
    (PerceptronCriterion(), Threshold(), "±1"),
]  # fmt: skip

every_case = pytest.mark.parametrize(
    ("loss", "last", "kind"),
    CASES,
    ids=[f"{json.dumps(loss.to_json())} {last.kind} {kind}" for loss, last, kind in CASES],
)


def _targets(kind: str, random: np.random.Generator) -> Numbers:
    if kind == "numbers":
        return random.normal(0, 1, (BATCH, OUTPUTS))
    if kind == "shares":
        return random.uniform(0, 1, (BATCH, OUTPUTS))
    if kind == "probabilities":
        return random.dirichlet(np.ones(OUTPUTS), BATCH)
    if kind == "one-hot":
        return np.eye(OUTPUTS)[random.integers(0, OUTPUTS, BATCH)]
    return random.choice([0.0, 1.0] if kind == "0/1" else [-1.0, 1.0], (BATCH, OUTPUTS))


class LossBench:
    """Input → Dense that hands the input on → the last layer → the loss."""

    def __init__(self, loss: Loss, last: Layer, kind: str, precision: str = "float64") -> None:
        graph = edits.chain(Input(shape=(OUTPUTS,)), Dense(units=OUTPUTS, weights_start="zeros"), last)
        plan = compile_graph(graph, loss, BATCH, precision)
        parameters = Parameters.initial(plan, 0)
        parameters.of("dense")["weights"][...] = np.eye(OUTPUTS)
        self.gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
        self.program = Program(plan, BATCH, parameters, self.gradient)
        random = np.random.default_rng(11)
        self.program.inputs[...] = random.normal(0, 1.5, (BATCH, OUTPUTS))
        self.program.target[...] = _targets(kind, random)

    def loss(self) -> float:
        with np.errstate(all="ignore"):
            self.program.run()
            self.program.judge()
        return float(self.program.total) / BATCH

    def derivative(self) -> Numbers:
        self.loss()
        with np.errstate(all="ignore"):
            self.program.run_back()
        return self.program.derivative("dense").T.copy()


@pytest.mark.parametrize("kind", sorted(losses().kinds()))
def test_a_loss_has_a_case(kind: str) -> None:
    assert kind in {loss.kind for loss, _, _ in CASES}, f"Give {kind} a line in tests/contract/test_losses.py."


@every_case
def test_the_derivative_agrees_with_central_differences(loss: Loss, last: Layer, kind: str) -> None:
    bench = LossBench(loss, last, kind)
    found = bench.derivative()
    assert np.abs(found).max() > 0
    assert error_between(found, slopes(bench, bench.program.inputs)) <= 1e-6  # type: ignore[arg-type]


@every_case
def test_a_loss_agrees_with_pytorch(loss: Loss, last: Layer, kind: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    bench = LossBench(loss, last, kind)
    found = bench.derivative()
    z = torch.tensor(bench.program.inputs.copy(), requires_grad=True)
    wanted = _torch_loss(torch, loss, last, z, torch.tensor(bench.program.target))
    wanted.backward()
    assert bench.loss() == pytest.approx(wanted.item(), rel=1e-12)
    assert error_between(found, z.grad.numpy()) <= 1e-9


def _torch_loss(torch: Any, loss: Loss, last: Layer, z: Any, t: Any) -> Any:
    F = torch.nn.functional
    if isinstance(loss, BinaryCrossEntropy):
        return F.binary_cross_entropy_with_logits(z, t, reduction="sum") / BATCH
    if isinstance(loss, CategoricalCrossEntropy):
        return F.cross_entropy(z, t)
    ends: dict[str, Callable[[Any], Any]] = {
        "linear": lambda z: z, "threshold": lambda z: z, "sigmoid": torch.sigmoid, "tanh": torch.tanh,
        "softmax": lambda z: F.softmax(z, 1),
    }  # fmt: skip
    y = ends[last.kind](z)
    if isinstance(loss, MeanSquaredError):
        half = 1.0 if loss.factor == "1" else 0.5
        return half * F.mse_loss(y, t, reduction="sum") / BATCH / (OUTPUTS if loss.outputs == "mean" else 1)
    margin = 1.0 if isinstance(loss, Hinge) else 0.0
    return torch.clamp(margin - t * y, min=0).sum() / BATCH


@every_case
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_loss_and_derivative_are_finite_for_logits_up_to_ten_thousand(
    loss: Loss, last: Layer, kind: str, precision: str
) -> None:
    bench = LossBench(loss, last, kind, precision)
    bench.program.inputs[...] = [
        [1e4, -1e4, 0],
        [-1e4, -1e4, -1e4],
        [1e4, 1e4, 1e4],
        [-1e4, 0, 1e4],
        [88.8, -103.9, 745],
    ]
    derivative = bench.derivative()
    assert np.isfinite(bench.loss())
    assert np.isfinite(derivative).all()
    assert derivative.dtype == bench.program.total.dtype == np.dtype(precision)
    assert np.isfinite(bench.gradient.vector).all()


@every_case
def test_a_part_of_a_batch_gets_its_share_of_the_derivative(loss: Loss, last: Layer, kind: str) -> None:
    bench = LossBench(loss, last, kind)
    whole = bench.derivative()
    bench.program.set_whole_batch(4 * BATCH)
    np.testing.assert_allclose(bench.derivative(), whole / 4, rtol=1e-13)


def test_a_wrong_answer_at_ten_thousand_costs_ten_thousand() -> None:
    bench = LossBench(BinaryCrossEntropy(), Sigmoid(), "0/1", "float32")
    bench.program.inputs[...] = 1e4
    bench.program.target[...] = 0
    assert bench.loss() == pytest.approx(1e4 * OUTPUTS)


def test_softmax_at_ten_thousand_costs_the_distance_to_the_right_class() -> None:
    bench = LossBench(CategoricalCrossEntropy(), Softmax(), "one-hot", "float32")
    bench.program.inputs[...] = [1e4, -1e4, 0]
    bench.program.target[...] = [0, 1, 0]
    assert bench.loss() == pytest.approx(2e4)


def test_half_the_squared_error_has_the_difference_as_its_derivative() -> None:
    bench = LossBench(MeanSquaredError(factor="1/2", outputs="sum"), Linear(), "numbers")
    found = bench.derivative()
    np.testing.assert_allclose(found, (bench.program.inputs - bench.program.target) / BATCH, rtol=1e-14)


def test_cross_entropy_has_output_minus_target_as_its_derivative() -> None:
    bench = LossBench(BinaryCrossEntropy(), Sigmoid(), "0/1")
    found = bench.derivative()
    answer = 1 / (1 + np.exp(-bench.program.inputs))
    np.testing.assert_allclose(found, (answer - bench.program.target) / BATCH, rtol=1e-13)


def test_an_activation_of_zero_says_no_which_is_a_mistake_only_where_yes_was_wanted() -> None:
    bench = LossBench(PerceptronCriterion(), Threshold(), "±1")
    bench.program.inputs[...] = 0
    wanted_yes = np.maximum(bench.program.target, 0)
    np.testing.assert_array_equal(bench.derivative(), -wanted_yes / BATCH)


def test_a_right_answer_does_not_move_the_perceptron() -> None:
    bench = LossBench(PerceptronCriterion(), Threshold(), "±1")
    bench.program.inputs[...] = 0.1 * bench.program.target
    assert bench.loss() == 0
    np.testing.assert_array_equal(bench.derivative(), np.zeros((BATCH, OUTPUTS)))


def test_hinge_is_content_with_a_margin_of_one_and_not_with_less() -> None:
    bench = LossBench(Hinge(), Linear(), "±1")
    bench.program.inputs[...] = 1.0 * bench.program.target
    assert bench.loss() == 0
    bench.program.inputs[...] = 0.75 * bench.program.target
    assert bench.loss() == pytest.approx(0.25 * OUTPUTS)


@pytest.mark.parametrize("kind", [kind for kind, loss in sorted(losses().kinds().items()) if loss.torch])
def test_the_loss_that_pytorch_is_said_to_have_is_the_same_one(kind: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    loss, last, targets = next(case for case in CASES if case[0] == losses().find(kind)())
    bench = LossBench(loss, last, targets)
    theirs = getattr(torch.nn, loss.torch)()(torch.tensor(bench.program.inputs), torch.tensor(bench.program.target))
    # PyTorch takes the mean over the outputs too, where ours adds them up.
    assert min(abs(bench.loss() / theirs.item() - ratio) for ratio in (1, OUTPUTS)) < 1e-12
