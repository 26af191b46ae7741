"""Optimizers: how a gradient moves the weights. Each is a handful of whole-vector operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from math import sqrt
from typing import Any, ClassVar

import numpy as np

from nnstudio.core.fields import Configured, real
from nnstudio.core.registry import Family
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Tape


@dataclass(eq=False)
class UpdateSite:
    """A stretch of the flat vectors where an optimizer works: weights, gradient, its own state, and numbers
    that are set anew before each step."""

    weights: Array
    gradient: Array
    state: Mapping[str, Array]
    decays: Array
    scratch: Array
    numbers: Mapping[str, Array]
    tape: Tape

    def run(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Record a call."""
        self.tape.append(partial(call, *arguments))


class Optimizer(Configured):
    """Moves the weights against the gradient. `state` names the vectors it remembers from step to step."""

    state: ClassVar[tuple[str, ...]] = ()
    whole_set: ClassVar[bool] = False
    single_samples: ClassVar[bool] = False
    formula: ClassVar[str] = ""
    letters: ClassVar[Mapping[str, str]] = {}  # What those of its letters stand for that mean something else elsewhere.
    torch: ClassVar[str] = ""  # In PyTorch's words, with our fields in braces.
    stability: ClassVar[str] = "has no limit that follows from the curvature alone."
    learning_rate: float

    def stable_rate(self, curvature: float) -> float | None:
        """The rate from which it runs away where the error bends upwards by λ; `stability` says, behind its title, how
        that follows or why there is none."""
        return None

    def numbers(self, rate: float, step: int) -> dict[str, float]:
        """The numbers of one step (the first is 1) by name; the names never change."""
        return {"rate": rate}

    def record(self, at: UpdateSite) -> None:
        """Record the update."""
        raise NotImplementedError


def rate_field(default: float) -> Any:
    """Declare a learning rate."""
    return real(default, 0.0, 1e6, "How far each step goes along the gradient", "log")


class Descent(Optimizer):
    """The plain step: w := w − α·∂J/∂w."""

    formula = "w := w − α·∂J/∂w"
    torch = "SGD(groups, lr={learning_rate})"
    stability = "is stable for α < 2/λ = {limit:.4g}: beyond, a step ends farther from the bottom than it began."

    def stable_rate(self, curvature: float) -> float | None:
        """2/λ: in a valley λ·w²/2 a step takes w to (1 − α·λ)·w."""
        return 2 / curvature

    def record(self, at: UpdateSite) -> None:
        """w − α·g."""
        at.run(np.multiply, at.gradient, at.numbers["rate"], at.scratch)
        at.run(np.subtract, at.weights, at.scratch, at.weights)


@dataclass(frozen=True)
class GradientDescent(Descent):
    """One step for the whole training set, as the lectures begin: w := w − α·∂J/∂w."""

    whole_set = True

    learning_rate: float = rate_field(0.1)


@dataclass(frozen=True)
class SGD(Descent):
    """One step for every batch: w := w − α·∂J/∂w with the gradient of the batch alone."""

    kind, title = "sgd", "SGD"

    learning_rate: float = rate_field(0.1)


@dataclass(frozen=True)
class PerceptronRule(Descent):
    """One sample at a time, and only mistakes move the weights: w := w + α·t·x."""

    single_samples = True
    formula = "w := w + α·t·x for every mistake"
    stability = "has no limit: another rate only makes its weights longer or shorter, all alike."

    learning_rate: float = rate_field(1.0)

    def stable_rate(self, curvature: float) -> float | None:
        """None."""
        return None


FRICTION = "How much of the last step's speed is kept"


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Keeps some of its speed, like a ball that rolls downhill: v := μ·v + g, w := w − α·v."""

    state = ("velocity",)
    formula = "v := μ·v + ∂J/∂w, w := w − α·v"
    letters = {"v": "the speed, 0 at first"}
    torch = "SGD(groups, lr={learning_rate}, momentum={momentum})"
    stability = "is stable for α < 2(1 + μ)/λ = {limit:.4g}: speed that is kept evens out some of the swinging."

    learning_rate: float = rate_field(0.01)
    momentum: float = real(0.9, 0.0, 0.9999, FRICTION)

    def stable_rate(self, curvature: float) -> float | None:
        """2(1 + μ)/λ: from there on a solution of r² − (1 + μ − α·λ)·r + μ = 0 lies beyond −1, and w swings wider."""
        return 2 * (1 + self.momentum) / curvature

    def numbers(self, rate: float, step: int) -> dict[str, float]:
        """α and μ."""
        return {"rate": rate, "momentum": self.momentum}

    def record(self, at: UpdateSite) -> None:
        """v := μ·v + g; w − α·v."""
        velocity = at.state["velocity"]
        at.run(np.multiply, velocity, at.numbers["momentum"], velocity)
        at.run(np.add, velocity, at.gradient, velocity)
        at.run(np.multiply, velocity, at.numbers["rate"], at.scratch)
        at.run(np.subtract, at.weights, at.scratch, at.weights)


@dataclass(frozen=True)
class Nesterov(Momentum):
    """Momentum that looks ahead to where its speed will carry it: w := w − α·(g + μ·v)."""

    formula = "v := μ·v + ∂J/∂w, w := w − α·(∂J/∂w + μ·v)"
    torch = "SGD(groups, lr={learning_rate}, momentum={momentum}, nesterov=True)"
    stability = "is stable for α < 2(1 + μ)/((1 + 2μ)·λ) = {limit:.4g}: looking ahead, it overshoots sooner."

    def stable_rate(self, curvature: float) -> float | None:
        """2(1 + μ)/((1 + 2μ)·λ): from there on a solution of r² − (1 − α·λ)·((1 + μ)·r − μ) = 0 lies beyond −1."""
        return 2 * (1 + self.momentum) / ((1 + 2 * self.momentum) * curvature)

    def record(self, at: UpdateSite) -> None:
        """v := μ·v + g; w − α·(g + μ·v)."""
        velocity = at.state["velocity"]
        at.run(np.multiply, velocity, at.numbers["momentum"], velocity)
        at.run(np.add, velocity, at.gradient, velocity)
        at.run(np.multiply, velocity, at.numbers["momentum"], at.scratch)
        at.run(np.add, at.scratch, at.gradient, at.scratch)
        at.run(np.multiply, at.scratch, at.numbers["rate"], at.scratch)
        at.run(np.subtract, at.weights, at.scratch, at.weights)


EPSILON = "Added to the divisor, so that nothing is divided by zero"
DIVIDES = "divides each weight's step by the size of its latest gradients, so the curvature alone sets no limit."


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """Divides by the root of all squared gradients so far: weights that moved much move less."""

    kind, title = "adagrad", "AdaGrad"
    state = ("squares",)
    formula = "s := s + g², w := w − α·g / (√s + ε)"
    letters = {"s": "the sum of all squared gradients so far"}
    stability = DIVIDES
    torch = "Adagrad(groups, lr={learning_rate}, eps={epsilon})"

    learning_rate: float = rate_field(0.01)
    epsilon: float = real(1e-10, 1e-16, 1.0, EPSILON, "log")

    def numbers(self, rate: float, step: int) -> dict[str, float]:
        """α and ε."""
        return {"rate": rate, "epsilon": self.epsilon}

    def record(self, at: UpdateSite) -> None:
        """s := s + g²; w − α·g / (√s + ε)."""
        squares = at.state["squares"]
        at.run(np.multiply, at.gradient, at.gradient, at.scratch)
        at.run(np.add, squares, at.scratch, squares)
        record_divided(at, squares, at.gradient)


def record_divided(at: UpdateSite, squares: Array, step: Array) -> None:
    """Record w := w − rate·step / (√squares + ε)."""
    at.run(np.sqrt, squares, at.scratch)
    at.run(np.add, at.scratch, at.numbers["epsilon"], at.scratch)
    at.run(np.divide, step, at.scratch, at.scratch)
    at.run(np.multiply, at.scratch, at.numbers["rate"], at.scratch)
    at.run(np.subtract, at.weights, at.scratch, at.weights)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Divides by the root of a running mean of the squared gradients."""

    kind, title = "rmsprop", "RMSProp"
    state = ("squares",)
    formula = "s := ρ·s + (1 − ρ)·g², w := w − α·g / (√s + ε)"
    letters = {"s": "the running mean of the squared gradients, 0 at first"}
    stability = DIVIDES
    torch = "RMSprop(groups, lr={learning_rate}, alpha={decay}, eps={epsilon})"

    learning_rate: float = rate_field(0.01)
    decay: float = real(0.99, 0.0, 0.99999, "How slowly the running mean forgets")
    epsilon: float = real(1e-8, 1e-16, 1.0, EPSILON, "log")

    def numbers(self, rate: float, step: int) -> dict[str, float]:
        """α, ρ, 1 − ρ and ε."""
        return {"rate": rate, "decay": self.decay, "fresh": 1 - self.decay, "epsilon": self.epsilon}

    def record(self, at: UpdateSite) -> None:
        """s := ρ·s + (1 − ρ)·g²; w − α·g / (√s + ε)."""
        squares = at.state["squares"]
        at.run(np.multiply, at.gradient, at.gradient, at.scratch)
        at.run(np.multiply, at.scratch, at.numbers["fresh"], at.scratch)
        at.run(np.multiply, squares, at.numbers["decay"], squares)
        at.run(np.add, squares, at.scratch, squares)
        record_divided(at, squares, at.gradient)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum divided by the root of the mean squared gradient, both corrected for their start at zero."""

    # The state holds m/(1 − β₁) and v/(1 − β₂): two passes over the weights fewer, and the same step.
    state = ("mean", "squares")
    formula = "m := β₁m + (1−β₁)g, v := β₂v + (1−β₂)g², w := w − α·m̂ / (√v̂ + ε)"
    letters = {"m": "the running mean of the gradients, 0 at first", "v": "that of their squares"}
    stability = DIVIDES
    torch = "Adam(groups, lr={learning_rate}, betas=({beta1}, {beta2}), eps={epsilon})"

    learning_rate: float = rate_field(0.001)
    beta1: float = real(0.9, 0.0, 0.9999, "How slowly the mean gradient forgets")
    beta2: float = real(0.999, 0.0, 0.999999, "How slowly the mean squared gradient forgets")
    epsilon: float = real(1e-8, 1e-16, 1.0, EPSILON, "log")

    def numbers(self, rate: float, step: int) -> dict[str, float]:
        """The corrections of this step, folded into one rate and one ε."""
        root = sqrt((1 - self.beta2) / (1 - self.beta2**step))
        first = (1 - self.beta1) / (1 - self.beta1**step)
        return {"rate": rate * first / root, "beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon / root}

    def record(self, at: UpdateSite) -> None:
        """M := β₁M + g; V := β₂V + g²; w − rate·M / (√V + ε)."""
        mean, squares = at.state["mean"], at.state["squares"]
        at.run(np.multiply, mean, at.numbers["beta1"], mean)
        at.run(np.add, mean, at.gradient, mean)
        at.run(np.multiply, at.gradient, at.gradient, at.scratch)
        at.run(np.multiply, squares, at.numbers["beta2"], squares)
        at.run(np.add, squares, at.scratch, squares)
        record_divided(at, squares, mean)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam that also shrinks the weights, not the biases, a little at every step, apart from the gradient."""

    kind, title = "adamw", "AdamW"
    formula = "w := w − α·λ·w, then Adam's step"
    torch = Adam.torch.replace("Adam", "AdamW").replace("groups", "groups, weight_decay={weight_decay}")

    weight_decay: float = real(0.01, 0.0, 10.0, "λ: what share of a weight goes, times the learning rate", "log")

    def numbers(self, rate: float, step: int) -> dict[str, float]:
        """Adam's, and α·λ."""
        return {**super().numbers(rate, step), "shrink": rate * self.weight_decay}

    def record(self, at: UpdateSite) -> None:
        """w − α·λ·w for the weights; then Adam."""
        at.run(np.multiply, at.weights, at.decays, at.scratch)
        at.run(np.multiply, at.scratch, at.numbers["shrink"], at.scratch)
        at.run(np.subtract, at.weights, at.scratch, at.weights)
        super().record(at)


@cache
def optimizers() -> Family[Optimizer]:
    """All optimizers, ours and the plugins'."""
    return Family(Optimizer, "nnstudio.engine.optimizers", "nnstudio.optimizers", "optimizer")
