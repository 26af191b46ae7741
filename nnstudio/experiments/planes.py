"""Planes through the space of weights, and the error over them."""

from dataclasses import dataclass

from nnstudio.layers.shapes import Array

Place = tuple[str, tuple[int, ...]]
"""The full name of a parameter, and the place of one number in it."""
Range = tuple[float, float]
OF_CHANCE = "random direction 1", "random direction 2"
OF_PATHS = "principal direction 1", "principal direction 2"


@dataclass(frozen=True)
class OfTwoWeights:
    """The plane of two numbers of the network, all others as they are."""

    first: Place
    second: Place


@dataclass(frozen=True)
class OfChance:
    """A plane of two random directions, each as long as the weights of its unit."""

    seed: int = 0


@dataclass(frozen=True)
class OfThePath:
    """The plane of the two directions in which the lanes' paths went furthest (principal components)."""


Plane = OfTwoWeights | OfChance | OfThePath


@dataclass(frozen=True, eq=False)
class Ground:
    """The error on a grid over a plane."""

    plane: Plane
    names: tuple[str, str]
    """What the two directions are called."""
    spans: tuple[Range, Range]
    """The least and the greatest of each."""
    costs: Array
    """(second direction, first direction): the rows of a picture. The mean training cost, with its penalty."""
    samples: int = 0
    """Over how many training samples the cost was taken."""
    explained: float | None = None
    """The share of the paths' way that lies in the plane, where it was made from them."""
    finest: bool = True
    """Whether no finer grid follows."""
