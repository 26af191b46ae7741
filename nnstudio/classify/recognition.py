"""What a network takes pictures for, in words: the names of the classes, the best two first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.classify.network import Network
from nnstudio.core.errors import StudioError


@dataclass(frozen=True, eq=False)
class Recognition:
    """The answer to one picture. Where the network does not speak of probability, its outputs stand in its place."""

    answer: str
    probability: float
    second: str
    second_probability: float
    probabilities: Mapping[str, float]


def recognise(network: Network, samples: Sequence[NDArray[Any]]) -> list[Recognition]:
    """One answer for each sample as the data stores it."""
    names = network.class_names
    if len(names) < 2:
        raise StudioError("The model predicts numbers, it does not tell classes apart. Take one that was trained to.")
    if not samples:
        return []
    return [_of(row, names) for row in network.probabilities(network.outputs(np.stack(samples)))]


def _of(row: NDArray[Any], names: Sequence[str]) -> Recognition:
    first, second = np.argsort(-row, kind="stable")[:2]
    found = dict(zip(names, row.tolist(), strict=True))
    return Recognition(names[first], float(row[first]), names[second], float(row[second]), found)
