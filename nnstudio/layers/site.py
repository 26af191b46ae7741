"""The place where one layer works inside a compiled program: its arrays, and the tape it records its calls on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnstudio.layers.products import Together, product
from nnstudio.layers.shapes import IMAGE, Array, Shape, engine_shape, size_of

Tape = list[Callable[[], Any]]


@dataclass(frozen=True, eq=False)
class Value:
    """What a wire carries in a program.

    `array` is laid out for the engine. `flat` holds the same memory as (numbers of a sample in the order the
    user sees, batch), where that needs no copy, and `with_one` the same with a last row of ones below it, so that
    a matrix with the biases as its last column does the whole affine map in one product.
    """

    shape: Shape
    array: Array
    flat: Array | None = None
    with_one: Array | None = None

    @classmethod
    def new(cls, shape: Shape, batch: int, dtype: DTypeLike) -> "Value":
        """Fresh memory, with the row of ones behind it."""
        size = size_of(shape)
        memory = np.zeros((size + 1, batch), dtype)
        memory[size] = 1
        array = memory[:size].reshape(engine_shape(shape, batch))
        same_order = len(shape) != IMAGE or shape[2] == 1
        return cls(shape, array, memory[:size], memory) if same_order else cls(shape, array)

    @classmethod
    def of_samples(cls, shape: Shape, batch: int, dtype: DTypeLike) -> "Value":
        """Fresh memory that is filled sample by sample, as an Input is: one row a sample, a column of ones."""
        size = size_of(shape)
        memory = np.zeros((batch, size + 1), dtype)
        memory[:, size] = 1
        return cls((size,), memory[:, :size].T, memory[:, :size].T, memory.T).reshaped(shape)

    def reshaped(self, shape: Shape) -> "Value":
        """The same memory under another shape; only where `flat` is free."""
        assert self.flat is not None
        array = self.flat.reshape((*shape, self.flat.shape[1]), copy=False)
        if len(shape) == IMAGE:
            array = array.transpose(0, 2, 1, 3)
        return Value(shape, array, self.flat, self.with_one)


@dataclass(eq=False)
class Site:
    """One layer's place in a program. The layer records its NumPy calls here; they run at every step.

    `xs` and `y` are inputs and output, `dxs` and `dy` the derivatives of the loss for them. `together` is there where
    a large product may be shared between threads. Where it is `still`, nothing varies at random, as after training.
    """

    inputs: Sequence[Value]
    shape: Shape
    batch: int
    dtype: np.dtype[Any]
    training: bool
    parameters: Mapping[str, Array]
    gradients: Mapping[str, Array]
    matrices: Mapping[str, Array]
    matrix_gradients: Mapping[str, Array]
    wanted: Sequence[bool]
    random: np.random.Generator
    tape: Tape
    together: Together | None = None
    still: bool = False
    kept: dict[str, Any] = field(default_factory=dict)
    output: Value | None = None
    dy: Array = field(default_factory=lambda: np.empty(0))
    dxs: dict[int, Array] = field(default_factory=dict)

    @property
    def trains(self) -> bool:
        """Whether this layer's own parameters learn."""
        return bool(self.gradients)

    @property
    def wants_dx(self) -> bool:
        """Whether anything before the first input learns, so that its derivative is needed."""
        return self.wanted[0]

    @property
    def x(self) -> Array:
        """The first input."""
        return self.inputs[0].array

    @property
    def xs(self) -> list[Array]:
        """All inputs."""
        return [value.array for value in self.inputs]

    @property
    def y(self) -> Array:
        """The output; its memory is made when first asked for."""
        if self.output is None:
            self.output = Value.new(self.shape, self.batch, self.dtype)
        return self.output.array

    @property
    def dx(self) -> Array:
        """The derivative for the first input; its memory is made when first asked for."""
        return self.dx_of(0)

    def dx_of(self, port: int) -> Array:
        """The derivative for one of several inputs."""
        if port not in self.dxs:
            self.dxs[port] = np.zeros(self.inputs[port].array.shape, self.dtype)
        return self.dxs[port]

    def pass_on(self, value: Value) -> None:
        """Let the output be the same memory as an input, under the output's shape."""
        self.output = value.reshaped(self.shape)

    def pass_back(self, gradient: Array, port: int = 0) -> None:
        """Let an input's derivative be memory that is there already, such as the output's."""
        self.dxs[port] = gradient

    def run(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Record a call; at every step it runs with these same arrays."""
        self.tape.append(partial(call, *arguments, **named))

    def product(self, left: Array, right: Array, into: Array) -> None:
        """Record a matrix product."""
        self.tape.append(product(left, right, into, self.together))

    def scratch(self, shape: Shape, dtype: DTypeLike | None = None) -> Array:
        """Memory of this place, made once."""
        return np.zeros(shape, self.dtype if dtype is None else dtype)

    def number(self, value: float) -> Array:
        """A constant; a zero-dimensional array is twice as quick an operand as a Python number."""
        return np.array(value, self.dtype)
