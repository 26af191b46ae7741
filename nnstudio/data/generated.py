"""Data sets made from a seed: the points of TensorFlow Playground, the truth tables, and a noisy line."""

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.fields import Configured, real, whole
from nnstudio.core.registry import Family
from nnstudio.data.dataset import DataSet

Points = NDArray[np.float64]

_SIGNS = ("negative", "positive")


class Generator(Configured):
    """A recipe for a data set; the same random numbers give the same samples, bit for bit."""

    # Whether some samples are kept back for validation and test; the small sets of the lectures train on all.
    divided: ClassVar[bool] = True

    def make(self, rng: np.random.Generator) -> DataSet:
        """The samples, not yet divided into parts."""
        raise NotImplementedError

    def _classes(self, points: Points, positive: NDArray[np.bool_], order: NDArray[np.intp]) -> DataSet:
        targets = positive.astype(np.int64)
        return DataSet(self.kind, points.astype(np.float32)[order], targets[order], _SIGNS)


def _samples(default: int = 500, help: str = "How many points there are") -> Any:
    return whole(default, 2, 100_000, help)


def _noise(help: str, default: float = 0.0) -> Any:
    return real(default, 0.0, 1.0, help)


_LABEL_NOISE = "How far, as a share of the half width, a point may stray before its class is decided; usual 0 to 0.5"


@dataclass(frozen=True)
class Circle(Generator):
    """A disc of positive points within a ring of negative ones: radius below 2.5 and from 3.5 to 5."""

    noise: float = _noise(_LABEL_NOISE)
    samples: int = _samples()

    def make(self, rng: np.random.Generator) -> DataSet:
        """Half the points inside, half outside."""
        inside = self.samples // 2
        radius = np.concatenate([rng.uniform(0, 2.5, inside), rng.uniform(3.5, 5, self.samples - inside)])
        points = _polar(radius, rng.uniform(0, 2 * np.pi, self.samples))
        strayed = points + self.noise * _square(rng, 5, self.samples)
        return self._classes(points, np.hypot(*strayed.T) < 2.5, rng.permutation(self.samples))


@dataclass(frozen=True)
class Xor(Generator):
    """Four squares; as in TensorFlow Playground, positive where both inputs have the same sign."""

    noise: float = _noise(_LABEL_NOISE)
    samples: int = _samples()

    def make(self, rng: np.random.Generator) -> DataSet:
        """Equally many points in each quadrant, at least 0.3 away from the axes."""
        quadrant = np.arange(self.samples) % 4
        signs = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)])[quadrant]
        points = signs * rng.uniform(0.3, 5.3, (self.samples, 2))
        strayed = points + self.noise * _square(rng, 5, self.samples)
        return self._classes(points, strayed.prod(axis=1) >= 0, rng.permutation(self.samples))


@dataclass(frozen=True)
class Gauss(Generator):
    """Two round clouds of points, positive around (2, 2) and negative around (−2, −2)."""

    noise: float = _noise("Widens the clouds: the variance along each input is 0.5 + 7 · noise; usual 0 to 0.5")
    samples: int = _samples()

    def make(self, rng: np.random.Generator) -> DataSet:
        """Half the points in each cloud."""
        positive = np.arange(self.samples) < self.samples // 2
        centres = np.where(positive, 2.0, -2.0)[:, None]
        points = centres + np.sqrt(0.5 + 7 * self.noise) * rng.standard_normal((self.samples, 2))
        return self._classes(points, positive, rng.permutation(self.samples))


@dataclass(frozen=True)
class Spiral(Generator):
    """Two arms wound around each other, 1.75 turns each, out to a radius of 5."""

    noise: float = _noise("How far a point may lie beside its arm, along each input; usual 0 to 0.5")
    samples: int = _samples()

    def make(self, rng: np.random.Generator) -> DataSet:
        """Half the points on each arm, evenly along it."""
        ahead = self.samples // 2
        along = np.concatenate([np.arange(ahead) / ahead, np.arange(self.samples - ahead) / (self.samples - ahead)])
        positive = np.arange(self.samples) < ahead
        points = _polar(5 * along, 3.5 * np.pi * along + np.where(positive, 0, np.pi))
        points += self.noise * _square(rng, 1, self.samples)
        return self._classes(points, positive, rng.permutation(self.samples))


@dataclass(frozen=True)
class Moons(Generator):
    """Two half circles that reach into each other; the lower one is positive."""

    noise: float = _noise("Standard deviation of a point from its moon, as a share of its radius; usual 0 to 0.3", 0.1)
    samples: int = _samples()

    def make(self, rng: np.random.Generator) -> DataSet:
        """Half the points on each moon, evenly along it, four times as large as the formula has them."""
        lower = self.samples // 2
        positive = np.arange(self.samples) < lower
        angle = np.pi * np.concatenate([np.linspace(0, 1, lower), np.linspace(0, 1, self.samples - lower)])
        x = np.where(positive, 1 - np.cos(angle), np.cos(angle))
        y = np.where(positive, 0.5 - np.sin(angle), np.sin(angle))
        points = np.stack([x - 0.5, y - 0.25], axis=1) + self.noise * rng.standard_normal((self.samples, 2))
        return self._classes(4 * points, positive, rng.permutation(self.samples))


@dataclass(frozen=True)
class Separable(Generator):
    """Two classes with a straight gap between them, so that the perceptron rule must find a line."""

    margin: float = real(0.5, 0.05, 2.0, "Smallest distance of any point from the line that separates the classes")
    samples: int = _samples()

    def make(self, rng: np.random.Generator) -> DataSet:
        """Half the points on each side of a line whose direction and place are drawn at random."""
        positive = np.arange(self.samples) < self.samples // 2
        across, along = _polar(np.ones(2), rng.uniform(0, 2 * np.pi) + np.array([0, np.pi / 2]))
        distance = np.where(positive, 1, -1) * rng.uniform(self.margin, 4, self.samples) + rng.uniform(-0.5, 0.5)
        points = distance[:, None] * across + rng.uniform(-4, 4, (self.samples, 1)) * along
        return self._classes(points, positive, rng.permutation(self.samples))


@dataclass(frozen=True)
class Plane(Generator):
    """A number to predict that is linear in the inputs: (x₁ + x₂) / 10."""

    noise: float = _noise("How far, as a share of 6, a point may stray before its target is taken; usual 0 to 0.5")
    samples: int = _samples(1200)

    def make(self, rng: np.random.Generator) -> DataSet:
        """Points spread evenly over −6 to 6 along both inputs."""
        points = _square(rng, 6, self.samples).astype(np.float32)
        strayed = points + self.noise * _square(rng, 6, self.samples)
        targets = strayed.sum(axis=1, keepdims=True) / 10
        return DataSet(self.kind, points, targets.astype(np.float32))


@dataclass(frozen=True)
class LinearRegression(Generator):
    """The lecture's noisy line: y = slope · x + offset + noise, with x drawn from N(0, 2), 2 being the deviation."""

    kind: ClassVar[str] = "linear-regression"
    divided: ClassVar[bool] = False

    slope: float = real(1.0, -100.0, 100.0, "How much y grows when x grows by 1")
    offset: float = real(0.0, -100.0, 100.0, "y where x is 0")
    noise: float = real(0.5, 0.0, 100.0, "Standard deviation of what is added to y")
    samples: int = _samples(100, "How many points; their x is drawn from N(0, 2), where 2 is the standard deviation")

    def make(self, rng: np.random.Generator) -> DataSet:
        """One input, one number to predict."""
        x = rng.normal(0, 2, (self.samples, 1)).astype(np.float32)
        y = self.slope * x.astype(np.float64) + self.offset + self.noise * rng.standard_normal((self.samples, 1))
        return DataSet(self.kind, x, y.astype(np.float32))


class TruthTable(Generator):
    """The four points of a logical function of two inputs, in the order 00, 01, 10, 11."""

    divided: ClassVar[bool] = False
    answers: ClassVar[tuple[int, int, int, int]]

    def make(self, rng: np.random.Generator) -> DataSet:
        """All four points, with targets 0 and 1; nothing is random."""
        inputs = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], np.float32)
        return DataSet(self.kind, inputs, np.array(self.answers, np.int64), ("0", "1"))


@dataclass(frozen=True)
class XorTable(TruthTable):
    """Exclusive or: 1 where just one of the two inputs is 1; no single line separates it."""

    kind: ClassVar[str] = "xor-table"
    answers: ClassVar[tuple[int, int, int, int]] = (0, 1, 1, 0)


@dataclass(frozen=True)
class AndTable(TruthTable):
    """And: 1 where both inputs are 1."""

    kind: ClassVar[str] = "and-table"
    answers: ClassVar[tuple[int, int, int, int]] = (0, 0, 0, 1)


@dataclass(frozen=True)
class OrTable(TruthTable):
    """Or: 1 where at least one input is 1."""

    kind: ClassVar[str] = "or-table"
    answers: ClassVar[tuple[int, int, int, int]] = (0, 1, 1, 1)


@cache
def generators() -> Family[Generator]:
    """All recipes for data sets, ours and the plugins', by the name that users type."""
    return Family(Generator, "nnstudio.data.generated", "nnstudio.generators", "generated data set")


def _square(rng: np.random.Generator, half: float, count: int) -> Points:
    return rng.uniform(-half, half, (count, 2))


def _polar(radius: Points, angle: Points) -> Points:
    # Sine first, as TensorFlow Playground draws its circles and spirals.
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
