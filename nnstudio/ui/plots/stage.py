"""A stage: what a panel shows, or a sentence in its place while there is nothing to show."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.ui.theme import GAP


class Nothing(QWidget):
    """A dim sentence in the middle, such as “Press Train to see the curves.”"""

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._words = QLabel(sentence, self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.addWidget(self._words)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, sentence: str) -> None:
        """Say something else."""
        self._words.setText(sentence)


class Stage(QStackedWidget):
    """Begins with the sentence. It is no part of pictures."""

    def __init__(self, content: QWidget, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content, self.nothing = content, Nothing(sentence, self)
        self.addWidget(self.nothing)
        self.addWidget(content)

    def show_content(self) -> None:
        """Show what there is."""
        self.setCurrentWidget(self._content)

    def show_nothing(self, sentence: str = "") -> None:
        """Show a sentence, the one from before if none is given."""
        if sentence:
            self.nothing.say(sentence)
        self.setCurrentWidget(self.nothing)
