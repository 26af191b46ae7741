"""Where a session stands between two batches: everything that changes while it learns, but its history."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from nnstudio.core.errors import TrainingError
from nnstudio.engine.updater import Updater
from nnstudio.layers.shapes import Array
from nnstudio.training.checkpoint import random_from_json, random_to_json
from nnstudio.training.divergence import Divergence
from nnstudio.training.settings import Settings

Count = Annotated[int, Meta(ge=0)]


@dataclass(slots=True)
class Standing:
    """Plain numbers and words. `position`, `loss`, `right` and `moved` are sums over the epoch under way."""

    learning_rate: float
    steps_done: Count = 0
    epoch: Count = 0
    position: Count = 0
    seconds: float = 0.0
    epoch_began: float = 0.0
    loss: float = 0.0
    right: Count = 0
    moved: Count = 0
    finished: str | None = None
    diverged: Divergence | None = None

    def copy(self) -> "Standing":
        """Another one of the same."""
        return Standing(*_all(self))


NAMES = [field.name for field in fields(Standing)]
_all = attrgetter(*NAMES)


@dataclass(frozen=True, slots=True, eq=False)
class Keyframe:
    """All that it takes to stand there again, in memory: `numbers` holds the parameters, first of all, the last good
    ones, and the optimizer's memory. Not to be changed."""

    at: Standing
    moves: int
    random: tuple[Mapping[str, Any], ...]
    numbers: Array
    settings: Settings

    @property
    def step(self) -> int:
        """How many steps were done."""
        return self.at.steps_done


class Memory:
    """What a session remembers from one step to the next: where it stands, weights, the optimizer's vectors, and the
    streams of random numbers."""

    def __init__(
        self, weights: Array, updater: Updater, streams: Sequence[np.random.Generator], learning_rate: float
    ) -> None:
        self.at = Standing(learning_rate)
        self.good = weights.copy()
        self._updater, self._streams = updater, streams
        state = {f"state/{name}": vector for name, vector in updater.state.items()}
        self._vectors = {"parameters": weights, "good": self.good, **state}
        self._row = tuple(self._vectors.values())
        self._size = sum(len(vector) for vector in self._row)

    def keyframe(self, settings: Settings, into: Array | None = None) -> Keyframe:
        """Where it stands. Copies, into memory of an earlier keyframe where that is given."""
        numbers = np.empty(self._size, self.good.dtype) if into is None else into
        np.concatenate(self._row, out=numbers)
        random = tuple(stream.bit_generator.state for stream in self._streams)
        return Keyframe(self.at.copy(), self._updater.steps, random, numbers, settings)

    def stand_at(self, keyframe: Keyframe) -> None:
        """Be as it was."""
        if len(keyframe.numbers) != self._size:
            raise TrainingError("That moment belongs to another training.")
        start = 0
        for vector in self._row:
            np.copyto(vector, keyframe.numbers[start : start + len(vector)])
            start += len(vector)
        for stream, state in zip(self._streams, keyframe.random, strict=True):
            stream.bit_generator.state = state
        self._updater.steps = keyframe.moves
        self.at = keyframe.at.copy()

    def arrays(self) -> dict[str, Array]:
        """The vectors by name. Copies."""
        return {name: vector.copy() for name, vector in self._vectors.items()}

    def to_json(self) -> dict[str, Any]:
        """The rest, as plain JSON."""
        random = [random_to_json(stream) for stream in self._streams]
        return {**asdict(self.at), "moves": self._updater.steps, "random": random}

    def keyframe_of(self, arrays: Mapping[str, Array], standing: Mapping[str, Any], settings: Settings) -> Keyframe:
        """What `arrays` and `to_json` tell of; an error of many kinds if they tell nothing that could be."""
        known = {name: standing[name] for name in NAMES if name in standing}
        # Files of an older version do not count the epochs.
        at = msgspec.convert({"epoch": len(standing["epochs"]), **known}, Standing)
        if known.keys() | {"epoch"} != set(NAMES):
            raise ValueError("a part of the standing is missing")
        for name, vector in self._vectors.items():
            if arrays[name].shape != vector.shape:
                raise ValueError("an array has another size")
        numbers = np.concatenate([arrays[name] for name in self._vectors], dtype=self.good.dtype, casting="same_kind")
        random = tuple(random_from_json(state) for state in standing["random"])
        return Keyframe(at, msgspec.convert(standing["moves"], Count), random, numbers, settings)


class Underway:
    """What has a memory can be asked where it stands."""

    _memory: Memory

    @property
    def steps_done(self) -> int:
        """How many batches it has learned from."""
        return self._memory.at.steps_done

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return self._memory.at.epoch

    @property
    def seconds(self) -> float:
        """How long it has learned."""
        return self._memory.at.seconds

    @property
    def finished(self) -> str | None:
        """Why it has ended, or None."""
        return self._memory.at.finished

    @property
    def diverged(self) -> Divergence | None:
        """Where it left the finite numbers, if it did."""
        return self._memory.at.diverged

    @property
    def learning_rate(self) -> float:
        """The rate that the schedule scales. It may be set between two steps."""
        return self._memory.at.learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._memory.at.learning_rate = rate
