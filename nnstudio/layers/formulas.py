"""Formulas with a layer's own numbers: its fields filled in, and the shape behind every letter."""

from collections.abc import Sequence

from nnstudio.layers.base import Layer
from nnstudio.layers.shapes import Shape, shown

WITH = "   with "  # What parts a formula from the shapes of its letters.


def formula_with_shapes(layer: Layer, name: str, inputs: Sequence[Shape], output: Shape | None) -> str:
    """A layer's formula and what its letters hold: a = W·x + b   with W 128×784, b 128, x 784, a 128.

    `name` goes before it, unless it is empty. Where the output has no shape yet, the formula stands alone.
    """
    formula = layer.formula.format(**vars(layer))
    before = f"{name}: " if name and formula else name
    if output is None:
        return before + formula
    letters = ", ".join(f"{letter} {shown(shape)}" for letter, shape in _letters(layer, inputs, output).items())
    return f"{before}{formula}{WITH}{letters}"


def _letters(layer: Layer, inputs: Sequence[Shape], output: Shape) -> dict[str, Shape]:
    """Parameters, then inputs, then the output, each by what the formula calls it."""
    blocks = layer.blocks(*inputs).values()
    shapes = {name: parameter.shape for block in blocks for name, parameter in block.items()}
    letters = {letter_of(layer, name): shape for name, shape in shapes.items()}
    letters |= {input_letter(layer, port, len(inputs)): shape for port, shape in enumerate(inputs)}
    return {**letters, letter_of(layer, "y"): output}


def letter_of(layer: Layer, name: str) -> str:
    """What the formula calls a parameter, or the output y."""
    return layer.letters.get(name, name)


def input_letter(layer: Layer, port: int, ports: int) -> str:
    """What the formula calls one of its inputs."""
    return f"x{_subscript(port + 1)}" if ports > 1 else letter_of(layer, "x")


def _subscript(number: int) -> str:
    return "".join(chr(ord("₀") + int(digit)) for digit in str(number))
