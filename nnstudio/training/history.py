"""History: what every batch and every epoch of a training came to, bounded however long it goes on."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nnstudio.training.track import Figures, Track

LATEST_EPOCHS = 1 << 13  # So many of the latest epochs, or more, are all known; of those before at most as many.
THIN_EPOCHS = 1 << 12
Append = Callable[[float], None]
COLUMNS = ("losses", "rates", "lengths", "accuracies")


@dataclass(frozen=True)
class Epoch:
    """One pass over the training set. Losses of the training are means over its batches, with the penalty.

    Accuracies, and the figures of the validation, are None where there are none.
    """

    steps: int
    seconds: float
    learning_rate: float
    train_loss: float
    train_accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None

    @property
    def watched_loss(self) -> float:
        """The loss that shows progress: on the validation part where there is one."""
        return self.train_loss if self.validation_loss is None else self.validation_loss

    @property
    def watched_accuracy(self) -> float | None:
        """The accuracy that shows progress."""
        return self.train_accuracy if self.validation_accuracy is None else self.validation_accuracy


@dataclass
class History:
    """Grows with the session: loss, learning rate and length of the gradient of every batch, and its share of right
    answers where they are right or wrong; one Epoch an epoch.

    The figures of old batches are folded (see Track). Of old epochs every second one is left, then every fourth, and
    so on, with the first and the best: `steps` tells which they are. `watched` holds the loss that shows progress of
    every epoch, where a schedule asks for them all.
    """

    losses: Track = field(default_factory=Track)
    rates: Track = field(default_factory=Track)
    lengths: Track = field(default_factory=Track)
    accuracies: Track | None = None
    epochs: list[Epoch] = field(default_factory=list)
    watched: "array[float] | None" = None

    @classmethod
    def empty(cls, classifies: bool, watches: bool) -> Self:
        """One to grow, with accuracies for what `classifies`, and for a schedule that `watches` losses."""
        return cls(accuracies=Track() if classifies else None, watched=array("d") if watches else None)

    def __len__(self) -> int:
        return len(self.losses)

    def extend(self, losses: Figures, rates: Figures, lengths: Figures, accuracies: Figures | None = None) -> None:
        """Grow by batches in a row; by accuracies from the first batch on, or never."""
        if accuracies is not None and not len(self):
            self.accuracies = Track()
        given = [losses, rates, lengths] + ([] if accuracies is None or self.accuracies is None else [accuracies])
        for track, figures in zip(self._tracks().values(), given, strict=True):
            track.extend(figures)

    def since(self, first: int) -> list[Figures]:
        """Losses, rates, lengths, and accuracies where there are any, from that batch on."""
        return [track.since(first) for track in self._tracks().values()]

    @property
    def appends(self) -> tuple[Append, Append, Append, Append]:
        """What grows by the loss, the rate, the length and the accuracy of one batch, without any detour."""
        counted = _nothing if self.accuracies is None else self.accuracies.append
        return self.losses.append, self.rates.append, self.lengths.append, counted

    def end_epoch(self, epoch: Epoch) -> None:
        """Grow by an epoch."""
        self.epochs.append(epoch)
        if self.watched is not None:
            self.watched.append(epoch.watched_loss)
        number = self._epochs_until(epoch.steps)
        if number % THIN_EPOCHS == 0 and number > 2 * LATEST_EPOCHS:
            self._thin_epochs(number - LATEST_EPOCHS)

    def thin(self) -> None:
        """Fold old batches; to be called at every multiple of CHUNK batches, or more often."""
        for track in self._tracks().values():
            track.thin()

    def column(self, name: str) -> list[Any]:
        """One figure of every epoch."""
        return [getattr(epoch, name) for epoch in self.epochs]

    def epochs_since(self, step: int) -> list[Epoch]:
        """The epochs that ended after so many steps."""
        return self.epochs[self._known_until(step) :]

    def epochs_until(self, step: int) -> list[Epoch]:
        """The epochs that ended after so many steps or before."""
        return self.epochs[: self._known_until(step)]

    def until(self, step: int) -> "History":
        """A history of the first so many batches alone."""
        watched = None if self.watched is None else self.watched[: self._epochs_until(step)]
        tracks = {name: track.until(step) for name, track in self._tracks().items()}
        return History(**tracks, epochs=self.epochs_until(step), watched=watched)

    def copy(self) -> "History":
        """Another one of the same."""
        return self.until(len(self))

    def cut(self, step: int) -> None:
        """Forget what came after so many batches."""
        if self.watched is not None:
            del self.watched[self._epochs_until(step) :]
        del self.epochs[self._known_until(step) :]
        for track in self._tracks().values():
            track.cut(step)

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """What a file keeps of the batches: `losses` and, of what is folded, `losses/low` and so on. Copies."""
        columns = {
            f"{name}/{part}".rstrip("/"): figures
            for name, track in self._tracks().items()
            for part, figures in track.filed().arrays().items()
        }
        return columns if self.watched is None else {**columns, "watched": np.array(self.watched)}

    @classmethod
    def of(
        cls, columns: Mapping[str, NDArray[Any]], epochs: Iterable[Epoch], steps: int, watches: bool = False
    ) -> Self:
        """The inverse of `arrays`, with the epochs and the number of batches; ValueError for what cannot be."""
        found = {name: _parts(columns, name) for name in COLUMNS}
        # Older files have no accuracies.
        tracks = {name: Track.of(parts, steps) for name, parts in found.items() if parts or name != COLUMNS[-1]}
        known = list(epochs)
        # Older files have none, and all epochs.
        watched = np.asarray(columns.get("watched", [epoch.watched_loss for epoch in known]), np.float64)
        return cls(**tracks, epochs=known, watched=array("d", watched.tolist()) if watches else None)

    def _tracks(self) -> dict[str, Track]:
        present = {name: getattr(self, name) for name in COLUMNS}
        return {name: track for name, track in present.items() if track is not None}

    def _known_until(self, step: int) -> int:
        return bisect_right(self.epochs, step, key=attrgetter("steps"))

    def _epochs_until(self, step: int) -> int:
        """How many there were: all have as many steps, and the first is always known."""
        return step // max(self.epochs[0].steps, 1) if self.epochs else 0

    def _thin_epochs(self, last: int) -> None:
        stride = 2
        while last > stride * LATEST_EPOCHS:
            stride *= 2
        best = min(self.epochs, key=attrgetter("watched_loss"))
        self.epochs[1:] = [
            epoch
            for epoch in self.epochs[1:]
            if (number := self._epochs_until(epoch.steps)) > last or number % stride == 0 or epoch is best
        ]


def _parts(columns: Mapping[str, NDArray[Any]], name: str) -> dict[str, NDArray[Any]]:
    """What `arrays` made of one track."""
    return {key[len(name) + 1 :]: figures for key, figures in columns.items() if key.split("/")[0] == name}


def _nothing(_: float) -> None:
    """Where no answer is right or wrong."""
