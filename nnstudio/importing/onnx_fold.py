"""Arithmetic on the constants of an ONNX file, which tools write around a Reshape: small, and without surprises."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np

from nnstudio.layers.onnx_reading import Unreadable
from nnstudio.layers.shapes import Array

KINDS = {1: np.float32, 11: np.float64, 7: np.int64, 6: np.int32, 10: np.float16, 9: np.bool_}
GROWING = ("Gather", "Concat")
MOST = 1 << 16  # Numbers that those may make.
Attributes = Mapping[str, Any]


def folded(operator: str, inputs: tuple[Array, ...], attributes: Attributes) -> Array:
    """What a node makes of constants alone."""
    if operator not in FOLDS:
        raise Unreadable("no layer here does that")
    if operator in GROWING and _size(operator, inputs) > MOST:
        raise Unreadable("it makes more constants than shapes need")
    try:
        return np.asarray(FOLDS[operator](inputs, attributes))
    except (ValueError, IndexError, TypeError, KeyError, OverflowError):
        raise Unreadable("what it reads does not go together") from None


def _size(operator: str, inputs: tuple[Array, ...]) -> int:
    """How many numbers a growing operator makes, at most."""
    sizes = [each.size for each in inputs]
    return sum(sizes) if operator == "Concat" else prod(sizes)


def _value(inputs: tuple[Array, ...], attributes: Attributes) -> Any:
    for name, dtype in (("value_int", np.int64), ("value_ints", np.int64), ("value_float", np.float32)):
        if name in attributes:
            return np.array(attributes[name], dtype)
    if not isinstance(attributes.get("value"), np.ndarray):
        raise ValueError
    return attributes["value"]


def _axes(inputs: tuple[Array, ...], attributes: Attributes) -> tuple[int, ...]:
    return tuple(inputs[1].reshape(-1).tolist()) if len(inputs) > 1 else tuple(attributes["axes"])


def _slice(inputs: tuple[Array, ...], attributes: Attributes) -> Any:
    data, start, end = inputs[0], int(inputs[1].item()), int(inputs[2].item())
    if data.ndim != 1 or len(inputs) > 4:
        raise ValueError
    return data[start:end]


FOLDS: Mapping[str, Callable[[tuple[Array, ...], Attributes], Any]] = {
    "Constant": _value,
    "Identity": lambda inputs, _: inputs[0],
    "Cast": lambda inputs, attributes: inputs[0].astype(KINDS[attributes["to"]]),
    "Gather": lambda inputs, attributes: np.take(inputs[0], inputs[1], attributes.get("axis", 0)),
    "Concat": lambda inputs, attributes: np.concatenate(inputs, attributes["axis"]),
    "Unsqueeze": lambda inputs, attributes: np.expand_dims(inputs[0], _axes(inputs, attributes)),
    "Squeeze": lambda inputs, attributes: np.squeeze(inputs[0], _axes(inputs, attributes)),
    "Reshape": lambda inputs, _: inputs[0].reshape(inputs[1].tolist()),
    "Transpose": lambda inputs, attributes: inputs[0].transpose(attributes.get("perm")),
    "Slice": _slice,
}
