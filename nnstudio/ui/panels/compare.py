"""Compare: all recorded runs in a table, the chosen ones overlaid, and in words what differs between two of them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nnstudio.core.wording import listed
from nnstudio.experiments.differences import comparison
from nnstudio.experiments.traits import rows_of, varying
from nnstudio.live.record import MOST_PINNED, Record
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Words
from nnstudio.ui.panels.compare_bar import CompareBar
from nnstudio.ui.panels.compare_columns import runs_of
from nnstudio.ui.panels.compare_curves import CompareCurves
from nnstudio.ui.panels.compare_deeds import adopt, as_table
from nnstudio.ui.panels.compare_table import PIN, RunModel, RunTable, SortedRuns
from nnstudio.ui.panels.compare_words import title_of, trained
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.plots.colours import CURVES, colour_of
from nnstudio.ui.plots.saving import desk_of
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import follow_lines
from nnstudio.ui.theme import GAP, Theme

INKS = len(CURVES["dark"])
CALM = 250  # Milliseconds between two looks at a run that goes on.
LINES = 4  # Of the words above the plot; the rest stands in the tooltip.
SHARES = (600, 400)


class Compare(LivePanel):
    """Follows the records of the run; the worker need not be asked for anything."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Compare")
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._inks: dict[Record, int] = {}
        self._following = False
        self.model = RunModel(self)
        self.sorted = SortedRuns(self.model, self)
        self.table_view = RunTable(self.sorted, self._colour_of, self)
        self.bar = CompareBar(self, self)
        self.curves = CompareCurves(self._ink_of, self)
        self.words = Words(parent=self)
        self._soon = QTimer(self, singleShot=True, interval=CALM)
        self._arrange()
        self._connect()

    def pictured(self) -> list[QWidget]:
        """The table, and the plot beside it."""
        return [self.table_view, *([self.curves.plot] if self.curves.plot.isVisibleTo(self) else [])]

    def table(self) -> Table:
        """The rows and columns that are shown, with all digits."""
        return as_table(self.model.columns, self.sorted.shown())

    def refresh(self) -> None:
        # A run without a batch has nothing to be compared by.
        records = [each for each in self.run.records.all if len(each.history)]
        self._choose_inks(records)
        chosen = self.table_view.records
        self._following = True
        runs = runs_of(records, self.bar.wanted)
        if self.model.show_rows(runs.columns, runs.rows):
            self.table_view.fit_columns(beside=PIN)
            self.table_view.choose(chosen)
        self._following = False
        self.bar.show_columns(runs)
        self.bar.save_button.setEnabled(bool(records))
        if records:
            self.stage.show_content()
        else:
            self.stage.show_nothing()
        self._show_chosen()

    def grow(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def begin(self, record: Record) -> None:
        if self.isVisible():
            self.refresh()

    def _arrange(self) -> None:
        self.words.setContentsMargins(GAP, GAP // 2, GAP, 0)
        follow_lines(self.words.setMaximumHeight, LINES, beside=GAP)
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.words.setAccessibleName(self.tr("What differs"))
        beside = QWidget(self)
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addWidget(self.curves, 1)
        self.splitter = QSplitter(self)
        for widget, share in zip((self.table_view, beside), SHARES, strict=True):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.splitter.setSizes(SHARES)
        content = QWidget(self)
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.bar)
        rows.addWidget(self.splitter, 1)
        self.stage = Stage(content, self.tr("Press Train: each run is listed here, to be compared with others."), self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stage)

    def _connect(self) -> None:
        self._soon.timeout.connect(self._follow)
        self.bar.filtered.connect(self._filter)
        self.bar.wanted_changed.connect(self.refresh)
        for source in (self.bar, self.table_view):
            source.pin_asked.connect(self._pin)
            source.remove_asked.connect(self._remove)
        self.bar.take_asked.connect(self._take)
        self.table_view.chosen.connect(self._heed)
        self.model.renamed.connect(self._rename)

    def _heed(self) -> None:
        if not self._following:
            self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self.table_view.records
        self.bar.show_chosen(chosen, self.run.record)
        self.curves.show_runs({each: title_of(each) for each in chosen or [row.about for row in self.sorted.shown()]})
        words = self._words_for(sorted(chosen, key=lambda each: each.number))
        self.words.setText(words)
        self.words.setToolTip(words)

    def _words_for(self, chosen: Sequence[Record]) -> str:
        match chosen:
            case []:
                return self.tr("Choose two runs to read how they differ.")
            case [_]:
                return self.tr("Choose a second run, with Ctrl held, to read how they differ.")
            case [older, newer]:
                known = self.run.records.all
                return comparison(trained(newer, known), trained(older, known))
        names = varying(rows_of([each.project for each in chosen], [each.preparation for each in chosen]))
        if not names:
            return self.tr("The settings of these runs do not differ.")
        return self.tr("These runs differ in {}.").format(listed(names))

    def _filter(self, words: str) -> None:
        self.sorted.filter_by(words)
        self._show_chosen()

    def _pin(self) -> None:
        chosen = self.table_view.records
        pinned = not all(each.pinned for each in chosen)
        if not all(self.run.records.pin(each, pinned) for each in chosen):
            self._tell(self.tr("At most {} runs can be pinned. Take the pin off another one.").format(MOST_PINNED))
        self.sorted.invalidate()
        self._show_chosen()

    def _remove(self) -> None:
        for each in self.table_view.records:
            self.run.records.remove(each)
        self.run.changed.emit()

    def _rename(self, record: Record, name: str) -> None:
        record.name = "" if name == title_of(record) and not record.name else name
        self.run.changed.emit()

    def _take(self) -> None:
        chosen = self.table_view.records
        if len(chosen) == 1:
            # What was learned until now is kept for the undo.
            self.run.collect(partial(adopt, self.document, chosen[0]))

    def _tell(self, sentence: str) -> None:
        desk = desk_of(self)
        if desk is not None:
            desk.tell(sentence)

    def _choose_inks(self, records: Sequence[Record]) -> None:
        """A run keeps its colour; a new one takes one that no other has, as long as there is such a colour."""
        self._inks = {each: ink for each, ink in self._inks.items() if each in records}
        for each in records:
            used = list(self._inks.values())
            self._inks.setdefault(each, min(range(INKS), key=lambda ink: (used.count(ink), ink)))

    def _ink_of(self, record: Record) -> int:
        return self._inks.get(record, 0)

    def _colour_of(self, record: Record) -> QColor:
        return colour_of(self.theme, self._ink_of(record))
