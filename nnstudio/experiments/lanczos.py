"""Lanczos: the largest eigenvalue of a symmetric matrix that is known only by what it does to a vector."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
ROOM = 1 << 25  # Numbers that may be kept of the directions tried: beyond, the search begins anew from the best one.


@dataclass(frozen=True, eq=False)
class Eigenvalue:
    """An eigenvalue, the length of Hv − λv for the direction v of length 1 that was found, and v itself."""

    value: float
    error: float
    direction: Vector
    products: int
    settled: bool


def largest_eigenvalue(
    product: Callable[[Vector], Vector], start: Vector, products: int = 50, tolerance: float = 1e-3
) -> Eigenvalue:
    """The largest eigenvalue (not the largest in size), to `tolerance` of itself or as far as so many products lead.

    The power iteration keeps only its last direction, and forgets what the earlier ones told. Lanczos finds the best
    mixture of all directions so far: a dozen products do where the power iteration takes a hundred, and where the
    error bends downwards more than upwards no shift is needed.
    """
    columns = max(4, ROOM // len(start))
    found = _search(product, start / np.linalg.norm(start), min(columns, products), tolerance, 0)
    while not found.settled and found.products < products:
        left = products - found.products
        found = _search(product, found.direction, min(columns, left), tolerance, found.products)
    return found


def _search(
    product: Callable[[Vector], Vector], direction: Vector, columns: int, tolerance: float, before: int
) -> Eigenvalue:
    """Up to so many products, each of a direction at right angles to all earlier ones."""
    size = len(direction)
    basis = np.empty((min(columns, size), size))
    along = np.zeros((len(basis), len(basis)))
    for number in range(len(basis)):
        basis[number] = direction
        image = product(direction)
        tried = basis[: number + 1]
        along[number, number] = direction @ image
        if not np.isfinite(along[number, number]):
            return Eigenvalue(np.nan, np.nan, direction, before + number + 1, True)
        # Twice: once leaves rounding behind, and with it the same eigenvalue would be found again and again.
        for _ in range(2):
            image = image - tried.T @ (tried @ image)
        rest = float(np.linalg.norm(image))
        values, mixtures = np.linalg.eigh(along[: number + 1, : number + 1])
        error = rest * abs(float(mixtures[-1, -1]))
        scale = max(abs(float(values[-1])), 1e-6 * float(np.abs(values).max()))
        settled = error <= tolerance * scale or number + 1 == size
        if settled or number + 1 == len(basis):
            break
        along[number, number + 1] = along[number + 1, number] = rest
        direction = image / rest
    mixed: Vector = mixtures[:, -1] @ tried
    return Eigenvalue(float(values[-1]), error, mixed, before + number + 1, settled)
