"""A checkpoint: everything a session needs to go on to the same bits, as arrays and plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnstudio.layers.shapes import Array


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Arrays by name (weights, the optimizer's memory) and where the session stands.

    `matches` describes the network and settings that the arrays belong to; a session refuses another's checkpoint.
    """

    arrays: Mapping[str, Array]
    standing: Mapping[str, Any]
    matches: str


def random_to_json(random: np.random.Generator) -> dict[str, Any]:
    """Where a stream of random numbers stands; its long numbers as texts, since JSON readers may round them."""
    state: Any = random.bit_generator.state
    return {**state, "state": {name: str(value) for name, value in state["state"].items()}}


def random_from_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse: what a generator's state is set to."""
    return {**stored, "state": {name: int(value) for name, value in stored["state"].items()}}
