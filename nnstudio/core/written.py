"""How a step of ours is written in somebody else's words: lines of code, and the arrays that they need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Stored:
    """One of our parameters under a framework's name; `axes` brings ours into the order that it has there."""

    ours: str
    axes: tuple[int, ...] = ()

    def there(self, array: Array) -> Array:
        """Our array as the framework keeps it."""
        return np.ascontiguousarray(array.transpose(self.axes) if self.axes else array)

    def back(self, array: Array) -> Array:
        """The framework's array as we keep it."""
        return np.ascontiguousarray(array.transpose(np.argsort(self.axes)) if self.axes else array)


@dataclass(frozen=True)
class Written:
    """A step in a framework's words.

    `lines` are statements that read {x}, or {x1}, {x2} and so on, and leave the result in {y}. What must be made
    beforehand is `made` and stands in the lines as {layer}; its parameters are `arrays`, by the framework's names.
    `constants` are arrays that nobody learns by descent; each stands in the lines under its own name.
    """

    lines: tuple[str, ...]
    made: str = ""
    arrays: Mapping[str, Stored] = field(default_factory=dict)
    constants: Mapping[str, Array] = field(default_factory=dict, compare=False)


def call(expression: str) -> Written:
    """A step that is one expression of {x}."""
    return Written((f"{{y}} = {expression}",))


def layer(made: str, **arrays: Stored) -> Written:
    """A step that is made once and then called."""
    return Written(("{y} = {layer}({x})",), made, arrays)


def number(value: float) -> str:
    """A number as a programmer writes it: 255 rather than 255.0."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def pair(sizes: tuple[int, ...]) -> str:
    """Two sizes, or one number where they are the same."""
    return str(sizes[0]) if len(set(sizes)) == 1 else repr(tuple(sizes))
