"""Charts: a plane through the space of weights as an origin and two directions, so that weights have a place on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import lt
from typing import Any

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.engine.parameters import Parameters
from nnstudio.experiments.planes import OF_CHANCE, OF_PATHS, OfTwoWeights, Place
from nnstudio.layers.shapes import Array

NO_SUCH_WEIGHT = "The network has no number {} any more. Choose another weight."
ONE_WEIGHT = "One weight does not make a plane. Choose two different ones."
FEWEST = 3  # Places that the directions of a path can be told from.


@dataclass(frozen=True, eq=False)
class Chart:
    """The place (a, b) stands for the weights origin + a·first + b·second."""

    origin: Array
    """All parameters."""
    directions: Array
    """(2, parameters that learn)"""
    names: tuple[str, str]
    numbers: tuple[int, int] | None = None
    """Where the two weights lie in the vector, if the plane is made of two weights."""
    explained: float | None = None
    """The share of the variance of the paths that lies in the plane, if it was made from them."""

    def places(self, vectors: Array) -> Array:
        """The places (vectors, 2) nearest to weights (vectors, parameters)."""
        if self.numbers is not None:
            return np.array(vectors[:, self.numbers], np.float64)
        away = vectors[:, : self.directions.shape[1]] - self.origin[: self.directions.shape[1]]
        along = (away @ self.directions.T).astype(np.float64)
        return np.linalg.solve(self._products, along.T).T

    def write(self, place: tuple[float, float], vector: Array) -> None:
        """Let a vector of parameters hold the weights at a place."""
        np.copyto(vector, self.origin)
        if self.numbers is not None:
            vector[list(self.numbers)] = place
        else:
            vector[: self.directions.shape[1]] += np.asarray(place, self.directions.dtype) @ self.directions

    @property
    def _products(self) -> Array:
        """Of the directions with each other: they need not be at right angles."""
        products: Array = (self.directions @ self.directions.T).astype(np.float64)
        return products


def chart_of_two(parameters: Parameters, plane: OfTwoWeights) -> Chart:
    """The plane of two weights: its places are these numbers themselves."""
    first, second = (_number(parameters, place) for place in (plane.first, plane.second))
    if first == second:
        raise StudioError(ONE_WEIGHT)
    directions = np.zeros((2, parameters.layout.size), parameters.vector.dtype)
    directions[0, first] = directions[1, second] = 1
    origin = parameters.vector.copy()
    origin[[first, second]] = 0
    return Chart(origin, directions, (name_of(plane.first), name_of(plane.second)), (first, second))


def chart_of_chance(parameters: Parameters, seed: int) -> Chart:
    """Two random directions, in which every unit's weights move as far as they are long (filter normalisation)."""
    random = np.random.Generator(np.random.PCG64(seed))
    layout, learned = parameters.layout, parameters.layout.learned
    directions = random.standard_normal((2, learned)).astype(parameters.vector.dtype)
    nothing = not parameters.vector[:learned].any()
    for place in layout.places:
        if place.learned:
            lengths = np.linalg.norm(place.matrix(parameters.vector), axis=1, keepdims=True)
            for direction in directions:
                rows = place.matrix(direction)
                rows *= (np.ones_like(lengths) if nothing else lengths) / np.linalg.norm(rows, axis=1, keepdims=True)
    return Chart(parameters.vector.copy(), directions, OF_CHANCE)


def chart_of_paths(parameters: Parameters, paths: Sequence[Array], before: Chart | None = None) -> Chart | None:
    """The two principal directions of paths (steps, parameters that learn); None where there is no way yet.

    The paths go to the right, and upwards unless the second direction of a chart from before says otherwise.
    """
    paths = [path[np.isfinite(path).all(axis=1)] for path in paths]
    rows = np.concatenate(paths)
    middle = rows.mean(axis=0) if len(rows) else rows
    away = (rows - middle).astype(np.float64)
    # Through the products of the rows: they are few, and the parameters may be many.
    values, vectors = np.linalg.eigh(away @ away.T)
    total = float(values.clip(0).sum())
    if len(rows) < FEWEST or values[-2] <= 1e-12 * values[-1] or not total > 0:
        return None
    directions = (vectors[:, [-1, -2]].T @ away) / np.sqrt(values[[-1, -2]])[:, None]
    ahead = np.sum([path[-1] - path[0] for path in paths if len(path)], axis=0)
    known = before is not None and before.names == OF_PATHS
    for direction, wanted in zip(directions, (ahead, before.directions[1] if before and known else ahead), strict=True):
        if direction @ wanted < 0:
            direction *= -1
    origin = parameters.vector.copy()
    origin[: rows.shape[1]] = middle
    share = float((values[-1] + values[-2]) / total)
    return Chart(origin, directions.astype(origin.dtype), OF_PATHS, explained=share)


def name_of(place: Place) -> str:
    """What a weight is called: `hidden/weights[1, 0]`."""
    return f"{place[0]}[{', '.join(map(str, place[1]))}]"


def _number(parameters: Parameters, place: Place) -> int:
    """Where a number lies in the vector."""
    name, index = place
    where = parameters.places().get(name)
    if where is not None and len(index) == where.ndim and min(index) >= 0 and all(map(lt, index, where.shape)):
        found: Any = where[index]
        return int(found)
    raise StudioError(NO_SUCH_WEIGHT.format(name_of(place)))
