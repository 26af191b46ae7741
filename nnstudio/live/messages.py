"""What a worker tells: plain values, each with the number of its run, that can be printed and sent elsewhere."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.preparation.base import Preparation
from nnstudio.data.typed_source import TypedSource
from nnstudio.layers.shapes import Array, Shape
from nnstudio.training.best import Best
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.divergence import Divergence
from nnstudio.training.history import Epoch

A_BUG = "The training met a bug in nnstudio: {}. The project is as it was; train again, or send the report."


@dataclass(frozen=True)
class Message:
    """Something that happened in a run."""

    run: int

    @property
    def latest(self) -> Hashable:
        """Of messages with the same key here only the latest matters; None: each must arrive."""
        return None


@dataclass(frozen=True)
class Read(Message):
    """The data is read; what is known of it, whether or not the network can learn it."""

    source: TypedSource | None
    """As it is typed, with the options that a file or folder turned out to have."""
    samples: Mapping[str, int]
    sample_shape: Shape
    class_names: tuple[str, ...]
    notes: tuple[str, ...]
    """How it was read and divided."""
    warnings: tuple[str, ...]
    """What is wrong with it."""
    preparation: tuple[Preparation, ...]
    """The steps that prepare the inputs, with what they learned of the training samples."""


@dataclass(frozen=True)
class Ready(Message):
    """A network stands on its data and can be trained or looked at; what is known of both."""

    step: int
    steps_per_epoch: int
    batch: int
    samples: Mapping[str, int]
    sample_shape: Shape
    class_names: tuple[str, ...]
    parameters: int
    notes: tuple[str, ...]
    """How the data was read and divided."""
    learned: bool
    """Whether it begins with weights that were learned before."""


@dataclass(frozen=True, eq=False)
class Batches(Message):
    """Loss, learning rate and length of the gradient of batches in a row, and their shares of right answers where they
    are right or wrong; the first of them has this number."""

    first: int
    losses: NDArray[np.float64]
    rates: NDArray[np.float64]
    lengths: NDArray[np.float64]
    accuracies: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class EpochDone(Message):
    """An epoch is over; the first has the number 1."""

    number: int
    epoch: Epoch


@dataclass(frozen=True)
class Mark(Message):
    """The user changed something on the way, after this many steps."""

    step: int
    words: str


@dataclass(frozen=True)
class Going(Message):
    """The training goes on."""

    step: int


@dataclass(frozen=True)
class Halted(Message):
    """The training stands still: paused, or over for a reason."""

    step: int
    reason: str | None = None
    diverged: Divergence | None = None


@dataclass(frozen=True)
class Progress(Message):
    """Where the training stands. Only the latest matters."""

    step: int
    epoch: int
    seconds: float
    loss: float | None
    accuracy: float | None

    @property
    def latest(self) -> Hashable:
        """There is one."""
        return "progress"


@dataclass(frozen=True)
class Recorded(Message):
    """The steps that a rewind goes to at once, and the furthest one that was reached. Only the latest matters."""

    steps: tuple[int, ...]
    furthest: int

    @property
    def latest(self) -> Hashable:
        """There is one."""
        return "recorded"


@dataclass(frozen=True)
class Seen(Message):
    """What a probe found at a step. Only the latest of each key matters."""

    key: str
    step: int
    value: Any

    @property
    def latest(self) -> Hashable:
        """One for each key."""
        return "seen", self.key


@dataclass(frozen=True, eq=False)
class Learned(Message):
    """Everything that a project keeps of a training; the answer to Keep of that number."""

    number: int
    weights: Mapping[str, Array]
    epochs: tuple[Epoch, ...]
    preparation: tuple[Preparation, ...]
    class_names: tuple[str, ...]
    best: Best | None
    checkpoint: Checkpoint | None


@dataclass(frozen=True)
class Failed(Message):
    """It cannot be done, in words; with its traceback where it is a bug."""

    sentence: str
    report: str | None = None
