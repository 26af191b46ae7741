"""One weight: what became of it while the network learned, and a field to change it by hand."""

from math import isfinite

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnstudio.live.probes.weight_history import History
from nnstudio.ui.forms.controls import Line
from nnstudio.ui.icons import icon_of
from nnstudio.ui.labels import Alarm, Name, Quiet
from nnstudio.ui.panels.cells import Index, indexed
from nnstudio.ui.plots.marks import Mark, Marks
from nnstudio.ui.plots.numbers import MINUS, exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.source import Points
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.sizes import follow, follow_words
from nnstudio.ui.theme import GAP, theme_of

NARROWEST = 272  # Pixels: the name and all digits of the weight side by side.
HOW = "Type another number and press Enter; it can be undone"
LARGEST = float(np.finfo(np.float32).max)


class OneWeight(QWidget):
    """Shows the weight that was picked. The numbers come from the run, and go there."""

    closed = Signal()
    entered = Signal(float)
    """A number that the user wants in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("One weight")
        self.history: History | None = None
        self._name = ""
        follow(self.setMinimumWidth, NARROWEST)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self.name = Name(parent=self)
        self.line = Line(self)
        self.line.setAccessibleName(self.tr("Value of the weight"))
        self.line.setToolTip(self.tr(HOW))
        follow_words(self.line.setMinimumWidth, f"{MINUS}0.123456789", beside=2 * GAP)
        self.close_button = QToolButton(self)
        self.close_button.setAccessibleName(self.tr("Close the weight"))
        self.close_button.setToolTip(self.tr("Show this weight no more"))
        self.close_button.setStyleSheet("padding: 2px;")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remark, self.alarm = Quiet(parent=self), Alarm(self)
        self.plot = Plot(self.title, self.tr("step"), "", self)
        self._curve = self.plot.add_curve("", Points((), ()))
        self._marks = Marks()
        self.plot.add(self._marks)
        self._arrange()
        self._show_icon()
        self.line.returnPressed.connect(self._enter)
        self.line.editingFinished.connect(self._finish)
        self.close_button.clicked.connect(self.closed)

    def begin(self, name: str, index: Index) -> None:
        """Another weight was picked."""
        self._name, self.history = indexed(name, index), None
        self.name.setText(f"{self._name} =")
        self.plot.say(self.tr("step"), self._name)
        self.plot.axes.setAccessibleName(self.tr("{} over the steps").format(self._name))
        self.line.clear()
        self.alarm.show_reason("")

    def show_history(self, history: History) -> None:
        """Show what it was, and what it is now."""
        self.history = history
        if not (self.line.hasFocus() and self.line.isModified()):
            self._show_value()
        self._curve.show_source(Points(history.steps, history.values))
        behind = history.step < history.steps[-1]
        self._marks.show_marks([Mark(history.step, self.tr("shown"))] if behind else [])

    def let_edit(self, reason: str) -> None:
        """Whether it can be changed now: there is no reason against it."""
        if (reason, bool(reason)) == (self.remark.text(), self.line.isReadOnly()):
            return
        self.line.setReadOnly(bool(reason))
        self.line.setToolTip(reason or self.tr(HOW))
        self.remark.setText(reason)
        self.remark.setVisible(bool(reason))

    def table(self) -> Table:
        """A line for each step at which it is known."""
        if self.history is None:
            return Table((Column("step", ()), Column(self._name, ())))
        return Table((Column("step", self.history.steps), Column(self._name, self.history.values)))

    def pictured(self) -> list[QWidget]:
        """The curve."""
        return [self.plot]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.line.isModified():
                self._show_value()
                self.alarm.show_reason("")
            else:
                self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "close_button"):
            self._show_icon()

    def _show_value(self) -> None:
        if self.history is not None:
            text = exact(self.history.value).replace(",", "")
            if text != self.line.text():
                self.line.setText(text)
                self.line.setCursorPosition(0)
            self.line.setModified(False)

    def _enter(self) -> None:
        if self.line.isReadOnly() or not self.line.isModified():
            return
        number = _number_in(self.line.text())
        if number is None:
            self.alarm.show_reason(self.tr("This is not a number. Type one such as −0.25 or 1e-3."))
            return
        self.alarm.show_reason("")
        self.line.setModified(False)
        self.entered.emit(number)

    def _finish(self) -> None:
        # Left without Enter: as it was.
        if not self.line.hasFocus():
            self._show_value()
            self.alarm.show_reason("")

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP // 2, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self.name)
        row.addWidget(self.line, 1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        for words in (self.remark, self.alarm):
            words.setContentsMargins(GAP, GAP // 2, GAP, 0)
            column.addWidget(words)
        column.addWidget(self.plot, 1)

    def _show_icon(self) -> None:
        self.close_button.setIcon(icon_of("close", theme_of(self.palette())))


def _number_in(text: str) -> float | None:
    """The number that a text stands for, as a float32 can hold it."""
    try:
        number = float(text.strip().replace(MINUS, "-"))
    except ValueError:
        return None
    return number if isfinite(number) and abs(number) <= LARGEST else None
