"""The order of numbers: how those of an ONNX value lie among the same numbers of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nnstudio.layers.shapes import Shape


@dataclass(frozen=True)
class Order:
    """ONNX's numbers are ours, seen in the shape `base`, with the axes in the order `axes`, read row by row.

    Axes of size 1 are left out and neighbours joined, so that equal orders are equal values.
    """

    base: Shape
    axes: tuple[int, ...]

    @classmethod
    def of(cls, base: Sequence[int], axes: Sequence[int]) -> Self | None:
        """The order in its simplest form; None where nothing is moved."""
        left = [axis for axis in axes if base[axis] != 1]
        runs: list[list[int]] = []
        for axis in left:
            follows = runs and all(base[between] == 1 for between in range(runs[-1][-1] + 1, axis))
            if follows and axis > runs[-1][-1]:
                runs[-1].append(axis)
            else:
                runs.append([axis])
        if len(runs) < 2:
            return None
        places = sorted(runs)
        return cls(tuple(prod(base[axis] for axis in run) for run in places), tuple(map(places.index, runs)))

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """For each number of ONNX's, its place in ours."""
        return np.arange(prod(self.base), dtype=np.intp).reshape(self.base).transpose(self.axes).reshape(-1)


def channels_first(shape: Shape) -> Order | None:
    """The order of an image channels × height × width in ours, which is height × width × channels."""
    channels, height, width = shape
    return Order.of((height, width, channels), (2, 0, 1))


def turned(order: Order | None, shape: Shape, axes: Sequence[int]) -> tuple[bool, Order | None]:
    """The order of a value of that shape once its axes are turned, and whether there is one."""
    groups = order or Order((prod(shape),), (0,))
    parts = _parts(groups, shape)
    if parts is None:
        return False, None
    flat = [(group, number) for group, sizes in sorted(parts.items()) for number in range(len(sizes))]
    base = [parts[group][number] for group, number in flat]
    own = iter([(group, number) for group in groups.axes for number in range(len(parts.get(group, ())))])
    place = {axis: flat.index(next(own)) for axis, size in enumerate(shape) if size != 1}
    return True, Order.of(base, [place[axis] for axis in axes if axis in place])


def _parts(order: Order, shape: Shape) -> dict[int, list[int]] | None:
    """Each group of numbers that lie together, cut as the shape cuts it; None where an axis spans two of them."""
    parts: dict[int, list[int]] = {}
    sizes = iter([size for size in shape if size != 1])
    for group in order.axes:
        rest = order.base[group]
        while rest > 1:
            size = next(sizes, 0)
            if not size or rest % size:
                return None
            parts.setdefault(group, []).append(size)
            rest //= size
    return parts
