"""The results of a sweep over one of the varied quantities: a dot for each trial, and a line through their means."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnstudio.experiments.sweep_table import varied_names
from nnstudio.experiments.traits import spaced
from nnstudio.experiments.trials import Result
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.panels.compare_columns import capitalised
from nnstudio.ui.panels.sweeps_fields import tr
from nnstudio.ui.plots.colours import colour_of
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.scatter import Scatter
from nnstudio.ui.plots.source import Points
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.theme import GAP

LOGARITHMIC = "learning_rate", "penalty"
TRIALS, BEST = 0, 1
INKS = 0, 2
LETTERS = 18


class Dots(Scatter):
    """Trials, and the best of them; no classes, so not in their colours."""

    def colours(self) -> tuple[QColor, ...]:
        return tuple(colour_of(self.theme, ink) for ink in INKS)


class SweepPlot(QWidget):
    """Chooses the quantity; without one that is a number there is nothing to draw."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: Sequence[Result] = ()
        self._best: int | None = None
        self.over = Combo(self)
        self.over.setAccessibleName(tr("Shown over"))
        self.over.setMinimumContentsLength(LETTERS)
        self.plot = Plot(tr("Trials"), "", "", log="xy", margins=(0.06, 0.06))
        self.dots = Dots(class_names=(tr("Trial"), tr("Best")))
        self.means = Curve(tr("Mean"), Points((), ()), "dim", faint=True)
        self.plot.add(self.means)
        self.plot.add(self.dots)
        self.plot.set_log(x=True, y=True)
        self.stage = Stage(self.plot, tr("Each trial is a dot here, over what was varied."), self)
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP // 2, GAP, 0)
        row.addWidget(self.over)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.stage, 1)
        self.over.currentIndexChanged.connect(self._change)

    def show_results(self, results: Sequence[Result], best: int | None) -> None:
        """Draw these."""
        self._results, self._best = results, best
        names = [name for name in varied_names(results) if _is_number(results, name)]
        if [self.over.itemData(place) for place in range(self.over.count())] != names:
            self.over.clear()
            for name in names:
                self.over.addItem(tr("Over {}").format(spaced(name)), name)
        self.over.setVisible(len(names) > 1)
        self._draw()

    def _change(self) -> None:
        name = self.over.currentData()
        if name:
            self.plot.say(capitalised(spaced(name)), tr("Loss"))
            self.plot.set_log(x=name in LOGARITHMIC, y=True)
            self._draw()
            self.plot.fit()

    def _draw(self) -> None:
        name = self.over.currentData()
        drawn = [each for each in self._results if name and isfinite(each.score)]
        if not drawn:
            self.stage.show_nothing()
            return
        x = np.array([float(each.changes[name]) for each in drawn])
        y = np.array([_loss(each) for each in drawn])
        self.dots.show_points(x, y, [BEST if each.number == self._best else TRIALS for each in drawn])
        self.means.show_source(Points(*_means(x, y)))
        self.stage.show_content()


def _is_number(results: Sequence[Result], name: str) -> bool:
    return all(isinstance(each.changes.get(name), int | float) for each in results)


def _loss(result: Result) -> float:
    """Where it ended, on the validation part where there is one."""
    loss = result.train_loss if result.validation_loss is None else result.validation_loss
    return float("nan") if loss is None else loss


def _means(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every place once, with the mean of what is there."""
    places, members = np.unique(x, return_inverse=True)
    return places, np.bincount(members, y) / np.bincount(members)
