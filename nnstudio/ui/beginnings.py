"""Beginning anew: from the same first weights, from others, or from weights set by hand. All can be undone."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from nnstudio.data.sources import with_samples_of
from nnstudio.layers.shapes import Array
from nnstudio.project.project import UNLEARNED
from nnstudio.ui.document import Document
from nnstudio.ui.run import Run


class Beginnings(QObject):
    """Edits of what was learned. The run follows them as it follows every edit."""

    def __init__(self, document: Document, run: Run) -> None:
        super().__init__(run)
        self._document, self._run = document, run

    def reset(self) -> None:
        """Back to the same first weights; undo brings back what was learned."""
        self._run.settle(self._forget)

    def new_weights(self, seed: int | None = None) -> None:
        """Other first weights for the same data: those of a seed, by default of the next one."""
        self._run.settle(partial(self._reseed, seed))

    def set_weights(self, name: str, weights: Mapping[str, Array], merge: str = "") -> None:
        """Put other numbers in the place of what was learned. Edits in a row with the same `merge` are one."""
        before = self._document.project.weights or {}
        self._document.change(name, merge, weights={**before, **weights}, checkpoint=None)

    def _forget(self) -> None:
        if self._document.project.weights is None:
            self._run.stand_ready(keep=False)
        else:
            self._document.change(self.tr("Reset weights"), **UNLEARNED)

    def _reseed(self, seed: int | None) -> None:
        project = self._document.project
        before = project.settings.seed
        self._document.change(
            self.tr("New weights"), settings=replace(project.settings, seed=before + 1 if seed is None else seed),
            data=with_samples_of(project.data, before), **UNLEARNED,
        )  # fmt: skip
