"""The bar above the table of runs: filter, columns, and what can be done with the chosen ones."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnstudio.live.record import Record
from nnstudio.ui.forms.controls import Line
from nnstudio.ui.panels.compare_columns import NAME, Runs
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.picture import Subject
from nnstudio.ui.sizes import follow

FILTER = 150


class CompareBar(Header):
    """Knows which columns the user wants to see or not, and asks for everything else."""

    filtered = Signal(str)
    wanted_changed = Signal()
    pin_asked = Signal()
    remove_asked = Signal()
    take_asked = Signal()

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(subject, parent)
        self.wanted: dict[str, bool] = {}
        """Whether the user wants a column, by its key; what is not said is as usual."""
        self.filter = Line(self)
        follow(self.filter.setFixedWidth, FILTER)
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setAccessibleName(self.tr("Filter runs"))
        self.filter.setClearButtonEnabled(True)
        self.columns = self._button(self.tr("Columns"), self.tr("Choose what stands in the table"))
        self.pin = self._button(self.tr("Pin"), self.tr("Keep the chosen runs while newer ones come (P)"))
        self.pin.setCheckable(True)
        self.remove = self._button(self.tr("Remove"), self.tr("Forget the chosen runs (Delete)"))
        self.take = self._button(
            self.tr("Take settings"),
            self.tr("Make the model, data and settings of the chosen run the project's"),
        )
        self.menu = QMenu(self.columns)
        self.columns.setMenu(self.menu)
        # For the arrow.
        self.columns.setStyleSheet("padding-right: 22px;")
        self.columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for control in (self.filter, self.columns, self.pin, self.remove, self.take):
            self.add(control)
        self.filter.textChanged.connect(self.filtered)
        self.menu.triggered.connect(self._want)
        self.pin.clicked.connect(self.pin_asked)
        self.remove.clicked.connect(self.remove_asked)
        self.take.clicked.connect(self.take_asked)

    def show_columns(self, runs: Runs) -> None:
        """Offer these columns."""
        every = [column for column in runs.every if column.key != NAME]
        shown = {column.key for column in runs.columns}
        offered = [action.data() for action in self.menu.actions() if not action.isSeparator()]
        if offered != [each.key for each in every]:
            self.menu.clear()
            for place, column in enumerate(every):
                if place and every[place - 1].setting and not column.setting:
                    self.menu.addSeparator()
                action = self.menu.addAction(column.title.replace("\n", " "))
                action.setData(column.key)
                action.setCheckable(True)
        for action in self.menu.actions():
            action.setChecked(action.data() in shown)

    def show_chosen(self, chosen: Sequence[Record], present: Record | None) -> None:
        """Offer what can be done with these."""
        self.pin.setEnabled(bool(chosen))
        self.pin.setChecked(bool(chosen) and all(each.pinned for each in chosen))
        self.remove.setEnabled(any(each is not present for each in chosen))
        self.take.setEnabled(len(chosen) == 1)

    def _want(self, action: QAction) -> None:
        self.wanted[action.data()] = action.isChecked()
        self.wanted_changed.emit()

    def _button(self, words: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setAccessibleDescription(tip)
        return button
