"""Penalties on large weights, biases left out: added to the cost and to the gradient."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from nnstudio.core.fields import Configured, real
from nnstudio.core.registry import Family
from nnstudio.engine.optimizers import UpdateSite
from nnstudio.layers.shapes import Array

STRENGTH = "λ, divided by the number m of training samples; 0 switches the penalty off"


class Penalty(Configured):
    """A cost of large weights. The gradient's share λ/m stands in `numbers["penalty"]`."""

    formula: ClassVar[str] = ""
    strength: float = 0.0

    @property
    def applies(self) -> bool:
        """Whether it does anything."""
        return self.strength > 0

    def in_torch(self) -> str:
        """Its part of the cost in PyTorch, of share (λ/m) and weights, a list; nothing where it does nothing."""
        return ""

    def record(self, at: UpdateSite) -> None:
        """Record its part of the gradient."""

    def cost(self, weights: Array, share: float) -> float:
        """Its part of the cost; share is λ/m, weights a copy of those it applies to, which may be overwritten."""
        return 0.0

    def curvature(self, weights: Array, share: float) -> Array | float:
        """The second derivative of its cost for each weight; what it has kinks at is left out."""
        return 0.0


@dataclass(frozen=True)
class NoPenalty(Penalty):
    """Weights may grow as they like."""

    kind = "none"
    title = "None"
    formula = "0"


@dataclass(frozen=True)
class L2(Penalty):
    """Weight decay: J + λ/2m · Σ w²."""

    kind = "l2"
    title = "L2"
    formula = "λ/2m · Σ w²"

    strength: float = real(0.0, 0.0, 1e9, STRENGTH, "log")

    def in_torch(self) -> str:
        """λ/2m · Σ w²."""
        return "0.5 * share * sum(each.square().sum() for each in weights)" if self.applies else ""

    def record(self, at: UpdateSite) -> None:
        """λ/m · w."""
        at.run(np.multiply, at.weights, at.decays, at.scratch)
        at.run(np.multiply, at.scratch, at.numbers["penalty"], at.scratch)
        at.run(np.add, at.gradient, at.scratch, at.gradient)

    def cost(self, weights: Array, share: float) -> float:
        """λ/2m · Σ w²."""
        return 0.5 * share * float(np.dot(weights, weights))

    def curvature(self, weights: Array, share: float) -> Array | float:
        """λ/m."""
        return share


@dataclass(frozen=True)
class L1(Penalty):
    """Drives weights to exactly zero: J + λ/m · Σ |w|."""

    kind = "l1"
    title = "L1"
    formula = "λ/m · Σ |w|"

    strength: float = real(0.0, 0.0, 1e9, STRENGTH, "log")

    def in_torch(self) -> str:
        """λ/m · Σ |w|."""
        return "share * sum(each.abs().sum() for each in weights)" if self.applies else ""

    def record(self, at: UpdateSite) -> None:
        """λ/m · sign w."""
        at.run(np.multiply, at.weights, at.decays, at.scratch)
        at.run(np.sign, at.scratch, at.scratch)
        at.run(np.multiply, at.scratch, at.numbers["penalty"], at.scratch)
        at.run(np.add, at.gradient, at.scratch, at.gradient)

    def cost(self, weights: Array, share: float) -> float:
        """λ/m · Σ |w|."""
        return share * float(np.add.reduce(np.abs(weights, weights)))


@cache
def penalties() -> Family[Penalty]:
    """All penalties, ours and the plugins'."""
    return Family(Penalty, "nnstudio.engine.penalties", "nnstudio.penalties", "penalty")
