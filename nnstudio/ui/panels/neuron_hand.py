"""The hand on a neuron: what it asks for becomes an edit; while the network learns, it is paused first."""

import numpy as np
from PySide6.QtCore import QCoreApplication

from nnstudio.layers.shapes import Array
from nnstudio.ui.beginnings import Beginnings
from nnstudio.ui.document import Document
from nnstudio.ui.run import Run


class Hand:
    """Moves of one gesture are one edit. Until the network has what is `wanted`, that is shown."""

    def __init__(self, document: Document, run: Run, beginnings: Beginnings) -> None:
        self._document, self._run, self._beginnings = document, run, beginnings
        self.wanted: Array | None = None
        self._id, self._edit = "", 0
        self._gesture, self._settling = 0, False

    def begin(self) -> None:
        """It takes hold of something."""
        self._gesture += 1

    def move(self, id: str, numbers: Array) -> None:
        """The neuron of that layer should have these weights, with the bias last."""
        self.wanted, self._id, self._edit = numbers, id, self._document.undo_stack.index()
        if self._settling:
            return
        if self._run.going:
            self._settling = True
            self._run.settle(self._apply)
        else:
            self._apply()

    def let_go(self) -> None:
        """What the network says counts again."""
        self.wanted = None

    def heed_undo(self) -> None:
        """It was undone, or something else was edited: let go."""
        if self._document.undo_stack.index() != self._edit:
            self.wanted = None

    def heed(self, present: Array) -> None:
        """The network has these weights now: let go if they are those that were wanted, or it learns again."""
        waits = self.wanted is not None and not np.array_equal(present, self.wanted)
        if not self._settling and (not waits or self._run.going):
            self.wanted = None

    def _apply(self) -> None:
        self._settling = False
        numbers, id = self.wanted, self._id
        if numbers is None or id not in self._document.graph:
            return
        weights = {f"{id}/weights": numbers[None, :-1].copy(), f"{id}/bias": numbers[-1:].copy()}
        name = QCoreApplication.translate("Hand", "Move the neuron")
        self._beginnings.set_weights(name, weights, f"{id} {self._gesture}")
        self._edit = self._document.undo_stack.index()
