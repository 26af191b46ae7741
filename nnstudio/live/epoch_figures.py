"""The figures of all epochs as rows of numbers that grow with a history, ready to be drawn."""

from array import array

import numpy as np
from numpy.typing import NDArray

from nnstudio.training.history import LATEST_EPOCHS, Epoch, History

FIGURES = ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy")
MOST = 4 * LATEST_EPOCHS  # The history has let go of many of these: what it still knows is taken anew.
Numbers = NDArray[np.float64]


class EpochFigures:
    """Follows one history, which must only grow. An epoch stands at the step at which it ended."""

    def __init__(self) -> None:
        self._steps = array("d")
        self._columns = {name: array("d") for name in FIGURES}

    def __len__(self) -> int:
        return len(self._steps)

    def follow(self, history: History) -> bool:
        """Take what is new; whether there was anything."""
        new = history.epochs_since(int(self._steps[-1]) if self._steps else 0)
        if len(self) + len(new) > MOST:
            for column in (self._steps, *self._columns.values()):
                del column[:]
            new = history.epochs
        for epoch in new:
            self._add(epoch)
        return bool(new)

    def rows(self, name: str) -> tuple[Numbers, Numbers]:
        """Steps and one figure, where it is known. Copies."""
        steps, figures = np.array(self._steps), np.array(self._columns[name])
        known = ~np.isnan(figures)
        return steps[known], figures[known]

    def _add(self, epoch: Epoch) -> None:
        self._steps.append(epoch.steps)
        for name, column in self._columns.items():
            figure = getattr(epoch, name)
            column.append(float("nan") if figure is None else figure)
