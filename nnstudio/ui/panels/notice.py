"""A notice over a panel: what is missing, and a button that brings it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnstudio.ui.labels import Words
from nnstudio.ui.theme import GAP


class Notice(QWidget):
    """It is there only while there is something to mend."""

    def __init__(self, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame = QFrame(self)
        frame.setObjectName("offer")
        self.words, self.button = Words("", frame), QPushButton(button, frame)
        row = QHBoxLayout(frame)
        row.setContentsMargins(GAP, GAP // 2, GAP // 2, GAP // 2)
        row.setSpacing(GAP)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, 0)
        column.addWidget(frame)
        self.hide()

    def say(self, sentence: str) -> None:
        """Say something, or vanish."""
        self.words.setText(sentence)
        self.setVisible(bool(sentence))
