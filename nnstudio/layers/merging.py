"""What the merging layers share."""

from nnstudio.layers.base import Layer, Refusal
from nnstudio.layers.shapes import Shape, shown


def need_same_shapes(layer: Layer, inputs: tuple[Shape, ...]) -> Shape:
    """The one shape of all inputs, or a refusal."""
    if len(set(inputs)) > 1:
        raise Refusal(
            f"{layer.title} needs inputs of one shape, but gets {' and '.join(map(shown, inputs))}. "
            "Change the layers before it until they agree."
        )
    return inputs[0]


def listed_inputs(count: int) -> str:
    """The inputs in an expression: {x1}, {x2}."""
    return ", ".join(f"{{x{number}}}" for number in range(1, count + 1))


def together(count: int) -> str:
    """A statement that calls a layer with all inputs as a list."""
    return f"{{y}} = {{layer}}([{listed_inputs(count)}])"
