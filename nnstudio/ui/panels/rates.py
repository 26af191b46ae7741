"""Learning rates side by side: lanes that differ in the rate alone, and the range test."""

from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from nnstudio.ui.document import Document
from nnstudio.ui.labels import Quiet, Words
from nnstudio.ui.laboratory import Laboratory
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.rates_bar import RatesBar
from nnstudio.ui.panels.rates_choice import LaneChoice
from nnstudio.ui.panels.rates_experiment import RatesExperiment
from nnstudio.ui.panels.rates_finals import words_of
from nnstudio.ui.panels.rates_header import SMOOTHING, RatesHeader
from nnstudio.ui.panels.rates_lanes import LanesView
from nnstudio.ui.panels.rates_range import RangePlot
from nnstudio.ui.panels.rates_words import lane_words, limit_of, progress_of, range_words
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import GAP, Theme

EPOCHS = 10  # At most at first: all lanes together take as much longer as there are lanes.
SELDOM = 0.25  # Seconds between two looks at what the lanes came to; the curves grow more often.
FEW = 200  # Steps of a lane; a curve of so few is not smoothed at first.


class RatesPanel(LivePanel):
    """Follows its laboratory while it is in sight."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None,
        *, laboratory: Laboratory,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Learning rates")
        self.laboratory = laboratory
        self.experiment = RatesExperiment(document, run, laboratory, self)
        self.chosen: int | None = None
        self._range_ends = (1.0, 1.0)
        self._looked, self._went = 0.0, False
        self._smoothed_by = SMOOTHING  # What nobody has chosen.
        self._hand_smooths = False
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._arrange()
        self._connect()
        settings = document.project.settings
        self.bar.show_around(settings.optimizer.learning_rate)
        self.header.epochs.show_value(min(settings.epochs, EPOCHS))
        self.lanes.smooth(SMOOTHING)
        self._choose_view()

    def pictured(self) -> list[QWidget]:
        """The plots that are shown, with their key."""
        return [self.range_plot] if self.header.tries_range else self.lanes.pictured()

    def table(self) -> Table:
        """Every batch of every lane, or of the range test."""
        return (self.range_plot if self.header.tries_range else self.lanes).table()

    def refresh(self) -> None:
        if self.lanes.show_lanes(list(self.laboratory.lanes.values())):
            self.choose(None)
        self.lanes.grow()
        self._look()
        self.range_plot.show_range(self.laboratory.range, *self._range_ends)
        self._show_state()
        if self._went and not self.experiment.going:
            self.lanes.fit()
        self._went = self.experiment.going

    def choose(self, lane: int | None) -> None:
        """Let a lane stand out, and offer what can be made of it."""
        self.chosen = lane if lane in self.laboratory.lanes else None
        self.lanes.choose(self.chosen)
        self._look()
        self._show_choice()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.chosen is not None:
            self.choose(None)
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        self.header, self.bar = RatesHeader(self, self), RatesBar(self)
        self.state, self.words = Quiet("", self), Words("", self)
        self.choice = LaneChoice(self)
        self._pages = QStackedWidget(self)
        self.lanes, self.range_plot = LanesView(self), RangePlot()
        self._pages.addWidget(self.lanes)
        self._pages.addWidget(self.range_plot)
        self.stage = Stage(self._pages, "", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        self.state.setContentsMargins(GAP, 0, GAP, 0)
        self.words.setContentsMargins(GAP, 0, GAP, GAP // 2)
        for part in (self.header, self.bar, self.state, self.stage, self.words, self.choice):
            column.addWidget(part, 1 if part is self.stage else 0)

    def _connect(self) -> None:
        laboratory, header = self.laboratory, self.header
        header.view.chosen.connect(self._choose_view)
        header.start.clicked.connect(self._toggle)
        header.clear.clicked.connect(self.experiment.clear)
        header.epochs.edited.connect(self._show_state)
        header.smoothing.changed.connect(self._smooth)
        self.bar.edited.connect(self._show_state)
        self.lanes.picked.connect(self.choose)
        self.choice.rate_asked.connect(self._use_rate)
        self.choice.lane_asked.connect(self._use_lane)
        self.choice.measure_asked.connect(self._measure)
        self.experiment.changed.connect(self._follow)
        for signal in (laboratory.changed, laboratory.measured, laboratory.lane_ended, laboratory.range_done):
            signal.connect(self._follow)
        laboratory.grew.connect(self._grow_lanes)
        laboratory.range_grew.connect(self._grow_range)

    def _toggle(self) -> None:
        rates, epochs = self.bar.rates, self.header.epochs.value
        if self.experiment.going:
            self.experiment.pause()
        elif self.header.tries_range:
            self._range_ends = self.bar.ends
            self.experiment.try_rates(*self.bar.ends, rates, epochs)
        else:
            self.experiment.go(rates, epochs)

    def _choose_view(self) -> None:
        self._pages.setCurrentIndex(self.header.view.current)
        self.bar.show_lanes(not self.header.tries_range)
        self.header.smoothing.setEnabled(not self.header.tries_range)
        for control in (self.header.epochs, self.header.smoothing):
            control.setEnabled(not self.header.tries_range)
        self.refresh()

    def _grow_lanes(self) -> None:
        if self.isVisible():
            self.lanes.grow(at_once=False)
            if monotonic() - self._looked > SELDOM:
                self._look()
                self._show_state()

    def _grow_range(self) -> None:
        if self.isVisible():
            self.range_plot.show_range(self.laboratory.range, *self._range_ends)
            self._look()
            self._show_state()

    def _smooth(self, smoothing: float) -> None:
        self._hand_smooths = self._hand_smooths or smoothing != self._smoothed_by
        self.lanes.smooth(smoothing)
        self._look()

    def _look(self) -> None:
        self._looked = monotonic()
        experiment = self.experiment
        self.lanes.look(experiment.first_loss)
        first, latest = limit_of(experiment.measured), limit_of(experiment.latest(self.chosen))
        present = self.document.project.settings.optimizer.learning_rate
        self.lanes.show_limits(first, latest)
        self.lanes.finals.present.show_rate(present)
        self.range_plot.stability.show_limits(*filter(None, (first,)))
        self.range_plot.present.show_rate(present)
        self.bar.axis.show_marks(present, first.rate if first else None)
        regimes = words_of(self.lanes.band) if experiment.first_loss is not None else ""
        said = range_words(self.laboratory.range) if self.header.tries_range else regimes
        self.words.setText(" · ".join(filter(None, (said, self._about_stability()))))
        self.words.setVisible(bool(self.words.text()))

    def _about_stability(self) -> str:
        measured = self.experiment.measured
        if measured is None:
            return self.tr("measuring 2/λmax …") if self.laboratory.measuring else ""
        limit = limit_of(measured)
        return measured.curvature.sentence if limit is None else limit.words

    def _show_state(self) -> None:
        experiment, laboratory, ranges = self.experiment, self.laboratory, self.header.tries_range
        self._smooth_at_first()
        if experiment.going:
            text = self.tr("Stop") if laboratory.trying else self.tr("Pause")
        else:
            again = not ranges and experiment.can_go_on(self.bar.rates, self.header.epochs.value)
            text = self.tr("Go on") if again else self.tr("Start")
        self.header.show_start(text, experiment.going)
        self.header.clear.setEnabled(bool(laboratory.lanes) or laboratory.range is not None)
        said = ["" if ranges else progress_of(laboratory, self.lanes.smoothing), experiment.note]
        if experiment.outdated:
            said.append(self.tr("The model has changed since; Start takes it as it is now."))
        self.state.setText(" · ".join(filter(None, said)))
        self.state.setVisible(any(said))
        self._show_what_there_is()
        self._show_choice()

    def _smooth_at_first(self) -> None:
        """Little or no smoothing for few steps, until a hand chooses how much."""
        if not self._hand_smooths:
            laid = next((lane.laid for lane in self.laboratory.lanes.values() if lane.laid), None)
            few = laid is not None and laid.steps_per_epoch * laid.epochs < FEW
            self._smoothed_by = 0.0 if few else SMOOTHING
            self.header.smoothing.smoothing = self._smoothed_by

    def _show_what_there_is(self) -> None:
        record = self.laboratory.range
        if self.header.tries_range:
            there = record is not None and bool(record.rates)
            sentence = self.tr(
                "Press Start: your network passes through the data once while the learning rate rises from batch to "
                "batch. Where its loss falls and where it runs away says which rate to take."
            )
        else:
            there = self.experiment.first_loss is not None
            sentence = self.tr(
                "Press Start: the same network learns side by side from the same first weights, in the same order of "
                "batches, with each of these rates."
            )
        self.header.save_button.setEnabled(there)
        if there:
            self.stage.show_content()
        else:
            self.stage.show_nothing(sentence)

    def _show_choice(self) -> None:
        advice = self.laboratory.range.advice if self.laboratory.range else None
        lane = None if self.chosen is None else self.laboratory.lanes.get(self.chosen)
        if self.header.tries_range and advice is not None:
            self.choice.say(self.tr("Suggested rate: {}").format(f"{advice.rate:.2g}"), lane=False)
        elif not self.header.tries_range and lane is not None:
            keepable = lane.diverged is None and not lane.failure
            self.choice.say(lane_words(lane, self.lanes.smoothing), lane=True, keepable=keepable)
        else:
            self.choice.hide()

    def _use_rate(self) -> None:
        record = self.laboratory.range
        if self.header.tries_range and record is not None and record.advice is not None:
            self.experiment.use_rate(record.advice.rate)
        elif self.chosen is not None:
            self.experiment.use_rate(self.laboratory.lanes[self.chosen].rate)

    def _use_lane(self) -> None:
        if self.chosen is not None:
            self.experiment.use_lane(self.chosen)

    def _measure(self) -> None:
        if self.chosen is not None:
            self.laboratory.measure(self.chosen)
