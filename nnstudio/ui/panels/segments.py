"""Segments: a few views of one panel, of which one is shown."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

GAP = 2


class Segments(QWidget):
    """Buttons side by side; the arrow keys go from one to the next."""

    chosen = Signal(int)
    """The number of a button that the user has pressed."""

    def __init__(self, names: Sequence[str], about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(about)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self._group = QButtonGroup(self)
        for number, name in enumerate(names):
            button = QToolButton(self)
            button.setText(name)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.idClicked.connect(self.chosen)
        self._group.button(0).setChecked(True)

    @property
    def current(self) -> int:
        """The number of the view that is shown."""
        return self._group.checkedId()

    def button(self, number: int) -> QToolButton:
        """One of the buttons."""
        button = self._group.button(number)
        assert isinstance(button, QToolButton)
        return button
