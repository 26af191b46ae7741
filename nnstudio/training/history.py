"""History: what every batch and every epoch of a training came to."""

from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


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
    """Grows with the session: loss, learning rate and length of the gradient of every batch; one Epoch an epoch."""

    losses: "array[float]" = field(default_factory=lambda: array("d"))
    rates: "array[float]" = field(default_factory=lambda: array("d"))
    lengths: "array[float]" = field(default_factory=lambda: array("d"))
    epochs: list[Epoch] = field(default_factory=list)

    def column(self, name: str) -> list[Any]:
        """One figure of every epoch."""
        return [getattr(epoch, name) for epoch in self.epochs]

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "losses": list(self.losses),
            "rates": list(self.rates),
            "lengths": list(self.lengths),
            "epochs": [asdict(epoch) for epoch in self.epochs],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        losses, rates, lengths = (array("d", _numbers(stored[name])) for name in ("losses", "rates", "lengths"))
        known = {each.name for each in fields(Epoch)}
        epochs = [Epoch(**{name: value for name, value in each.items() if name in known}) for each in stored["epochs"]]
        return cls(losses, rates, lengths, epochs)


def _numbers(values: Sequence[Any]) -> list[float]:
    return [float(value) for value in values]
