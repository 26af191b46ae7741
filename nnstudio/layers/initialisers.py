"""How weights start: zeros, a constant, uniform, normal, Glorot, He, LeCun, and PyTorch's own rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.fields import Configured, choice, real
from nnstudio.core.registry import Family
from nnstudio.layers.shapes import Shape

Draw = NDArray[np.float64]


@dataclass(frozen=True)
class Fan:
    """How many numbers flow into one output of a layer, and out of one input."""

    inward: int
    outward: int


class Initialiser(Configured):
    """Draws the first values of a layer's weights or biases."""

    formula: ClassVar[str] = ""
    """Where `inputs` and `outputs` say how many numbers flow into one output, and out of one input."""
    example: ClassVar[Mapping[str, Any]] = {}
    """Fields for its help page, where those at first would not tell much."""

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """Values of that shape, in double precision whatever the network uses."""
        raise NotImplementedError


def _spread(random: np.random.Generator, shape: Shape, deviation: float, distribution: str) -> Draw:
    if distribution == "normal":
        return random.normal(0.0, deviation, shape)
    return random.uniform(-sqrt(3.0) * deviation, sqrt(3.0) * deviation, shape)


DISTRIBUTION = "The shape of the distribution; both have the same deviation"


@dataclass(frozen=True)
class Zeros(Initialiser):
    """Everything starts at 0."""

    formula = "w = 0"

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """All zeros."""
        return np.zeros(shape)


@dataclass(frozen=True)
class Constant(Initialiser):
    """Everything starts at the same number."""

    formula = "w = {value:g}"
    example = {"value": 0.5}

    value: float = real(0.0, -1e6, 1e6, "The number that everything starts at")

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """All the same."""
        return np.full(shape, self.value)


@dataclass(frozen=True)
class Uniform(Initialiser):
    """Evenly spread between two bounds."""

    formula = "w evenly from {low:g} to {high:g}"

    low: float = real(-0.5, -1e6, 1e6, "The smallest first value")
    high: float = real(0.5, -1e6, 1e6, "The largest first value")

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """Between low and high."""
        return random.uniform(min(self.low, self.high), max(self.low, self.high), shape)


@dataclass(frozen=True)
class Normal(Initialiser):
    """Normally distributed around 0."""

    formula = "w ~ N(0, {deviation:g}²)"

    deviation: float = real(0.1, 0.0, 1e6, "The standard deviation", "log")

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """N(0, deviation²)."""
        return random.normal(0.0, self.deviation, shape)


@dataclass(frozen=True)
class Glorot(Initialiser):
    """Variance 2 / (inputs + outputs); made for tanh and sigmoid."""

    formula = "deviation √(2 / (inputs + outputs)), {distribution}"

    distribution: str = choice("uniform", ("uniform", "normal"), DISTRIBUTION)

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """Deviation √(2 / (inward + outward))."""
        return _spread(random, shape, sqrt(2.0 / (fan.inward + fan.outward)), self.distribution)


@dataclass(frozen=True)
class He(Initialiser):
    """Variance 2 / inputs; made for ReLU."""

    formula = "deviation √(2 / inputs), {distribution}"

    distribution: str = choice("normal", ("uniform", "normal"), DISTRIBUTION)

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """Deviation √(2 / inward)."""
        return _spread(random, shape, sqrt(2.0 / fan.inward), self.distribution)


@dataclass(frozen=True)
class LeCun(Initialiser):
    """Variance 1 / inputs."""

    kind = "lecun"
    title = "LeCun"
    formula = "deviation √(1 / inputs), {distribution}"

    distribution: str = choice("normal", ("uniform", "normal"), DISTRIBUTION)

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """Deviation √(1 / inward)."""
        return _spread(random, shape, sqrt(1.0 / fan.inward), self.distribution)


@dataclass(frozen=True)
class PyTorch(Initialiser):
    """What PyTorch does by itself: uniform within ±1/√inputs, for weights and biases alike."""

    kind = "pytorch"
    title = "PyTorch"
    formula = "w evenly from −1/√inputs to 1/√inputs"

    def draw(self, shape: Shape, fan: Fan, random: np.random.Generator) -> Draw:
        """Between −1/√inward and 1/√inward."""
        bound = 1.0 / sqrt(fan.inward)
        return random.uniform(-bound, bound, shape)


@cache
def initialisers() -> Family[Initialiser]:
    """All ways to start, ours and the plugins'."""
    return Family(Initialiser, "nnstudio.layers.initialisers", "nnstudio.initialisers", "initialiser")
