"""History: what every batch and every epoch of a training came to."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


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

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """The numbers of the batches as arrays. Copies."""
        return {"losses": np.array(self.losses), "rates": np.array(self.rates), "lengths": np.array(self.lengths)}

    @classmethod
    def of(cls, columns: Mapping[str, NDArray[np.float64]], epochs: Iterable[Epoch]) -> Self:
        """The inverse of `arrays`, with the epochs."""
        losses, rates, lengths = (array("d", columns[name].tolist()) for name in ("losses", "rates", "lengths"))
        return cls(losses, rates, lengths, list(epochs))
