"""The curves of one run: the present one with all its figures and marks, or an earlier one, dim behind it."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from nnstudio.live.epoch_figures import EpochFigures
from nnstudio.live.record import Record
from nnstudio.ui.plots.colours import Ink
from nnstudio.ui.plots.curve import Curve, Line
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.marks import Mark, Marks
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.source import Points, Source, Steps

BATCHES = 0
EARLIER = (2, 3, 6, 7, 4)
BEHIND = -2.0
Kind = TypeVar("Kind", bound=Layer)
HARDLY_SEEN = 500  # An epoch among so many: drawing them all each time would cost more than it shows.
NEAR = 20  # Pixels within which the cursor reads an earlier run, where there are many.


@dataclass(frozen=True)
class Plots:
    """Where the curves are drawn."""

    loss: Plot
    accuracy: Plot
    rate: Plot

    def __iter__(self) -> Iterator[Plot]:
        return iter((self.loss, self.accuracy, self.rate))


class Figure(Enum):
    """What is drawn of the present run; one entry of the legend for all plots."""

    BATCHES = 0
    TRAINING = 5
    VALIDATION = 1

    @property
    def ink(self) -> Ink:
        """Its colour."""
        return self.value

    @property
    def title(self) -> str:
        """What the legend says."""
        return {Figure.BATCHES: tr("Batches"), Figure.TRAINING: tr("Training"), Figure.VALIDATION: tr("Validation")}[
            self
        ]


class PresentRun:
    """Grows with its record. `hidden` are the figures that the user does not want to see."""

    def __init__(self, record: Record, plots: Plots, hidden: Set[Figure] = frozenset()) -> None:
        self.record, self._plots = record, plots
        self._epochs = EpochFigures()
        self._known = self._drawn = 0
        self._hidden = hidden
        self.curves: list[tuple[Figure, Curve]] = []
        self._placed: list[tuple[Plot, Layer]] = []
        self._smoothing = 0.0
        self._batches = [self._curve(plots.loss, Figure.BATCHES, Steps(record.history.losses))]
        self._rates = self._add(plots.rate, Curve(tr("Learning rate"), Steps(record.history.rates), BATCHES))
        self._means: dict[str, Curve] = {}
        self._changes = [self._add(plot, Marks()) for plot in plots]
        self._ends = [self._add(plot, Marks(ink="problem")) for plot in plots]
        self._shown = [self._add(plot, Marks(ink="accent")) for plot in plots]

    def grow(self, exactly: bool = False) -> bool:
        """Draw what is new; whether there was anything. Of many epochs the last few may wait, unless `exactly`."""
        history = self.record.history
        grew = len(history.losses) > self._known
        if grew:
            self._known = len(history.losses)
            self._draw_accuracies()
            for curve in (*self._batches, self._rates):
                curve.changed()
        self._epochs.follow(history)
        waiting = abs(len(self._epochs) - self._drawn)
        if waiting and (exactly or waiting > len(self._epochs) // HARDLY_SEEN):
            self._drawn = len(self._epochs)
            self._draw_epochs()
            grew = True
        self._draw_changes()
        return grew

    def smooth(self, smoothing: float) -> None:
        """Draw a strong line through the batches' figures, each of which stands faintly behind."""
        self._smoothing = smoothing
        for curve in self._batches:
            curve.smoothing = smoothing

    def show_step(self, step: int | None) -> None:
        """Mark the step that is shown while the network is rewound."""
        marks = [] if step is None else [Mark(step, tr("shown: {}").format(f"{step:,}"))]
        for each in self._shown:
            each.show_marks(marks)

    def show_end(self, step: int | None) -> None:
        """Mark where the training diverged."""
        for each in self._ends:
            each.show_marks([] if step is None else [Mark(step, tr("diverged"))])

    def hide(self, hidden: Set[Figure]) -> None:
        """Draw all figures but these."""
        self._hidden = hidden
        for figure, curve in self.curves:
            curve.setVisible(figure not in hidden)
            # The range follows what is seen.
            curve.changed()

    def remove(self) -> None:
        """Draw nothing any more."""
        for plot, layer in self._placed:
            plot.remove(layer)

    def _draw_accuracies(self) -> None:
        """From when it is known that there are any."""
        accuracies = self.record.history.accuracies
        if accuracies is not None and len(self._batches) == 1:
            self._batches.append(self._curve(self._plots.accuracy, Figure.BATCHES, Steps(accuracies)))
            self.smooth(self._smoothing)

    def _draw_epochs(self) -> None:
        for name, plot, figure in (
            ("train_loss", self._plots.loss, Figure.TRAINING),
            ("validation_loss", self._plots.loss, Figure.VALIDATION),
            ("train_accuracy", self._plots.accuracy, Figure.TRAINING),
            ("validation_accuracy", self._plots.accuracy, Figure.VALIDATION),
        ):
            steps, figures = self._epochs.rows(name)
            if name in self._means:
                self._means[name].show_source(Points(steps, figures))
            elif len(steps):
                self._means[name] = self._curve(plot, figure, Points(steps, figures))

    def _draw_changes(self) -> None:
        marks = [Mark(step, tr("rate {}").format(rate)) for step, rate in changes_of(self.record).items()]
        for each in self._changes:
            each.show_marks(marks)

    def _curve(self, plot: Plot, figure: Figure, source: Source) -> Curve:
        curve = self._add(plot, Curve(figure.title, source, figure.ink))
        curve.setVisible(figure not in self._hidden)
        self.curves.append((figure, curve))
        return curve

    def _add(self, plot: Plot, layer: Kind) -> Kind:
        plot.add(layer)
        # The panel's own legend stands for all plots.
        plot.legend.remove(layer)
        self._placed.append((plot, layer))
        return layer


class EarlierCurve(Curve):
    """Stands back. Where there are many, it is read off only near the cursor, for the card would hide the plot."""

    def __init__(self, name: str, source: Source, ink: Ink) -> None:
        super().__init__(name, source, ink, faint=True)
        self.one_of_many = False
        self.setZValue(BEHIND)

    def _made_lines(self) -> list[tuple[Line, bool]]:
        # Only the strong one: a dozen faint ones would be a fog.
        return super()._made_lines()[-1:]

    def readings(self, x: float, y: float) -> list[Reading]:
        found = super().readings(x, y)
        if self.one_of_many and self.frame.drawable:
            away = np.abs(self.frame.down([each.y for each in found]) - self.frame.down(y))
            found = found if (away <= NEAR).any() else []
        # The smoothed value is there to be seen, not to be compared.
        return found[:1]


class EarlierRun:
    """An earlier run that does not grow any more: its batches, and its epochs as they were judged."""

    def __init__(self, record: Record, plots: Plots) -> None:
        self.record = record
        name, ink = tr("Run {}").format(record.number), EARLIER[record.number % len(EARLIER)]
        epochs = EpochFigures()
        epochs.follow(record.history)
        validation, accuracy = epochs.rows("validation_loss"), epochs.rows("validation_accuracy")
        accuracy = accuracy if len(accuracy[0]) else epochs.rows("train_accuracy")
        self.loss = EarlierCurve(name, Steps(record.history.losses), ink)
        self._rate = EarlierCurve(name, Steps(record.history.rates), ink)
        judged = EarlierCurve(tr("Run {}, validation").format(record.number), Points(*validation), ink)
        self._placed: list[tuple[Plot, EarlierCurve]] = [(plots.loss, self.loss), (plots.rate, self._rate)]
        if len(validation[0]):
            self._placed.append((plots.loss, judged))
        if len(accuracy[0]):
            self._placed.append((plots.accuracy, EarlierCurve(name, Points(*accuracy), ink)))
        for plot, curve in self._placed:
            plot.add(curve)
            # All of a run come and go together.
            plot.legend.remove(curve)

    def smooth(self, smoothing: float, many: bool) -> None:
        """Draw a line through the batches' losses; whether it is one of many runs."""
        self.loss.smoothing = smoothing
        for _, curve in self._placed:
            curve.one_of_many = many

    def shade(self) -> QColor:
        """What the legend shows of it."""
        return self.loss.shade()

    def show_or_hide(self, shown: bool) -> None:
        """Be seen or not."""
        for _, curve in self._placed:
            curve.setVisible(shown)
            curve.changed()

    def remove(self) -> None:
        """Draw nothing any more."""
        for plot, curve in self._placed:
            plot.remove(curve)


def changes_of(record: Record) -> dict[int, str]:
    """The learning rates that the user chose, by step; the last at each, for a slider goes through many rates."""
    return {mark.step: mark.words for mark in record.marks}


def tr(text: str) -> str:
    """A text of the curves in the user's language."""
    return QCoreApplication.translate("Curves", text)
