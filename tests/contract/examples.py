"""Example configurations of every layer, drawn with a fixed seed: shapes with ones, odd strides, every padding."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from nnstudio.layers.base import Layer, Refusal, layers
from nnstudio.layers.shapes import Shape

Random = np.random.Generator


@dataclass(frozen=True)
class Example:
    """A layer, the shapes that are wired into it, and a number of samples."""

    layer: Layer
    inputs: tuple[Shape, ...]
    batch: int

    def __str__(self) -> str:
        fields = {name: value for name, value in vars(self.layer).items() if not isinstance(value, Layer)}
        return f"{self.layer.kind} {fields} of {self.inputs} × {self.batch}"


Draw = Callable[[Random], tuple[Mapping[str, Any], tuple[Shape, ...]]]


def _shape(random: Random, ranks: tuple[int, ...] = (1, 2, 3, 4)) -> Shape:
    most = {1: 12, 2: 5, 3: 4, 4: 3}[rank := int(random.choice(ranks))]
    return tuple(int(size) for size in random.integers(1, most + 1, rank))


def _plain(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    return {}, (_shape(random),)


def _with(**ranges: tuple[float, float]) -> Draw:
    def draw(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
        return {name: float(random.uniform(*bounds)) for name, bounds in ranges.items()}, (_shape(random),)

    return draw


def _merged(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    return {}, (_shape(random),) * int(random.integers(2, 5))


def _side_by_side(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    *front, _ = _shape(random)
    return {}, tuple((*front, int(random.integers(1, 4))) for _ in range(random.integers(2, 5)))


def _dense(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    return {"units": int(random.integers(1, 7)), "bias_start": "pytorch"}, (_shape(random, (1,)),)


def _reshape(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    sizes = [int(size) for size in random.integers(1, 4, 3)]
    whole = sizes[0] * sizes[1] * sizes[2]
    forms = [(whole,), tuple(sizes), tuple(sizes[::-1]), (sizes[0], sizes[1] * sizes[2]), (1, *sizes)]
    before, after = random.choice(len(forms), 2)
    return {"shape": forms[after]}, (forms[before],)


def _image(random: Random) -> Shape:
    return int(random.integers(1, 8)), int(random.integers(1, 8)), int(random.integers(1, 4))


def _pair(random: Random, low: int, high: int) -> tuple[int, int]:
    return int(random.integers(low, high + 1)), int(random.integers(low, high + 1))


def _padding(random: Random) -> str | int:
    return ("same", "valid", 1, 2)[int(random.integers(4))]


def _pool(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    fields = {"size": _pair(random, 1, 3), "stride": _pair(random, 0, 4), "padding": _padding(random)}
    return fields, (_image(random),)


def _conv(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    height, width, _ = _image(random)
    # One group and no dilation go another way through the engine, and are what people use.
    groups = int(random.choice([1, 1, 1, 2, 3]))
    fields = {
        "filters": groups * int(random.integers(1, 3)),
        "groups": groups,
        "size": _pair(random, 1, 3),
        "stride": _pair(random, 1, int(random.choice([1, 1, 3]))),
        "dilation": _pair(random, 1, int(random.choice([1, 1, 2]))),
        "padding": _padding(random),
        "bias_start": "pytorch",
    }
    return fields, ((height, width, groups * int(random.integers(1, 3))),)


def _images(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    return {}, (_image(random),)


def _threshold(random: Random) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    return {"no": str(random.choice(["-1", "0"]))}, (_shape(random),)


# A new layer gets a line here: how many examples, and how to draw one.
EXAMPLES: Mapping[str, tuple[int, Draw]] = {
    "add": (4, _merged),
    "avg_pool": (16, _pool),
    "batch_norm": (8, _with(epsilon=(1e-5, 1e-1), momentum=(0.0, 1.0))),
    "concatenate": (6, _side_by_side),
    "conv2d": (40, _conv),
    "dense": (5, _dense),
    "dropout": (5, _with(rate=(0.0, 0.9))),
    "elu": (5, _with(alpha=(0.0, 3.0))),
    "flatten": (6, _plain),
    "gelu": (4, _plain),
    "global_avg_pool": (4, _images),
    "layer_norm": (8, _with(epsilon=(1e-5, 1e-1))),
    "leaky_relu": (5, _with(slope=(0.0, 1.0))),
    "linear": (4, _plain),
    "max_pool": (16, _pool),
    "multiply": (5, _merged),
    "relu": (4, _plain),
    "reshape": (10, _reshape),
    "sigmoid": (4, _plain),
    "silu": (4, _plain),
    "softmax": (5, _plain),
    "softplus": (4, _plain),
    "tanh": (4, _plain),
    "threshold": (4, _threshold),
}

WITHOUT_INPUTS = [kind for kind, layer in layers().kinds().items() if layer.takes == (0, 0)]
TRIES = 200


@cache
def examples_of(kind: str) -> tuple[Example, ...]:
    """The examples of a kind, none if the table has no line for it; the first has one sample."""
    if kind not in EXAMPLES:
        return ()
    count, draw = EXAMPLES[kind]
    random = np.random.default_rng(zlib.crc32(kind.encode()))
    found: list[Example] = []
    for _ in range(TRIES):
        if len(found) == count:
            break
        fields, inputs = draw(random)
        layer = layers().find(kind).from_fields(fields)
        try:
            layer.output_shape(*inputs)
        except Refusal:
            continue
        found.append(Example(layer, inputs, int(random.integers(2, 5)) if found else 1))
    return tuple(found)


def all_examples() -> list[Example]:
    """The examples of every registered layer that reads something."""
    return [example for kind in sorted(layers().kinds()) for example in examples_of(kind)]


def one_of_each() -> list[Example]:
    """The last example of every registered layer that reads something."""
    return [examples_of(kind)[-1] for kind in sorted(layers().kinds()) if examples_of(kind)]
