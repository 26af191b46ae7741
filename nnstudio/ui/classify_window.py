"""Classify pictures: files or a folder of them, answered one after another in a table that can be saved."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.ui.classified_table import SeenTable
from nnstudio.ui.classifying import Classifying, Seen
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.document import Document
from nnstudio.ui.forms.controls import Line
from nnstudio.ui.labels import Alarm, Words
from nnstudio.ui.run import Run
from nnstudio.ui.sizes import follow, follow_screen
from nnstudio.ui.theme import GAP

WIDTH, HEIGHT = 920, 540
BAR = 6  # Pixels that the bar is high.
FILTER = 160
TABLE = "answers.csv"


class ClassifyWindow(QDialog):
    """Asks the network as it is when a folder or files are chosen. Closing it ends what is under way."""

    started = Signal()
    opened = Signal(object)
    """The Path of a picture that is wanted on the pad."""
    told = Signal(str)

    def __init__(self, document: Document, run: Run, dialogs: Dialogs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Classify pictures"))
        self.setProperty("help", "panels/draw")
        self._document, self._run, self._dialogs = document, run, dialogs
        self._home = document.path.parent if document.path else Path.home()
        self._waiting = False
        self._read = 0
        self.classifying = Classifying(self)
        self.folder = QPushButton(self.tr("F&older…"), self)
        self.files = QPushButton(self.tr("&Files…"), self)
        self.filter = Line(self)
        self.table = SeenTable(self)
        self.busy, self.words, self.alarm = QProgressBar(self), Words(parent=self), Alarm(self)
        self.save = QPushButton(self.tr("&Save CSV…"), self)
        self.close_button = QPushButton(self.tr("Close"), self)
        self._connect()
        self._lay_out()
        self._show_state()
        self.words.setText(self.tr("Choose a folder or files, and the network says what is on them."))

    def take(self, names: Sequence[str], folder: str = "") -> None:
        """Ask about these, with all that was learned up to now."""
        if not self._in_use:
            self._home = Path(folder or os.path.dirname(names[0]))
            self.started.emit()
            self._read = 0
            self.table.begin(folder)
            self.alarm.show_reason("")
            self._waiting = True
            # Before the buttons are greyed out, or the keys would go to whatever comes next.
            self.table.setFocus()
            self._show_state()
            self._run.collect(partial(self._begin, list(names)))

    def cancel(self) -> None:
        """Call it off, or leave where nothing is under way."""
        if not self._in_use:
            self.reject()
        elif self._waiting:
            self._waiting = False
            self._end()
        else:
            self.classifying.cancel()
            self._show_state()

    def done(self, result: int) -> None:
        """The window goes, and what is under way with it."""
        self._waiting = False
        self.classifying.close()
        super().done(result)

    @property
    def _in_use(self) -> bool:
        return self._waiting or self.classifying.going

    @property
    def _count(self) -> int:
        return len(self.table.seen.rows)

    def _begin(self, names: list[str]) -> None:
        if self._waiting:
            self._waiting = False
            self.classifying.start(self._document.project, names)

    def _ask_for_folder(self) -> None:
        path = self._dialogs.folder_to_classify(str(self._home))
        if path is not None:
            self.take([str(path)], str(path))

    def _ask_for_files(self) -> None:
        paths = self._dialogs.which_to_classify(str(self._home))
        if paths:
            self.take([str(path) for path in paths])

    def _show(self, seen: list[Seen]) -> None:
        self.table.add(seen)
        self._read += sum(each.answer is not None for each in seen)
        self._show_state()

    def _end(self) -> None:
        self._show_state()
        total = self.classifying.total
        said = self.tr("{} of {} read.").format(f"{self._read:,}", f"{total:,}") if self._count else ""
        off = self.tr("Called off.") if self._count < total or not self._count else ""
        self.words.setText(" ".join(filter(None, (off, said))))

    def _fail(self, sentence: str) -> None:
        self._show_state()
        self.words.setText("")
        self.alarm.show_reason(sentence)
        self.folder.setFocus()

    def _ask_to_save(self) -> None:
        path = self._dialogs.where_to_export(str(self._home / TABLE), ".csv")
        if path is not None:
            self.classifying.save(path, self._saved, self._not_saved)

    def _saved(self, path: Path) -> None:
        self.alarm.show_reason("")
        said = self.tr("Saved {}").format(path.name)
        self.words.setText(f"{said}.")
        self.told.emit(said)

    def _not_saved(self, error: StudioError) -> None:
        self.alarm.show_reason(str(error))

    def _open(self, path: str) -> None:
        self.opened.emit(Path(path))

    def _show_state(self) -> None:
        going, total = self._in_use, self.classifying.total
        for control in (self.folder, self.files):
            control.setEnabled(not going)
        self.save.setEnabled(not going and bool(self._count))
        self.busy.setRange(0, total if not self._waiting else 0)
        self.busy.setValue(self._count)
        self.busy.setVisible(going)
        self.close_button.setText(self.tr("Cancel") if going else self.tr("Close"))
        if going and self.classifying.called_off and not self._waiting:
            self.words.setText(self.tr("Ending…"))
        elif going:
            self.words.setText(self.tr("Reading… {} of {}").format(f"{self._count:,}", f"{total:,}") if self._count else
                               self.tr("Reading…"))  # fmt: skip
        self.busy.setAccessibleDescription(self.words.text())

    def _connect(self) -> None:
        self.folder.clicked.connect(self._ask_for_folder)
        self.files.clicked.connect(self._ask_for_files)
        self.filter.textChanged.connect(self.table.sorted.filter_by)
        self.table.wanted.connect(self._open)
        self.save.clicked.connect(self._ask_to_save)
        self.close_button.clicked.connect(self.cancel)
        self.classifying.came.connect(self._show)
        self.classifying.ended.connect(self._end)
        self.classifying.failed.connect(self._fail)

    def _lay_out(self) -> None:
        for button in (self.folder, self.files, self.save, self.close_button):
            button.setAutoDefault(False)
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setAccessibleName(self.tr("Filter pictures"))
        self.filter.setClearButtonEnabled(True)
        follow(self.filter.setFixedWidth, FILTER)
        self.busy.setTextVisible(False)
        follow(self.busy.setFixedHeight, BAR)
        self.busy.setAccessibleName(self.tr("Under way"))
        self.table.setToolTip(self.tr("A double click brings a picture onto the drawing pad"))
        top, low = QHBoxLayout(), QHBoxLayout()
        for row, widgets in ((top, (self.folder, self.files)), (low, (self.words,))):
            row.setSpacing(GAP)
            for widget in widgets:
                row.addWidget(widget, 1 if row is low else 0)
        top.addStretch()
        top.addWidget(self.filter)
        low.addWidget(self.save)
        low.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.busy)
        column.addWidget(self.alarm)
        column.addLayout(low)
        follow_screen(self, WIDTH, HEIGHT)
