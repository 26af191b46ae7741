"""A checkpoint: everything a session needs to go on to the same bits, as arrays and plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nnstudio.layers.shapes import Array


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Arrays by name (weights, the optimizer's memory) and where the session stands.

    `matches` describes the network and settings that the arrays belong to; a session refuses another's checkpoint.
    """

    arrays: Mapping[str, Array]
    standing: Mapping[str, Any]
    matches: str
