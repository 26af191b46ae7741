"""The contract of every registered optimizer: ten steps like PyTorch's, in double precision."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.crew import Crew
from nnstudio.engine.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimizer,
    PerceptronRule,
    RMSProp,
    optimizers,
)
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import NoPenalty
from nnstudio.engine.updater import STRETCH, Updater
from nnstudio.graph import edits
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input

from .bench import Numbers, error_between

STEPS = 10

Make = Callable[[Any, list[dict[str, Any]], Any], Any]


def _sgd(torch: Any, groups: list[dict[str, Any]], own: Any) -> Any:
    return torch.optim.SGD(groups, own.learning_rate)


def _adam(torch: Any, groups: list[dict[str, Any]], own: Any) -> Any:
    return torch.optim.Adam(groups, own.learning_rate, (own.beta1, own.beta2), own.epsilon)


def _adamw(torch: Any, groups: list[dict[str, Any]], own: Any) -> Any:
    weights, biases = groups
    groups = [{**weights, "weight_decay": own.weight_decay}, {**biases, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, own.learning_rate, (own.beta1, own.beta2), own.epsilon)


# A new optimizer gets lines here: configurations, and the same one in PyTorch.
CASES: list[tuple[Optimizer, Make]] = [
    (GradientDescent(learning_rate=0.3), _sgd),
    (SGD(learning_rate=0.05), _sgd),
    (PerceptronRule(), _sgd),
    (Momentum(), lambda torch, groups, own: torch.optim.SGD(groups, own.learning_rate, own.momentum)),
    (Momentum(momentum=0.0), lambda torch, groups, own: torch.optim.SGD(groups, own.learning_rate)),
    (
        Nesterov(momentum=0.8),
        lambda torch, groups, own: torch.optim.SGD(groups, own.learning_rate, own.momentum, nesterov=True),
    ),
    (AdaGrad(), lambda torch, groups, own: torch.optim.Adagrad(groups, own.learning_rate, eps=own.epsilon)),
    (
        AdaGrad(learning_rate=0.5, epsilon=1e-2),
        lambda torch, groups, own: torch.optim.Adagrad(groups, own.learning_rate, eps=own.epsilon),
    ),
    (RMSProp(), lambda torch, groups, own: torch.optim.RMSprop(groups, own.learning_rate, own.decay, own.epsilon)),
    (
        RMSProp(decay=0.0, epsilon=1e-3),
        lambda torch, groups, own: torch.optim.RMSprop(groups, own.learning_rate, own.decay, own.epsilon),
    ),
    (Adam(), _adam),
    (Adam(learning_rate=0.1, beta1=0.5, beta2=0.9, epsilon=1e-2), _adam),
    (Adam(beta1=0.0, beta2=0.0), _adam),
    (AdamW(), _adamw),
    (AdamW(learning_rate=0.1, weight_decay=3.0), _adamw),
]

every_case = pytest.mark.parametrize(("optimizer", "reference"), CASES, ids=[str(own) for own, _ in CASES])


class Hill:
    """The weights of a Dense layer, and ten gradients that do not depend on them."""

    def __init__(self, optimizer: Optimizer, inputs: int = 6, units: int = 5, precision: str = "float64") -> None:
        graph = edits.chain(Input(shape=(inputs,)), Dense(units=units, bias_start="pytorch"))
        plan = compile_graph(graph, precision=precision)
        self.parameters = Parameters.initial(plan, 0)
        self.gradient = Parameters.zeros(self.parameters.layout, plan.dtype, learned_only=True)
        self.optimizer = optimizer
        self.updater = Updater(optimizer, NoPenalty(), self.parameters, [self.gradient.vector], Crew(1))
        self.random = np.random.default_rng(5)

    def step(self, gradient: Numbers) -> None:
        self.gradient.vector[...] = gradient
        self.updater.step(self.optimizer.learning_rate)

    def gradients(self, steps: int = STEPS) -> list[Numbers]:
        sizes = 10.0 ** self.random.uniform(-4, 1, self.gradient.vector.size)
        return [self.random.normal(0, 1, sizes.size) * sizes for _ in range(steps)]


@pytest.mark.parametrize("kind", sorted(optimizers().kinds()))
def test_an_optimizer_has_a_case(kind: str) -> None:
    assert kind in {own.kind for own, _ in CASES}, f"Give {kind} a line in tests/contract/test_optimizers.py."


@every_case
def test_ten_steps_lead_where_pytorch_leads(optimizer: Optimizer, reference: Make) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    hill = Hill(optimizer)
    ours = hill.parameters.of("dense")
    names = ("weights", "bias")
    theirs = [torch.tensor(ours[name].copy(), requires_grad=True) for name in names]
    torch_optimizer = reference(torch, [{"params": [each]} for each in theirs], optimizer)
    for gradient in hill.gradients():
        hill.step(gradient)
        for name, each in zip(names, theirs, strict=True):
            each.grad = torch.tensor(hill.gradient.of("dense")[name].copy())
        torch_optimizer.step()
        for name, each in zip(names, theirs, strict=True):
            assert error_between(ours[name], each.detach().numpy()) <= 1e-9


@every_case
def test_float32_stays_float32_and_agrees(optimizer: Optimizer, reference: Make) -> None:
    single, double = Hill(optimizer, precision="float32"), Hill(optimizer)
    single.parameters.vector[...] = double.parameters.vector
    for gradient in double.gradients():
        single.step(gradient)
        double.step(gradient)
    assert {each.dtype.name for each in (single.parameters.vector, *single.updater.state.values())} == {"float32"}
    assert error_between(single.parameters.vector, double.parameters.vector) <= 1e-4


@every_case
def test_the_gradient_and_what_the_optimizer_remembers_stay_finite_at_zero(
    optimizer: Optimizer, reference: Make
) -> None:
    hill = Hill(optimizer, precision="float32")
    before = hill.parameters.vector.copy()
    for _ in range(3):
        hill.step(np.zeros(hill.gradient.vector.size))
    assert np.isfinite(hill.parameters.vector).all()
    if not isinstance(optimizer, AdamW):
        np.testing.assert_array_equal(hill.parameters.vector, before)


@every_case
def test_several_stretches_move_like_one(optimizer: Optimizer, reference: Make) -> None:
    large = Hill(optimizer, inputs=STRETCH // 4, units=5)
    assert large.gradient.vector.size > STRETCH
    gradient = large.gradients(1)[0]
    whole = large.parameters.vector.copy()
    for _ in range(2):
        large.step(gradient)
    for index in (0, STRETCH - 1, STRETCH, whole.size - 2):
        small = Hill(optimizer, inputs=1, units=1)
        place = int(large.parameters.layout.decays("float64")[index] == 0)
        small.parameters.vector[place] = whole[index]
        for _ in range(2):
            small.step(np.where(np.arange(2) == place, gradient[index], 0.0))
        assert large.parameters.vector[index] == small.parameters.vector[place]


def test_decay_shrinks_weights_and_leaves_biases_alone() -> None:
    hill = Hill(AdamW(learning_rate=0.1, weight_decay=0.5))
    weights, bias = (hill.parameters.of("dense")[name].copy() for name in ("weights", "bias"))
    hill.step(np.zeros(hill.gradient.vector.size))
    np.testing.assert_allclose(hill.parameters.of("dense")["weights"], 0.95 * weights, rtol=1e-14)
    np.testing.assert_array_equal(hill.parameters.of("dense")["bias"], bias)


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate() -> None:
    hill = Hill(Adam(learning_rate=0.25))
    before = hill.parameters.vector.copy()
    gradient = hill.gradients(1)[0]
    hill.step(gradient)
    np.testing.assert_allclose(hill.parameters.vector, before - 0.25 * np.sign(gradient), atol=1e-3)
