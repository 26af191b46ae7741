"""The header of a live panel: its controls at the left, saving at the right."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.picture import Subject
from nnstudio.ui.plots.saving import SaveButton
from nnstudio.ui.sizes import follow, follow_font
from nnstudio.ui.theme import GAP
from nnstudio.ui.wrapping import Wrapping

HEIGHT = 28


class Header(QWidget):
    """One look for all panels. The panel's title stands in its dock already."""

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controls = Wrapping(GAP, self, lines_up=True)
        follow(self._controls.show_least, HEIGHT)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP // 2, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self._controls, 1)
        self.save_button = SaveButton(subject, self)
        row.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignVCenter)

    def add(self, control: QWidget, label: str = "") -> None:
        """Put a control behind those that are there already, with a word before it."""
        if label:
            words = QLabel(label, self)
            follow_font(words, SMALLER)
            words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            words.setBuddy(control)
            if not control.accessibleName():
                control.setAccessibleName(label)
        self._controls.add(Labelled(words, control) if label else control)


class Labelled(QWidget):
    """A control with its word: they go into another line together, and go away together."""

    def __init__(self, words: QWidget, control: QWidget) -> None:
        super().__init__()
        self._words, self._control = words, control
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(words)
        row.addWidget(control)
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._words.setVisible(not self._control.isHidden())
        return False
