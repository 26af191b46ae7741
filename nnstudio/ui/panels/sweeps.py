"""Sweeps: many trainings of one model that differ in what is varied, tried side by side, with a live table."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.core.wording import counted
from nnstudio.experiments.trials import Result
from nnstudio.experiments.variation import varied
from nnstudio.live.changes import model_of
from nnstudio.live.sweeping import Order
from nnstudio.project.project import UNLEARNED
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Words
from nnstudio.ui.panels.compare_deeds import as_table
from nnstudio.ui.panels.compare_words import seconds_words
from nnstudio.ui.panels.figure_model import SortedFigures
from nnstudio.ui.panels.figure_view import FigureTable
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.sweeps_fields import tr
from nnstudio.ui.panels.sweeps_form import Plan, SweepForm
from nnstudio.ui.panels.sweeps_plot import SweepPlot
from nnstudio.ui.panels.sweeps_table import TrialModel, columns_of, rows_of
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import follow
from nnstudio.ui.sweeping import Sweeping, estimated_seconds
from nnstudio.ui.theme import GAP, Theme

SHARES = (320, 400, 330)
NARROW = 310  # Pixels that the form needs.
RANKED = "best_loss", "train_loss"


class Sweeps(LivePanel):
    """The form says what is tried; `sweeping` has it done and knows the results."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        run: Run,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        sweeping: Sweeping,
    ) -> None:
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Sweep")
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self.sweeping = sweeping
        self.form = SweepForm(document.project, sweeping.processes, self)
        self.sentence = Words(parent=self)
        self.start = QPushButton(self.tr("Start"), self)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.resume = QPushButton(self.tr("Resume"), self)
        self.take = QPushButton(self.tr("Take settings"), self)
        self.model = TrialModel(self)
        self.sorted = SortedFigures(self.model, self)
        self.table_view = FigureTable(self.sorted, self.tr("Trials"), self)
        self.plot = SweepPlot(self)
        self.header = Header(self, self)
        self._sorted = False
        self._arrange()
        self._connect()
        self.refresh()

    def pictured(self) -> list[QWidget]:
        """The table, and the plot beside it."""
        return [self.table_view, *([self.plot.plot] if self.plot.plot.isVisibleTo(self) else [])]

    def table(self) -> Table:
        """The rows as they are shown, with all digits."""
        return as_table(self.model.columns, self.sorted.shown())

    def refresh(self) -> None:
        going = self.sweeping.going
        plan, why = self._plan()
        self.form.setEnabled(not going)
        self.start.setEnabled(plan is not None and not going)
        self.start.setVisible(not going)
        self.cancel.setVisible(going)
        self.cancel.setEnabled(not self.sweeping.cancelled)
        self.resume.setVisible(self.sweeping.resumable)
        self.sentence.setText(self._words(plan) if going or plan is not None else why)
        self.sentence.show_tone("problem" if not going and (plan is None or self.sweeping.sentence) else "")

    def show_results(self) -> None:
        """Show what trials came to up to now."""
        results, best = self.sweeping.results, self.sweeping.best
        self.model.best = best.number if best else None
        chosen = self.table_view.abouts
        columns = columns_of(results.values())
        if self.model.show_rows(columns, rows_of(results)):
            self.table_view.fit_columns()
            self.table_view.choose(chosen)
        if results and not self._sorted:
            # The best on top, until the user wants another order.
            self._sorted = True
            place = next((place for place, column in enumerate(columns) if column.key in RANKED), 0)
            self.table_view.sortByColumn(place, Qt.SortOrder.AscendingOrder)
        self.plot.show_results(list(results.values()), self.model.best)
        self.header.save_button.setEnabled(bool(results))
        if results:
            self.stage.show_content()
        else:
            self.stage.show_nothing()
        self._show_chosen()
        self.refresh()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.start, self.resume, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch()
        left = QWidget(self)
        follow(left.setMinimumWidth, NARROW)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, GAP // 2)
        column.addWidget(self.form, 1)
        below = QVBoxLayout()
        below.setContentsMargins(GAP, 0, GAP, 0)
        below.addWidget(self.sentence)
        below.addLayout(buttons)
        column.addLayout(below)
        self.header.add(self.take)
        results = QWidget(self)
        column = QVBoxLayout(results)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.table_view, 1)
        both = QSplitter(self)
        both.addWidget(results)
        both.addWidget(self.plot)
        both.setSizes(SHARES[1:])
        nothing = self.tr("Choose what is varied and press Start: every training gets a row here.")
        self.stage = Stage(both, nothing, self)
        self.splitter = QSplitter(self)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.stage)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([SHARES[0], sum(SHARES[1:])])
        self.splitter.setCollapsible(0, False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def _connect(self) -> None:
        self.form.changed.connect(self.refresh)
        self.sweeping.processes_changed.connect(self.form.show_processes)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self.sweeping.cancel)
        self.resume.clicked.connect(self.sweeping.resume)
        self.take.clicked.connect(self._take)
        self.table_view.chosen.connect(self._show_chosen)
        self.sweeping.changed.connect(self.show_results)

    def _plan(self) -> tuple[Plan | None, str]:
        """What the form asks for, or why that cannot be."""
        try:
            plan = self.form.plan(self.document.project)
            # Refused here and not only when it is begun.
            for choice in plan.choices[:1]:
                varied(self.document.project, choice)
        except StudioError as error:
            return None, str(error)
        return plan, ""

    def _words(self, plan: Plan | None) -> str:
        sweeping, done = self.sweeping, len(self.sweeping.results)
        if sweeping.going:
            if sweeping.cancelled:
                return self.tr("Ends as soon as the trainings under way let go.")
            left = sweeping.seconds_left
            words = self.tr("{} of {} are done").format(f"{done:,}", f"{sweeping.trials:,}")
            return words + (self.tr(", about {} left.").format(seconds_words(left)) if left else ".")
        if sweeping.sentence:
            return sweeping.sentence
        return " ".join(filter(None, [self._outcome(), self._planned(plan) if plan is not None else ""]))

    def _outcome(self) -> str:
        """What the last sweep came to."""
        sweeping, done, best = self.sweeping, len(self.sweeping.results), self.sweeping.best
        if not done:
            return ""
        if sweeping.cancelled:
            return self.tr("Cancelled with {} of {} done.").format(f"{done:,}", f"{sweeping.trials:,}")
        if best is None:
            return self.tr("None of them came to an end.")
        return self.tr("Trial {} was the best.").format(f"{best.number:,}")

    def _planned(self, plan: Plan) -> str:
        """How much that is to do, and how long it takes, as far as a training has told."""
        told = f"{counted(len(plan.choices), 'training')} of {counted(plan.epochs, 'epoch')}"
        told = self.tr("Next: {}").format(told) if self.sweeping.results else told
        told += self.tr(" at most") if plan.halving else ""
        record = self.run.record
        if record is None or not record.epochs or plan.cluster:
            return f"{told}."
        share = plan.passes / len(plan.choices)
        seconds = estimated_seconds(len(plan.choices), share, record.seconds / record.epochs, plan.workers)
        return self.tr("{}, about {}.").format(told, seconds_words(seconds))

    def _start(self) -> None:
        plan, _ = self._plan()
        if plan is not None:
            project = self.document.project
            project = replace(project, settings=replace(project.settings, epochs=plan.epochs), **UNLEARNED)
            journal = self.sweeping.journal()
            self.sweeping.start(Order(project, plan.choices, plan.halving, plan.workers, plan.cluster, journal))

    def _show_chosen(self) -> None:
        self.take.setEnabled(len(self.table_view.abouts) == 1)

    def _take(self) -> None:
        chosen = [self.sweeping.results[number] for number in self.table_view.abouts]
        if len(chosen) == 1:
            # What was learned until now is kept for the undo.
            self.run.collect(partial(adopt_trial, self.document, chosen[0]))


def adopt_trial(document: Document, result: Result) -> None:
    """Give the project what was varied in a trial, as one edit. Weights stay where the model and the seed are the
    same."""
    now = document.project
    taken = varied(now, result.changes)
    same = model_of(taken.graph) == model_of(now.graph) and taken.settings.seed == now.settings.seed
    if same:
        taken = replace(now, settings=taken.settings)
    document.apply(tr("Take the settings of trial {}").format(result.number), taken)
