"""Masks of bits: a bitwise "and" keeps or drops numbers, quicker than multiplying by true and false."""

import numpy as np

from nnstudio.layers.shapes import Array
from nnstudio.layers.site import Site


def bits(array: Array) -> Array:
    """The same memory as whole numbers of the same width. A view."""
    return array.view(f"i{array.itemsize}")


def record_where_negative(at: Site, numbers: Array) -> None:
    """Record that each number becomes a mask in place: all bits where its sign says negative, none elsewhere."""
    whole = bits(numbers)
    at.run(np.right_shift, whole, np.array(8 * numbers.itemsize - 1, whole.dtype), whole)


def record_kept(at: Site, numbers: Array, mask: Array, into: Array) -> None:
    """Record that the numbers under a mask go on, as zeros where it has no bits."""
    at.run(np.bitwise_and, bits(numbers), bits(mask), bits(into))


def record_rest(at: Site, numbers: Array, taken: Array, into: Array) -> None:
    """Record what is left of the numbers once those taken by a mask are gone."""
    at.run(np.bitwise_xor, bits(numbers), bits(taken), bits(into))
