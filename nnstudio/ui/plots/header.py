"""The header of a live panel: its controls at the left, saving at the right."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nnstudio.ui.labels import SMALLER, scaled
from nnstudio.ui.plots.picture import Subject
from nnstudio.ui.plots.saving import SaveButton
from nnstudio.ui.theme import GAP

HEIGHT = 28


class Header(QWidget):
    """One look for all panels. The panel's title stands in its dock already."""

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT + GAP // 2)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP, GAP // 2, GAP, 0)
        self._row.setSpacing(GAP)
        self._row.addStretch()
        self.save_button = SaveButton(subject, self)
        self._row.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignVCenter)

    def add(self, control: QWidget, label: str = "") -> None:
        """Put a control behind those that are there already, with a word before it."""
        if label:
            words = QLabel(label, self)
            words.setFont(scaled(words.font(), SMALLER))
            words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            words.setBuddy(control)
            self._insert(words)
            if not control.accessibleName():
                control.setAccessibleName(label)
        self._insert(control)

    def _insert(self, widget: QWidget) -> None:
        # Before the empty room and the button.
        self._row.insertWidget(self._row.count() - 2, widget, 0, Qt.AlignmentFlag.AlignVCenter)
