"""An example of a layer for its help page: small numbers that a student can follow by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Example:
    """What comes in, port by port, each as a list of samples; fields and parameters that are not as at first.

    What comes out is computed by the engine. `by_hand` says how one of its numbers comes about.
    """

    inputs: tuple[Any, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    by_hand: str = ""
    training: bool = False
    """Whether it works as in training, where that is something else."""


def one(*numbers: Any, **others: Any) -> Example:
    """An example with one input and one sample."""
    return Example(([list(numbers)],), **others)


PICTURE = (((1,), (2,), (0,), (1,)), ((0,), (3,), (1,), (0,)), ((2,), (1,), (0,), (4,)), ((0,), (0,), (2,), (1,)))
"""A grey picture of 4×4 pixels."""
