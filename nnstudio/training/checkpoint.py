"""A checkpoint: everything a session needs to go on to the same bits, as arrays and plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnstudio.layers.shapes import Array
from nnstudio.training.settings import Settings


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Arrays by name (weights, the optimizer's memory) and where the session stands.

    `matches` describes the network, the settings that bind and the data that the arrays belong to; a session refuses
    another's checkpoint.
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


def binding(settings: Settings) -> dict[str, Any]:
    """The settings that must stay for a training to go on: all but learning rate, epochs and stop conditions."""
    stored = settings.to_json()
    optimizer = {name: value for name, value in stored["optimizer"].items() if name != "learning_rate"}
    kept = {name: value for name, value in stored.items() if name not in ("epochs", "stops")}
    return {**kept, "optimizer": optimizer}
