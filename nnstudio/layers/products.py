"""Matrix products cut so that OpenBLAS does not pack its operands first, which small products cannot pay for.

Measured with AVX-512: up to a million multiplications, and up to 1,200 results where the right side is transposed,
a product runs at 105-113 GFLOP/s; just beyond it at 40-90.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from nnstudio.layers.shapes import Array

SMALL = 1_000_000
SMALL_RESULT = 1_200
LEAST_ROWS = 8
WORTH_TWO = 4_000_000  # Multiplications from which a second thread pays for being woken.

Call = Callable[[], Any]
Together = Callable[[Sequence[Call]], None]
"""Does several calls at once, if there are threads for them, and returns when all are done."""


def fits(rows: int, depth: int, columns: int, right_is_transposed: bool) -> bool:
    """Whether a product of these sizes is multiplied without packing."""
    small = rows * depth * columns <= SMALL
    return small and (not right_is_transposed or rows * columns <= SMALL_RESULT)


def product(left: Array, right: Array, into: Array, together: Together | None = None) -> Call:
    """The call that computes into = left · right. A large one is always cut into the same two halves of its rows,
    whether there are two threads for them or one, so that the bits do not depend on that."""
    rows, depth = left.shape
    if together is None or rows * depth * right.shape[1] < WORTH_TWO or rows < 4 * LEAST_ROWS:
        return _product(left, right, into)
    half = rows // 2 // LEAST_ROWS * LEAST_ROWS
    halves = _product(left[:half], right, into[:half]), _product(left[half:], right, into[half:])
    return partial(together, halves)


def _product(left: Array, right: Array, into: Array) -> Call:
    """One product, whole or in tiles of rows. `dot` is the quickest for the smallest, but it copies an operand with
    gaps."""
    rows, depth = left.shape
    columns = right.shape[1]
    transposed = right.strides[0] < right.strides[1]
    if fits(rows, depth, columns, transposed):
        gapless = all(each.flags.forc for each in (left, right))
        return partial(left.dot, right, into) if gapless else partial(np.matmul, left, right, into)
    tile = _tile(rows, depth, columns, transposed) if left.flags.c_contiguous and into.flags.c_contiguous else rows
    if tile == rows:
        return partial(np.matmul, left, right, into)
    tiles = left.reshape(rows // tile, tile, depth, copy=False), into.reshape(rows // tile, tile, columns, copy=False)
    return partial(np.matmul, tiles[0], right, tiles[1])


def _tile(rows: int, depth: int, columns: int, transposed: bool) -> int:
    """The most rows that divide all and fit; all rows where such a tile would be too flat to be quick."""
    whole = (tile for tile in range(rows, LEAST_ROWS - 1, -1) if rows % tile == 0)
    return next((tile for tile in whole if fits(tile, depth, columns, transposed)), rows)
