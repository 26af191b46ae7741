"""The contract of every registered penalty: its cost and its part of the gradient, biases left out; and clipping."""

from typing import Any

import numpy as np
import pytest

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.crew import Crew
from nnstudio.engine.optimizers import SGD
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import L1, L2, NoPenalty, Penalty, penalties
from nnstudio.engine.updater import Updater
from nnstudio.graph import edits
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input

CASES: list[Penalty] = [NoPenalty(), L1(), L1(strength=2.5), L2(), L2(strength=0.75)]
SAMPLES = 40

every_case = pytest.mark.parametrize("penalty", CASES, ids=str)


class Weights:
    """A small network whose data gradient is zero, so that only the penalty is felt."""

    def __init__(self, penalty: Penalty, longest: float = 0.0) -> None:
        graph = edits.chain(
            Input(shape=(3,)), Dense(units=4, bias_start="pytorch"), BatchNorm(), Dense(units=2, frozen=True),
            Dense(units=2, bias_start="pytorch"),
        )  # fmt: skip
        plan = compile_graph(graph, precision="float64")
        self.parameters = Parameters.initial(plan, 0)
        self.gradient = Parameters.zeros(self.parameters.layout, plan.dtype, learned_only=True)
        self.updater = Updater(SGD(), penalty, self.parameters, [self.gradient.vector], Crew(1), longest)

    def feel(self) -> None:
        """Add the penalty's part to the gradient, without a move."""
        self.updater.step(0.0, 1 / SAMPLES)

    def penalised(self) -> list[Any]:
        return [self.parameters.of(step)["weights"] for step in ("dense", "dense_3")]


@pytest.mark.parametrize("kind", sorted(penalties().kinds()))
def test_a_penalty_has_a_case(kind: str) -> None:
    assert kind in {penalty.kind for penalty in CASES}, f"Give {kind} a line in tests/contract/test_penalties.py."


@every_case
def test_the_gradient_is_the_slope_of_the_cost(penalty: Penalty) -> None:
    weights = Weights(penalty)
    weights.feel()
    found = weights.gradient.vector.copy()
    vector = weights.parameters.vector
    for index in range(weights.parameters.layout.learned):
        kept = vector[index]
        vector[index] = kept + 1e-6
        above = weights.updater.penalty_cost(1 / SAMPLES)
        vector[index] = kept - 1e-6
        below = weights.updater.penalty_cost(1 / SAMPLES)
        vector[index] = kept
        assert found[index] == pytest.approx((above - below) / 2e-6, abs=1e-8)


@every_case
def test_only_learning_weights_are_penalised(penalty: Penalty) -> None:
    weights = Weights(penalty)
    weights.feel()
    for step, name in (("dense", "bias"), ("dense_3", "bias"), ("batch_norm", "scale"), ("batch_norm", "shift")):
        np.testing.assert_array_equal(weights.gradient.of(step)[name], 0)


def test_l2_costs_half_lambda_over_m_times_the_squares() -> None:
    weights = Weights(L2(strength=0.75))
    squares = sum((each**2).sum() for each in weights.penalised())
    assert weights.updater.penalty_cost(1 / SAMPLES) == pytest.approx(0.75 / (2 * SAMPLES) * squares, rel=1e-14)


def test_l2_adds_lambda_over_m_times_the_weight() -> None:
    weights = Weights(L2(strength=0.75))
    weights.feel()
    wanted = 0.75 / SAMPLES * weights.parameters.of("dense")["weights"]
    np.testing.assert_allclose(weights.gradient.of("dense")["weights"], wanted, rtol=1e-14)


def test_l1_costs_lambda_over_m_times_the_sizes() -> None:
    weights = Weights(L1(strength=2.5))
    sizes = sum(np.abs(each).sum() for each in weights.penalised())
    assert weights.updater.penalty_cost(1 / SAMPLES) == pytest.approx(2.5 / SAMPLES * sizes, rel=1e-14)


def test_l1_leaves_a_weight_of_zero_at_zero() -> None:
    weights = Weights(L1(strength=2.5))
    weights.parameters.of("dense")["weights"][0, 0] = 0
    weights.feel()
    assert weights.gradient.of("dense")["weights"][0, 0] == 0
    assert weights.gradient.of("dense")["weights"][0, 1] != 0


def test_l2_is_weight_decay_in_pytorch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    weights = Weights(L2(strength=0.75))
    ours = weights.parameters.of("dense")["weights"]
    theirs = torch.tensor(ours.copy(), requires_grad=True)
    theirs.grad = torch.zeros_like(theirs)
    optimizer = torch.optim.SGD([theirs], 0.1, weight_decay=0.75 / SAMPLES)
    for _ in range(3):
        weights.gradient.vector.fill(0)
        weights.updater.step(0.1, 1 / SAMPLES)
        optimizer.step()
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-13)


@every_case
def test_the_cost_leaves_the_weights_alone(penalty: Penalty) -> None:
    weights = Weights(penalty)
    before = weights.parameters.vector.copy()
    weights.updater.penalty_cost(1.0)
    np.testing.assert_array_equal(weights.parameters.vector, before)


def test_the_length_of_the_gradient_is_given_back() -> None:
    weights = Weights(NoPenalty())
    weights.gradient.vector[:2] = 3, 4
    assert weights.updater.step(0.1) == 5.0


@pytest.mark.parametrize("longest", [0.0, 1.0, 5.0, 6.0])
def test_a_gradient_longer_than_allowed_is_shortened_and_keeps_its_direction(longest: float) -> None:
    weights = Weights(NoPenalty(), longest)
    before = weights.parameters.vector[:2].copy()
    weights.gradient.vector[:2] = 3, 4
    weights.updater.step(0.5)
    share = longest / 5 if 0 < longest < 5 else 1.0
    np.testing.assert_allclose(weights.parameters.vector[:2] - before, [-1.5 * share, -2.0 * share], rtol=1e-13)


def test_the_length_before_clipping_is_given_back() -> None:
    weights = Weights(NoPenalty(), 1.0)
    weights.gradient.vector[:2] = 3, 4
    assert weights.updater.step(0.1) == 5.0


def test_the_penalty_counts_when_a_gradient_is_clipped() -> None:
    weights = Weights(L2(strength=SAMPLES * 1e6), 1.0)
    before = weights.parameters.vector[: weights.parameters.layout.learned].copy()
    weights.updater.step(1.0, 1 / SAMPLES)
    moved = weights.parameters.vector[: before.size] - before
    assert np.linalg.norm(moved) == pytest.approx(1.0)


@pytest.mark.parametrize("longest", [0.0, 1.0])
def test_clipping_agrees_with_pytorch(longest: float) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    weights = Weights(NoPenalty(), longest)
    theirs = torch.tensor(weights.parameters.vector[: weights.gradient.vector.size].copy(), requires_grad=True)
    gradient = np.random.default_rng(0).normal(0, 1, weights.gradient.vector.size)
    theirs.grad = torch.tensor(gradient)
    if longest:
        torch.nn.utils.clip_grad_norm_([theirs], longest)
    torch.optim.SGD([theirs], 0.1).step()
    weights.gradient.vector[...] = gradient
    weights.updater.step(0.1)
    # PyTorch adds 1e-6 to the length it divides by.
    np.testing.assert_allclose(weights.parameters.vector[: gradient.size], theirs.detach().numpy(), rtol=1e-5)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e200])
def test_a_gradient_that_is_not_finite_is_noticed(wrong: float) -> None:
    weights = Weights(NoPenalty())
    weights.gradient.vector[1] = wrong
    with np.errstate(all="ignore"):
        assert weights.updater.step(0.1) == np.inf
