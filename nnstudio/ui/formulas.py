"""Formulas as text: a layer's own, with the values of its fields put in."""

import string

from nnstudio.layers.base import Layer
from nnstudio.ui.canvas.faces import value_text


def formula_of(layer: Layer) -> str:
    """A layer's formula with its own numbers: y = x·mask / (1 − 0.5)."""
    fields = {name: getattr(layer, name) for name in _named(layer.formula) if hasattr(layer, name)}
    text = layer.formula
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", value_text(value))
    return text


def _named(formula: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(formula) if name]
