"""A sheet to write ONNX nodes on: plain values, which need no package; an export makes a file of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Attribute = int | float | str | Sequence[int]


@dataclass(frozen=True)
class OnnxNode:
    """One operator with its name, the values that it reads, and the one that it makes."""

    operator: str
    name: str
    inputs: tuple[str, ...]
    output: str
    attributes: Mapping[str, Attribute]


@dataclass(eq=False)
class OnnxSheet:
    """Nodes in the order of computation, and constants by name. What is written under one `title` is named after it."""

    nodes: list[OnnxNode] = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)
    title: str = ""
    values: set[str] = field(default_factory=set)
    """The names of all values, and others that none may have."""
    _names: set[str] = field(default_factory=set)

    def node(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """Write a node; gives back the name of what it makes."""
        made = _fresh(self.title, self.values)
        self.nodes.append(OnnxNode(operator, _fresh(self.title, self._names), inputs, made, attributes))
        return made

    def constant(self, name: str, array: Any, dtype: Any = np.float32) -> str:
        """Write numbers down; gives back their name."""
        full = _fresh(f"{self.title}/{name}", self.values)
        with np.errstate(over="ignore"):
            self.constants[full] = np.array(array, dtype, order="C")
        return full

    def reshaped(self, value: str, shape: Sequence[int]) -> str:
        """Samples in another shape; the number of samples stays."""
        return self.node("Reshape", value, self.constant("shape", [0, *shape], np.int64))


def _fresh(name: str, taken: set[str]) -> str:
    """A name that nothing has yet."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}/{number}", number + 1
    taken.add(found)
    return found
