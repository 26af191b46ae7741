"""Stop conditions: pure questions to the history, asked after each epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from nnstudio.core.fields import Configured, real, whole
from nnstudio.core.registry import Family
from nnstudio.training.history import Epoch


class Stop(Configured):
    """A reason to end the training early."""

    example: ClassVar[Mapping[str, Any]] = {}
    """Fields for its help page, so that something is seen within ten epochs."""

    def reason(self, epochs: Sequence[Epoch]) -> str | None:
        """Why to stop now, in words, or None."""
        raise NotImplementedError


@dataclass(frozen=True)
class TargetLoss(Stop):
    """Stops once the loss, on the validation part where there is one, is low enough."""

    example = {"loss": 0.2}

    loss: float = real(0.01, 0.0, 1e12, "The loss to reach", "log")

    def reason(self, epochs: Sequence[Epoch]) -> str | None:
        """The last loss is at or below the target."""
        if epochs and epochs[-1].watched_loss <= self.loss:
            return f"the loss reached {self.loss:g}"
        return None


@dataclass(frozen=True)
class TargetAccuracy(Stop):
    """Stops once the accuracy, on the validation part where there is one, is high enough."""

    example = {"accuracy": 0.95}

    accuracy: float = real(1.0, 0.0, 1.0, "The share of right answers to reach")

    def reason(self, epochs: Sequence[Epoch]) -> str | None:
        """The last accuracy is at or above the target."""
        reached = epochs[-1].watched_accuracy if epochs else None
        if reached is not None and reached >= self.accuracy:
            return f"the accuracy reached {self.accuracy:.1%}"
        return None


@dataclass(frozen=True)
class NoImprovement(Stop):
    """Stops when the loss has not become better for some epochs."""

    example = {"patience": 3}

    patience: int = whole(5, 1, 100_000, "Epochs to wait for a better loss")
    least: float = real(0.0, 0.0, 1e9, "How much lower counts as better")

    def reason(self, epochs: Sequence[Epoch]) -> str | None:
        """The best loss is older than the patience."""
        best, at = float("inf"), 0
        for epoch in epochs:
            if epoch.watched_loss < best - self.least:
                best, at = epoch.watched_loss, epoch.steps
        # Counted by their steps: of long ago not every epoch is known.
        since = (epochs[-1].steps - at) // epochs[0].steps if epochs else 0
        return f"no better loss for {self.patience} epochs" if since >= self.patience else None


@dataclass(frozen=True)
class SmallChange(Stop):
    """Stops when the training loss hardly changes from one epoch to the next: |J − J before| ≤ threshold."""

    example = {"threshold": 0.001}

    threshold: float = real(1e-6, 0.0, 1e9, "The largest change that still counts as none", "log")

    def reason(self, epochs: Sequence[Epoch]) -> str | None:
        """The last two losses differ by the threshold at most."""
        if len(epochs) >= 2 and abs(epochs[-1].train_loss - epochs[-2].train_loss) <= self.threshold:
            return f"the loss changed by no more than {self.threshold:g}"
        return None


@cache
def stops() -> Family[Stop]:
    """All stop conditions, ours and the plugins'."""
    return Family(Stop, "nnstudio.training.stopping", "nnstudio.stops", "stop condition")
