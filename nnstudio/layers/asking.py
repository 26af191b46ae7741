"""Asking a layer of a plugin, whose bugs must not stop anything else: it refuses then, in the plugin's name."""

from nnstudio.core.plugged import plugin_of
from nnstudio.layers.base import Layer, Refusal
from nnstudio.layers.shapes import Shape


def shape_from(layer: Layer, *inputs: Shape) -> Shape:
    """What comes out of a layer, or a Refusal. A bug of our own layers is raised; a plugin's is a Refusal too."""
    plugin = plugin_of(type(layer).__module__)
    if plugin is None:
        return layer.output_shape(*inputs)
    try:
        return _tried(layer, *inputs)
    except Refusal:
        raise
    # Whatever it is: the rest of the model, and of the program, has nothing to do with it.
    except Exception as bug:
        raise Refusal(failed(layer, plugin, bug)) from bug


def failed(layer: Layer, plugin: str, bug: Exception) -> str:
    """A sentence that names the plugin."""
    return (
        f"{layer.title} comes from the plugin {plugin} and failed ({type(bug).__name__}: {bug}). "
        "Put another layer in its place, or tell the makers of the plugin."
    )


def _tried(layer: Layer, *inputs: Shape) -> Shape:
    """The shape, after everything that others ask of a layer without a care was asked once."""
    shape = layer.output_shape(*inputs)
    if not (isinstance(shape, tuple) and shape and all(type(size) is int and size > 0 for size in shape)):
        raise TypeError(f"its output shape is {shape!r}, but should be a tuple of positive whole numbers")
    for block in layer.blocks(*inputs).values():
        if not all(parameter.shape for parameter in block.values()):
            raise TypeError("a parameter has no shape")
    layer.multiplications(*inputs)
    layer.phrase()
    return shape
