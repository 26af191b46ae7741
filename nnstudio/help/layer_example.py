"""The example of a layer as it stands on its page: what comes in, the weights, and what the engine made of them."""

from typing import Any

import numpy as np

from nnstudio.help.at_work import Worked
from nnstudio.help.markdown import code, section, table
from nnstudio.help.numbers import shown, written_out
from nnstudio.layers.base import Activation
from nnstudio.layers.example import Example
from nnstudio.layers.formulas import input_letter, letter_of
from nnstudio.layers.shapes import IMAGE
from nnstudio.layers.shapes import shown as shape_shown


def example_of(done: Worked, example: Example) -> str:
    """The section with the example."""
    if example is Activation.example:
        return section("Example", _table(done))
    hand = f"By hand: {example.by_hand}." if example.by_hand else ""
    return section("Example", _conditions(done, example), code(_numbers(done, example)), hand)


def _table(done: Worked) -> str:
    """An activation as a table of values, with its slope."""
    rows = zip(done.inputs[0].reshape(-1), done.output.reshape(-1), done.slopes.reshape(-1), strict=True)
    head = (letter_of(done.layer, "x"), "y", "slope ∂y/∂a")
    return table(head, [[shown(float(number)) for number in row] for row in rows])


def _conditions(done: Worked, example: Example) -> str:
    """The fields that are not as at first, and whether it is as in training."""
    given = [f"{name.replace('_', ' ')} {_value(getattr(done.layer, name))}" for name in example.fields]
    words = [*(["in training"] if example.training else []), *([f"with {', '.join(given)}"] if given else [])]
    sentence = ", ".join(words)
    return f"{sentence[:1].upper()}{sentence[1:]}:" if words else ""


def _value(value: object) -> str:
    return shape_shown(value) if isinstance(value, tuple) else str(value)


def _numbers(done: Worked, example: Example) -> str:
    """What comes in, the parameters, and what comes out, under the letters of the formula."""
    layer, ports = done.layer, len(done.inputs)
    blocks = []
    if layer.takes[1] != 0:
        blocks += [_samples(input_letter(layer, port, ports), each) for port, each in enumerate(done.inputs)]
    given = [name for name in done.parameters if name in example.parameters]
    blocks += [written_out(letter_of(layer, name), _as_matrix(done.parameters[name])) for name in given]
    blocks.append(_samples(letter_of(layer, "y"), done.output))
    return "\n".join(blocks)


def _samples(letter: str, samples: Any) -> str:
    """One sample as it is, several as one row each."""
    return written_out(letter, samples[0] if len(samples) == 1 else samples)


def _as_matrix(array: Any) -> Any:
    """A single filter of one channel as rows and columns."""
    return np.asarray(array)[0] if array.ndim > IMAGE and len(array) == 1 else array
