"""Formulas with a layer's own numbers: its fields filled in, and the shape behind every letter."""

from collections.abc import Sequence

from nnstudio.layers.base import Layer
from nnstudio.layers.shapes import Shape, shown


def formula_with_shapes(layer: Layer, name: str, inputs: Sequence[Shape], output: Shape | None) -> str:
    """A layer's formula and what its letters hold: a = W·x + b   with W 128×784, b 128, x 784, a 128.

    `name` goes before it, unless it is empty. Where the output has no shape yet, the formula stands alone.
    """
    formula = layer.formula.format(**vars(layer))
    before = f"{name}: " if name and formula else name
    if output is None:
        return before + formula
    letters = ", ".join(f"{letter} {shown(shape)}" for letter, shape in _letters(layer, inputs, output).items())
    return f"{before}{formula}   with {letters}"


def _letters(layer: Layer, inputs: Sequence[Shape], output: Shape) -> dict[str, Shape]:
    """Parameters, then inputs, then the output, each by what the formula calls it."""
    blocks = layer.blocks(*inputs).values()
    shapes = {name: parameter.shape for block in blocks for name, parameter in block.items()}
    shapes |= {f"x{_subscript(port + 1)}" if len(inputs) > 1 else "x": shape for port, shape in enumerate(inputs)}
    shapes["y"] = output
    return {layer.letters.get(name, name): shape for name, shape in shapes.items()}


def _subscript(number: int) -> str:
    return "".join(chr(ord("₀") + int(digit)) for digit in str(number))
