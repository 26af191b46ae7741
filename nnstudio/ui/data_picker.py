"""Choosing the data that a model is to learn: a name from a list, or a file of one's own."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from nnstudio.data.sources import data_names
from nnstudio.ui.forms.controls import Combo, Line
from nnstudio.ui.sizes import follow_words, px

WIDEST = 220


class DataPicker(Combo):
    """Names of data sets, and at the end a way to a file. What was typed, such as `spiral,noise=0.2`, counts too."""

    picked = Signal(str)

    def __init__(self, ask: Callable[[], Path | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._source = ""
        self.line = Line(self)
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(24)
        self.setAccessibleName(self.tr("Data"))
        self._tip = self.tr("What the network learns: a name, or a file of your own")
        self.setToolTip(self._tip)
        for name, about in data_names().items():
            self.addItem(name)
            self.setItemData(self.count() - 1, about, Qt.ItemDataRole.ToolTipRole)
        self.insertSeparator(self.count())
        self.addItem(self.tr("My own file…"))
        names = [self.itemText(row) for row in range(self.count())]
        follow_words(self.view().setMinimumWidth, *names, beside=40)
        self.line.setPlaceholderText(self.tr("none"))
        self.activated.connect(self._pick)
        self.line.editingFinished.connect(self._finish)

    def show_source(self, source: str) -> None:
        """Show what the project learns."""
        self._source = source
        if not self.line.hasFocus() or self.line.text() == source:
            self._show()

    def sizeHint(self) -> QSize:
        return super().sizeHint().boundedTo(QSize(px(WIDEST), 1 << 16))

    def _show(self) -> None:
        self.setEditText(self._source)
        # A long one is cut off in the field.
        self.line.setToolTip(f"{self._source}\n{self._tip}" if self._source else self._tip)
        self.line.setCursorPosition(0)

    def _pick(self, index: int) -> None:
        if index == self.count() - 1:
            path = self._ask()
            self._show()
            if path is not None:
                self._take(str(path))
        else:
            self._take(self.itemText(index))

    def _finish(self) -> None:
        text = self.line.text().strip()
        if text and text != self.itemText(self.count() - 1):
            self._take(text)
        else:
            self._show()

    def _take(self, source: str) -> None:
        if source != self._source:
            self._source = source
            self.picked.emit(source)
        self._show()
