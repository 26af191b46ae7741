"""The curves: loss and accuracy of every batch and epoch, over those of earlier runs."""

from enum import IntEnum
from functools import partial

import numpy as np
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnstudio.live.record import Record
from nnstudio.ui.document import Document
from nnstudio.ui.panels.figures import figures_of
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.run_curves import EarlierRun, Figure, Plots, PresentRun, changes_of
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.plots.colours import colour_of
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.legend import Legend
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.smoothing_slider import SmoothingSlider
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Column, Series, Table, joined
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import GAP, Theme

SMOOTHING = 0.9
MANY = 4  # Earlier runs that the card at the cursor has room for.


class View(IntEnum):
    """What is shown, in the order of the buttons."""

    BOTH = 0
    LOSS = 1
    ACCURACY = 2


class Curves(LivePanel):
    """Follows the record of the present run; the worker need not be asked for anything."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Curves")
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self.plots = Plots(
            Plot(self.tr("Loss"), self.tr("Step"), self.tr("Loss"), log="xy"),
            Plot(self.tr("Accuracy"), self.tr("Step"), self.tr("Accuracy"), log="x"),
            Plot(self.tr("Learning rate"), self.tr("Step"), self.tr("Learning rate"), log="xy"),
        )
        self.present: PresentRun | None = None
        self.earlier: list[EarlierRun] = []
        self._named: set[Figure] = set()
        self._arrange()
        self._connect()

    def pictured(self) -> list[QWidget]:
        """The plots that are shown, with the legend for all of them."""
        return [self.legend, *self._in_sight()]

    def table(self) -> Table:
        """Every batch and every epoch of the curves that are shown; what is what stands in the titles."""
        series = figures_of(self._in_sight())
        if self.present is not None and (changes := changes_of(self.present.record)):
            steps, rates = np.array(list(changes), np.float64), [float(rate) for rate in changes.values()]
            series.append(Series(steps, (Column(self.tr("New learning rate"), rates),)))
        return joined(self.tr("Step"), series)

    def refresh(self) -> None:
        self._match_records()
        halted = self.run.known.halted
        diverged = halted is not None and halted.diverged is not None
        if self.present is not None:
            # At the last batch that could be learned from: what came after it has no loss.
            self.present.grow(exactly=True)
            self._name_figures(self.present)
            self.present.show_end(halted.step if halted is not None and diverged else None)
        self._choose_what_is_shown()

    def grow(self) -> None:
        if self.present is None:
            return
        known = self.run.known
        self.present.show_step(known.step if known.rewound else None)
        if self.present.grow():
            self._name_figures(self.present)
            self._show_what_there_is()

    def begin(self, record: Record) -> None:
        if self.isVisible():
            self.refresh()

    def _arrange(self) -> None:
        self.header = header = Header(self, self)
        self.view = Segments((self.tr("Both"), self.tr("Loss"), self.tr("Accuracy")), self.tr("Show"), self)
        self.with_rate = QToolButton(self)
        self.with_rate.setText(self.tr("Rate"))
        self.with_rate.setCheckable(True)
        self.with_rate.setToolTip(self.tr("Show the learning rate of every batch too"))
        self.with_rate.setAccessibleName(self.tr("Learning rate"))
        self.smoothing = SmoothingSlider(self)
        self.smoothing.smoothing = SMOOTHING
        for control in (self.view, self.with_rate):
            header.add(control)
        header.add(self.smoothing, self.tr("Smoothing"))
        row = QWidget(self)
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self.accuracy_stage = Stage(self.plots.accuracy, "")
        for part in (self.plots.loss, self.accuracy_stage, self.plots.rate):
            across.addWidget(part, 1)
        self.plots.rate.set_log(x=False, y=True)
        self.stage = Stage(row, self.tr("Press Train to see how loss and accuracy change."), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.legend = Legend(self)
        self.legend.setContentsMargins(GAP, 0, GAP, 0)
        column.addWidget(header)
        column.addWidget(self.legend)
        column.addWidget(self.stage, 1)

    def _connect(self) -> None:
        self.view.chosen.connect(self._choose_what_is_shown)
        self.with_rate.toggled.connect(self._choose_what_is_shown)
        self.smoothing.changed.connect(self._smooth)
        self.legend.toggled.connect(self._show_or_hide)

    def _match_records(self) -> None:
        """Draw the runs that there are now: the present one, and the earlier ones dimly."""
        present, records = self.run.record, self.run.records.all
        drawn = [each.record for each in self.earlier] + ([self.present.record] if self.present else [])
        if drawn == records:
            return
        if self.present is not None:
            self.present.remove()
            self.present = None
        for each in [each for each in self.earlier if each.record not in records]:
            each.remove()
            self.legend.remove(each)
            self.earlier.remove(each)
        known = [each.record for each in self.earlier]
        for record in records:
            if record is not present and record not in known:
                self._add_earlier(record)
        if present is not None:
            self.present = PresentRun(present, self.plots, self._hidden())
        self._smooth(self.smoothing.smoothing)

    def _add_earlier(self, record: Record) -> None:
        run = EarlierRun(record, self.plots)
        self.earlier.append(run)
        self.legend.add(run, self.tr("Run {}").format(record.number), run.shade)

    def _name_figures(self, present: PresentRun) -> None:
        """An entry of the legend for each kind of figure, from when there is the first."""
        for figure in Figure:
            if figure not in self._named and any(each is figure for each, _ in present.curves):
                self._named.add(figure)
                self.legend.add(figure, figure.title, partial(self._colour_of, figure))

    def _colour_of(self, figure: Figure) -> QColor:
        return colour_of(self.theme, figure.ink)

    def _hidden(self) -> frozenset[Figure]:
        return frozenset(figure for figure in self._named if not self.legend[figure].isChecked())

    def _smooth(self, smoothing: float) -> None:
        if self.present is not None:
            self.present.smooth(smoothing)
        for each in self.earlier:
            each.smooth(smoothing, len(self.earlier) > MANY)

    def _choose_what_is_shown(self) -> None:
        view = View(self.view.current)
        both = view is View.BOTH and (self._classifies or self._has_accuracy)
        self.plots.loss.setVisible(view is not View.ACCURACY)
        self.accuracy_stage.setVisible(both or view is View.ACCURACY)
        self.plots.rate.setVisible(self.with_rate.isChecked())
        self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        anything = bool(self.earlier) or (self.run.record is not None and len(self.run.record.history.losses) > 0)
        self.header.save_button.setEnabled(anything)
        if anything:
            self.stage.show_content()
        else:
            self.stage.show_nothing()
        if self._has_accuracy:
            self.accuracy_stage.show_content()
        elif self._classifies:
            self.accuracy_stage.show_nothing(self.tr("The accuracy is known at the end of the first epoch."))
        else:
            self.accuracy_stage.show_nothing(self.tr("There are no classes here that could be right or wrong."))

    @property
    def _classifies(self) -> bool:
        ready = self.run.known.ready
        return ready is None or bool(ready.class_names)

    @property
    def _has_accuracy(self) -> bool:
        return any(isinstance(layer, Curve) for layer in self.plots.accuracy.layers)

    def _in_sight(self) -> list[Plot]:
        return [plot for plot in self.plots if plot.isVisibleTo(self)]

    def _show_or_hide(self, entry: object, shown: bool) -> None:
        if isinstance(entry, EarlierRun):
            entry.show_or_hide(shown)
        elif self.present is not None:
            self.present.hide(self._hidden())
