"""Chosen runs laid over each other in one plot: loss or accuracy of every epoch, or the loss of every batch."""

from collections.abc import Callable, Mapping
from enum import IntEnum

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnstudio.live.epoch_figures import EpochFigures
from nnstudio.live.record import Record
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.smoothing_slider import SmoothingSlider
from nnstudio.ui.plots.source import Points, Source, Steps
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.theme import GAP

SMOOTHING = 0.9
INSTEAD = {"validation_loss": "train_loss", "validation_accuracy": "train_accuracy"}


class View(IntEnum):
    """What is drawn, in the order of the buttons."""

    LOSS = 0
    ACCURACY = 1
    BATCHES = 2


class RunCurve:
    """One run in the plot; it may still grow."""

    def __init__(self, record: Record, ink: int, view: View, title: str) -> None:
        self.record, self.view = record, view
        self._epochs = EpochFigures()
        self._known = -1
        self.curve = Curve(title, self._source(), ink)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw yet."""
        return self._known <= 0

    def grow(self) -> None:
        """Draw what is new."""
        if self.view is not View.BATCHES and not self._epochs.follow(self.record.history):
            return
        if self.view is View.BATCHES and self._known == len(self.record.history):
            return
        self.curve.show_source(self._source())

    def _source(self) -> Source:
        history = self.record.history
        if self.view is View.BATCHES:
            self._known = len(history)
            return Steps(history.losses)
        self._epochs.follow(history)
        judged = "validation_loss" if self.view is View.LOSS else "validation_accuracy"
        steps, figures = self._epochs.rows(judged)
        if not len(steps):
            steps, figures = self._epochs.rows(INSTEAD[judged])
        self._known = len(steps)
        return Points(steps / (history.epochs[0].steps if history.epochs else 1), figures)


class CompareCurves(QWidget):
    """The plot with what can be chosen of it. Colours are given: they are those of the table."""

    def __init__(self, ink: Callable[[Record], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ink
        self._drawn: list[RunCurve] = []
        self.view = Segments((self.tr("Loss"), self.tr("Accuracy"), self.tr("Batches")), self.tr("Show"), self)
        self.smoothing = SmoothingSlider(self)
        self.smoothing.smoothing = SMOOTHING
        self.plot = Plot(self.tr("Runs"), "", "", log="xy")
        self.stage = Stage(self.plot, self.tr("At the end of its first epoch a run has a point here."), self)
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP // 2, GAP, 0)
        row.addWidget(self.view)
        row.addStretch()
        row.addWidget(self.smoothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.stage, 1)
        self.view.chosen.connect(self._change_view)
        self.smoothing.changed.connect(self._smooth)
        self._say()

    @property
    def records(self) -> list[Record]:
        """The runs that are drawn."""
        return [each.record for each in self._drawn]

    def show_runs(self, records: Mapping[Record, str]) -> None:
        """Draw these, each with its name."""
        if [(each.record, each.curve.name) for each in self._drawn] != list(records.items()):
            self._draw(records)
        self.grow()

    def grow(self) -> None:
        """Draw what is new in the runs."""
        for each in self._drawn:
            each.grow()
        if any(not each.empty for each in self._drawn):
            self.stage.show_content()
        else:
            self.stage.show_nothing(_nothing(View(self.view.current)))

    def _draw(self, records: Mapping[Record, str]) -> None:
        for each in self._drawn:
            self.plot.remove(each.curve)
        view = View(self.view.current)
        self._drawn = [RunCurve(record, self._ink(record), view, name) for record, name in records.items()]
        for each in self._drawn:
            self.plot.add(each.curve)
        self._smooth(self.smoothing.smoothing)

    def _change_view(self) -> None:
        self._say()
        self._draw({each.record: each.curve.name for each in self._drawn})
        self.plot.fit()
        self.grow()

    def _say(self) -> None:
        view = View(self.view.current)
        words = (self.tr("Loss"), self.tr("Accuracy"), self.tr("Loss of the batch"))[view]
        self.plot.say(self.tr("Step") if view is View.BATCHES else self.tr("Epoch"), words)
        self.smoothing.setVisible(view is View.BATCHES)

    def _smooth(self, smoothing: float) -> None:
        for each in self._drawn:
            each.curve.smoothing = smoothing if each.view is View.BATCHES else 0.0


def _nothing(view: View) -> str:
    """Why there is nothing to see."""
    if view is View.BATCHES:
        return tr("With its first batch a run begins a curve here.")
    if view is View.LOSS:
        return tr("At the end of its first epoch a run has a point here.")
    return tr("There are no classes here that could be right or wrong, or no epoch is over yet.")


def tr(text: str) -> str:
    """A text of the curves in the user's language."""
    return QCoreApplication.translate("Compare", text)
