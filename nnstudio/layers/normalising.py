"""What the normalising layers share: centre and scale over some axes, and the way back."""

import numpy as np

from nnstudio.layers.shapes import Array, Shape
from nnstudio.layers.site import Site


def over(values: Array, dimensions: int, axis: int) -> Array:
    """One value for each feature, shaped to go with a whole array. A view."""
    shape = [1] * dimensions
    shape[axis] = -1
    return values.reshape(shape, copy=False)


def _kept_shape(shape: Shape, axes: tuple[int, ...]) -> Shape:
    return tuple(1 if axis in axes else size for axis, size in enumerate(shape))


def centre_and_scale(at: Site, axes: tuple[int, ...], epsilon: float) -> tuple[Array, Array]:
    """Record normal = (x − mean) / √(variance + ε) over the axes; gives back where mean and variance will stand."""
    normal = at.kept["normal"]
    small = _kept_shape(at.x.shape, axes)
    mean, variance, inverse = at.scratch(small), at.scratch(small), at.scratch(small)
    share = at.number(mean.size / at.x.size)
    squares = at.scratch(at.x.shape)
    at.run(np.add.reduce, at.x, axes, None, mean, True)
    at.run(np.multiply, mean, share, mean)
    at.run(np.subtract, at.x, mean, normal)
    at.run(np.multiply, normal, normal, squares)
    at.run(np.add.reduce, squares, axes, None, variance, True)
    at.run(np.multiply, variance, share, variance)
    at.run(np.add, variance, at.number(epsilon), inverse)
    at.run(np.sqrt, inverse, inverse)
    at.run(np.divide, at.number(1), inverse, inverse)
    at.run(np.multiply, normal, inverse, normal)
    at.kept["inverse"] = inverse
    return mean, variance


def centre_and_scale_back(at: Site, axis: int, axes: tuple[int, ...]) -> None:
    """Record the derivatives for scale, shift and x.

    With n = normal and δ = ∂J/∂n, ∂J/∂x = (δ − mean(δ) − n·mean(δ∘n)) / √(variance + ε).
    """
    normal, dimensions = at.kept["normal"], at.x.ndim
    product = at.scratch(at.x.shape)
    if at.trains:
        others = tuple(each for each in range(dimensions) if each != axis)
        at.run(np.multiply, at.dy, normal, product)
        at.run(np.add.reduce, product, others, None, at.gradients["scale"])
        at.run(np.add.reduce, at.dy, others, None, at.gradients["shift"])
    if not at.wants_dx:
        return
    small = _kept_shape(at.x.shape, axes)
    mean, along = at.scratch(small), at.scratch(small)
    share = at.number(mean.size / at.x.size)
    at.run(np.multiply, at.dy, over(at.parameters["scale"], dimensions, axis), at.dx)
    at.run(np.add.reduce, at.dx, axes, None, mean, True)
    at.run(np.multiply, mean, share, mean)
    at.run(np.multiply, at.dx, normal, product)
    at.run(np.add.reduce, product, axes, None, along, True)
    at.run(np.multiply, along, share, along)
    at.run(np.multiply, normal, along, product)
    at.run(np.subtract, at.dx, mean, at.dx)
    at.run(np.subtract, at.dx, product, at.dx)
    at.run(np.multiply, at.dx, at.kept["inverse"], at.dx)
