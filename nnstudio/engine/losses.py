"""Losses: how far the output is from the target, as a mean over the batch, and its derivative."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, ClassVar

import numpy as np

from nnstudio.core.fields import Configured, choice
from nnstudio.core.registry import Family
from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Tape


@dataclass(eq=False)
class LossSite:
    """Where a loss works in a program.

    `x` is what the loss reads, (outputs, batch); `y` the network's output; `target` the wanted output. `total`
    takes the sum of the losses of all samples, `dx` the derivative of the mean over the whole batch.
    """

    x: Array
    y: Array
    target: Array
    dx: Array
    total: Array
    tape: Tape
    share: Callable[[float], Array]

    def run(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Record a call."""
        self.tape.append(partial(call, *arguments, **named))

    def scratch(self, like: Array) -> Array:
        """Memory of the same shape."""
        return np.zeros(like.shape, like.dtype)

    def number(self, value: float) -> Array:
        """A constant."""
        return np.array(value, self.x.dtype)

    def sum_of(self, values: Array) -> None:
        """Record the sum of an array as the total."""
        self.run(np.add.reduce, values, None, None, self.total)


class Loss(Configured):
    """A loss. `through` names final activations that it is computed together with, on the numbers before them."""

    through: ClassVar[tuple[str, ...]] = ()
    only_through: ClassVar[bool] = False
    no: ClassVar[float | None] = None
    least_outputs: ClassVar[int] = 1
    formula: ClassVar[str] = ""
    torch: ClassVar[str] = ""

    def in_torch(self) -> str:
        """An expression in PyTorch of x, what the loss reads, and target, one row for each sample; else nothing."""
        return ""

    def record(self, at: LossSite) -> None:
        """Record the total and the derivative."""
        raise NotImplementedError


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """The squared distance between output and target, averaged over the batch."""

    formula = "J = {factor} · mean (y − t)²"
    torch = "MSELoss"

    factor: str = choice("1", ("1", "1/2"), "1: mean of the squares; 1/2: half of it, which makes the derivative y − t")
    outputs: str = choice("mean", ("mean", "sum"), "Whether several outputs of a sample are averaged or added up")

    def in_torch(self) -> str:
        """PyTorch averages over everything; a sum over outputs is written out."""
        half = "0.5 * " if self.factor == "1/2" else ""
        mean = "F.mse_loss(x, target)" if self.outputs == "mean" else "((x - target) ** 2).sum(1).mean()"
        return half + mean

    def record(self, at: LossSite) -> None:
        """factor·Σ(y − t)² and 2·factor·(y − t)/m."""
        factor = 1.0 if self.factor == "1" else 0.5
        if self.outputs == "mean":
            factor /= at.x.shape[0]
        at.run(np.subtract, at.x, at.target, at.dx)
        distance = at.dx.reshape(-1, copy=False)
        at.run(distance.dot, distance, at.total)
        if factor != 1:
            at.run(np.multiply, at.total, at.number(factor), at.total)
        at.run(np.multiply, at.dx, at.share(2 * factor), at.dx)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """How surprised a sigmoid output is by the right answers, 0 or 1; several outputs are added up."""

    through = ("sigmoid",)
    only_through = True
    no = 0.0
    formula = "J = 1/m Σ −t·ln y − (1 − t)·ln(1 − y)"
    torch = "BCEWithLogitsLoss"

    def in_torch(self) -> str:
        """Several outputs are added up, where PyTorch would average."""
        return 'F.binary_cross_entropy_with_logits(x, target, reduction="none").sum(1).mean()'

    def record(self, at: LossSite) -> None:
        """max(z, 0) − t·z + ln(1 + e^−|z|), finite for every z, and (y − t)/m."""
        softplus, other = at.scratch(at.x), at.scratch(at.x)
        at.run(np.abs, at.x, softplus)
        at.run(np.negative, softplus, softplus)
        at.run(np.exp, softplus, softplus)
        at.run(np.log1p, softplus, softplus)
        at.run(np.maximum, at.x, at.number(0), out=other)
        at.run(np.add, softplus, other, softplus)
        at.run(np.multiply, at.x, at.target, other)
        at.run(np.subtract, softplus, other, softplus)
        at.sum_of(softplus)
        at.run(np.subtract, at.y, at.target, at.dx)
        at.run(np.multiply, at.dx, at.share(1), at.dx)


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """How surprised a softmax output is by the right class: −ln of the probability it gave to it."""

    through = ("softmax",)
    only_through = True
    no = 0.0
    least_outputs = 2
    formula = "J = −1/m Σ ln y(right class)"
    torch = "CrossEntropyLoss"

    def in_torch(self) -> str:
        """PyTorch takes wanted outputs as it takes class numbers."""
        return "F.cross_entropy(x, target)"

    def record(self, at: LossSite) -> None:
        """ln Σ eᶻ − z(right class), with the largest z taken off first, and (y − t)/m."""
        less, powers = at.scratch(at.x), at.scratch(at.x)
        top = at.scratch(at.x[:1])
        at.run(np.maximum.reduce, at.x, 0, None, top, True)
        at.run(np.subtract, at.x, top, less)
        at.run(np.exp, less, powers)
        at.run(np.add.reduce, powers, 0, None, top, True)
        at.run(np.log, top, top)
        at.run(np.subtract, top, less, less)
        at.run(np.multiply, less, at.target, less)
        at.sum_of(less)
        at.run(np.subtract, at.y, at.target, at.dx)
        at.run(np.multiply, at.dx, at.share(1), at.dx)


@dataclass(frozen=True)
class Hinge(Loss):
    """Zero once the answer is right with a margin of 1, growing evenly before; targets are −1 and 1."""

    through = ("threshold",)
    no = -1.0
    formula = "J = 1/m Σ max(0, 1 − t·a)"
    torch = ""

    def in_torch(self) -> str:
        """The formula as it stands."""
        return "F.relu(1 - target * x).sum(1).mean()"

    def record(self, at: LossSite) -> None:
        """max(0, 1 − t·a) and −t/m where that is above 0."""
        short, wrong = at.scratch(at.x), np.zeros(at.x.shape, bool)
        at.run(np.multiply, at.x, at.target, short)
        at.run(np.subtract, at.number(1), short, short)
        at.run(np.greater, short, at.number(0), wrong)
        record_mistakes(at, short, wrong)


@dataclass(frozen=True)
class PerceptronCriterion(Loss):
    """Zero where the answer is right, and how far it is wrong elsewhere; targets are −1 and 1."""

    through = ("threshold",)
    no = -1.0
    formula = "J = 1/m Σ max(0, −t·a)"
    torch = ""

    def in_torch(self) -> str:
        """Mistakes by the answer, so that there is a way out of a = 0."""
        return "-(target * x * ((x > 0) != (target > 0))).sum(1).mean()"

    def record(self, at: LossSite) -> None:
        """max(0, −t·a), and −t/m for every mistake. At a = 0 the unit answers no, which is a mistake only if t = 1."""
        short, zero = at.scratch(at.x), at.number(0)
        answer, wrong = np.zeros((2, *at.x.shape), bool)
        at.run(np.greater, at.x, zero, answer)
        at.run(np.greater, at.target, zero, wrong)
        at.run(np.not_equal, answer, wrong, wrong)
        at.run(np.multiply, at.x, at.target, short)
        at.run(np.negative, short, short)
        record_mistakes(at, short, wrong)


def record_mistakes(at: LossSite, short: Array, wrong: Array) -> None:
    """Record Σ max(0, short), and −t/m wherever the answer is wrong."""
    at.run(np.multiply, at.target, wrong, at.dx)
    at.run(np.multiply, at.dx, at.share(-1), at.dx)
    at.run(np.maximum, short, at.number(0), out=short)
    at.sum_of(short)


@cache
def losses() -> Family[Loss]:
    """All losses, ours and the plugins'."""
    return Family(Loss, "nnstudio.engine.losses", "nnstudio.losses", "loss")
