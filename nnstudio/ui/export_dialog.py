"""The export dialog: which format, where to, with proof or without; then what came out. The window stays usable."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.export.base import Exporter, exporters
from nnstudio.export.writing import Exported
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.document import Document
from nnstudio.ui.export_formats import FormatList
from nnstudio.ui.export_place import Place, typed
from nnstudio.ui.export_result import ExportResult
from nnstudio.ui.exporting import Exporting
from nnstudio.ui.forms.controls import Line
from nnstudio.ui.labels import Alarm, Heading, Quiet
from nnstudio.ui.run import Run
from nnstudio.ui.sizes import follow, follow_screen, follow_words
from nnstudio.ui.theme import GAP

WIDTH, HEIGHT = 640, 500
BAR = 6  # Pixels that the bar is high.


class ExportDialog(QDialog):
    """Asks, exports the project as it is then, and shows the outcome. Closing it calls off what is under way."""

    told = Signal(str)

    def __init__(
        self, document: Document, run: Run, dialogs: Dialogs, place: Place, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export"))
        self.setProperty("help", "exporters")
        self._document, self._run, self._dialogs = document, run, dialogs
        self._place, self._exporter = place, Exporter()
        self._waiting = False
        self.exporting = Exporting(self)
        self.formats = FormatList([kind() for kind in exporters().kinds().values()], self)
        self.lacking = Quiet(parent=self)
        self.where = Line(self)
        self.where.setAccessibleName(self.tr("Where"))
        self.browse = QPushButton(self.tr("&Browse…"), self)
        self.prove = QCheckBox(
            self.tr("With &proof: a fresh process loads the export and answers the test samples"), self
        )
        self.prove.setChecked(True)
        self.busy, self.doing = QProgressBar(self), Quiet(parent=self)
        self.alarm, self.outcome = Alarm(self), ExportResult(self)
        self.buttons = QDialogButtonBox(self)
        self.export_button = QPushButton(self.tr("&Export"), self)
        self.close_button = QPushButton(self.tr("Close"), self)
        self._connect()
        self._lay_out()
        # What can be written and proved here, before what needs another package first.
        self.formats.choose(next((row for row, each in enumerate(self.formats.offered) if not each.lacking), 0))
        self._show_state()

    def choose(self, kind: str) -> None:
        """Choose a format by its kind."""
        self.formats.choose([each.kind for each in self.formats.offered].index(kind))

    def start(self) -> None:
        """Export the project, with all that was learned up to now."""
        path = typed(self.where.text(), self._place.folder, self._exporter)
        if path is None:
            self.alarm.show_reason(self.tr("Say where to: a file, or a folder."))
            self.where.setFocus()
        elif not self._in_use and self._may_write(path):
            self._place = self._place.moved(path, self._exporter)
            self.where.setText(str(path))
            self.alarm.show_reason("")
            self.outcome.forget()
            self._waiting = True
            self._show_state()
            self._run.collect(partial(self._begin, path, self._exporter.kind, self.prove.isChecked()))

    def cancel(self) -> None:
        """Call it off, or leave where nothing is under way."""
        if not self._in_use:
            self.reject()
        elif self._waiting:
            self._waiting = False
            self._show_failure("")
        else:
            self.exporting.cancel()

    def done(self, result: int) -> None:
        """The dialog goes, and what is under way with it."""
        self._waiting = False
        self.exporting.close()
        super().done(result)

    @property
    def _in_use(self) -> bool:
        return self._waiting or self.exporting.going

    def _begin(self, path: Path, kind: str, prove: bool) -> None:
        if self._waiting:
            self._waiting = False
            self.exporting.start(self._document.project, kind, path, prove)

    def _may_write(self, path: Path) -> bool:
        """Whether nothing is there yet, or may be replaced."""
        there = any(path.iterdir()) if path.is_dir() and self._exporter.in_folder else path.exists()
        return not there or self._dialogs.replace_export(path, self._exporter.in_folder)

    def _browse(self) -> None:
        start = typed(self.where.text(), self._place.folder, self._exporter) or self._place.path(self._exporter)
        ending = "" if self._exporter.in_folder else self._exporter.suffix
        path = self._dialogs.where_to_put(str(start), ending, self._exporter.title)
        if path is not None:
            self._place = self._place.moved(path, self._exporter)
            self.where.setText(str(path))

    def _show_format(self, exporter: Exporter) -> None:
        path = typed(self.where.text(), self._place.folder, self._exporter) if self.where.text() else None
        if path is not None:
            self._place = self._place.moved(path, self._exporter)
        self._exporter = exporter
        self.where.setText(str(self._place.path(exporter)))
        self.where.setToolTip(self.where.text())
        self.lacking.setText(exporter.lacking)
        self.lacking.setVisible(bool(exporter.lacking))
        self.alarm.show_reason("")

    def _show_state(self) -> None:
        going = self._in_use
        for control in (self.formats, self.where, self.browse, self.prove, self.export_button):
            control.setEnabled(not going)
        self.busy.setVisible(going)
        self.doing.setVisible(going)
        self.doing.setText(self.tr("Ending…") if self.exporting.called_off else self._words())
        self.busy.setAccessibleDescription(self.doing.text())
        self.close_button.setText(self.tr("Cancel") if going else self.tr("Close"))

    def _words(self) -> str:
        if not self.prove.isChecked():
            return self.tr("Writing…")
        return self.tr("Writing, and letting a fresh process answer the test samples…")

    def _show_result(self, exported: Exported) -> None:
        self._show_state()
        self.outcome.show_result(exported, self._exporter.title)
        self.outcome.open_button.setFocus()
        self.told.emit(self.outcome.title.text())

    def _show_failure(self, sentence: str) -> None:
        self._show_state()
        self.alarm.show_reason(sentence or self.tr("Called off: nothing was written."))
        self.export_button.setFocus()

    def _connect(self) -> None:
        self.formats.chosen.connect(self._show_format)
        self.browse.clicked.connect(self._browse)
        self.export_button.clicked.connect(self.start)
        self.close_button.clicked.connect(self.cancel)
        self.exporting.changed.connect(self._show_state)
        self.exporting.done.connect(self._show_result)
        self.exporting.failed.connect(self._show_failure)

    def _lay_out(self) -> None:
        self.browse.setAutoDefault(False)
        self.close_button.setAutoDefault(False)
        self.export_button.setDefault(True)
        # The style makes its letters bold only once its width is settled.
        follow_words(self.export_button.setMinimumWidth, self.export_button.text(), beside=24 + 2 * GAP)
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        follow(self.busy.setFixedHeight, BAR)
        self.busy.setAccessibleName(self.tr("Under way"))
        self.buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.ApplyRole)
        self.buttons.addButton(self.close_button, QDialogButtonBox.ButtonRole.RejectRole)
        label = QLabel(self.tr("&Where"), self)
        label.setBuddy(self.where)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget in (label, self.where, self.browse):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(Heading(self.tr("Take the trained model away"), self))
        column.addWidget(self.formats)
        column.addWidget(self.lacking)
        column.addLayout(row)
        for below in (self.prove, self.busy, self.doing, self.alarm, self.outcome):
            column.addWidget(below)
        column.addStretch(1)
        column.addWidget(self.buttons)
        follow_screen(self, WIDTH, HEIGHT)
