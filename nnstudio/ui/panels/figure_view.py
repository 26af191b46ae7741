"""The view of a table of figures: quiet, whole rows, and copied with all its digits."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.figure_model import SortedFigures, as_lines
from nnstudio.ui.quiet_table import QuietTable
from nnstudio.ui.sizes import follow, follow_font, px

ARROWLESS = "QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }"
NARROWEST, WIDEST = 68, 220
Flag = QItemSelectionModel.SelectionFlag


class FigureTable(QuietTable):
    """Any number of rows can be chosen; Ctrl+C copies them."""

    chosen = Signal()
    """The selection is another."""

    def __init__(self, model: SortedFigures, name: str, parent: QWidget | None = None) -> None:
        super().__init__(model, NARROWEST, parent)
        self.sorted = model
        self._beside: int | None = None
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        follow_font(self.horizontalHeader(), SMALLER)
        # Its own arrow would lie on a title that stands at the right; here it is a part of the title.
        self.horizontalHeader().setStyleSheet(ARROWLESS)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.selectionModel().selectionChanged.connect(self._tell)
        follow(self._refit)

    @property
    def abouts(self) -> list[Any]:
        """What the chosen rows are about, from the top."""
        return [self.sorted.about(row) for row in self._rows()]

    def choose(self, abouts: Sequence[Any]) -> None:
        """Choose the rows of these, as far as they are shown."""
        rows = QItemSelection()
        for place, row in enumerate(self.sorted.shown()):
            if row.about in abouts:
                rows.select(self.sorted.index(place, 0), self.sorted.index(place, self.sorted.columnCount() - 1))
        self.selectionModel().select(rows, Flag.ClearAndSelect)

    def fit_columns(self, beside: int = 0) -> None:
        """Make every column as wide as what stands in it; the first has so many pixels more."""
        self._beside = beside
        self.resizeColumnsToContents()
        for place in range(self.sorted.columnCount()):
            room = 0 if place else beside
            self.setColumnWidth(place, min(self.columnWidth(place) + room, px(WIDEST)))

    def _refit(self) -> None:
        if self._beside is not None:
            self.fit_columns(self._beside)

    def copy(self) -> None:
        """Take the chosen rows to the clipboard."""
        shown, columns = self.sorted.shown(), self.sorted.source.columns
        QGuiApplication.clipboard().setText(as_lines(columns, [shown[row] for row in self._rows()]))

    def keys(self) -> dict[Qt.Key, SignalInstance]:
        """What keys ask for, those pressed without any other."""
        return {}

    def event(self, event: QEvent) -> bool:
        # Before the window, which has commands of its own under these keys.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif self._is_ours(event):
            self.keys()[Qt.Key(event.key())].emit()
        else:
            super().keyPressEvent(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        alone = not event.modifiers() and event.key() in self.keys()
        return alone or event.matches(QKeySequence.StandardKey.Copy)

    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def _tell(self, *_: object) -> None:
        self.chosen.emit()
