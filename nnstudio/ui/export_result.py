"""What came out of an export: the proof in words, the files, and the ways to them."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.files import shown
from nnstudio.core.wording import counted
from nnstudio.export.writing import Exported
from nnstudio.ui.labels import Heading, Quiet, Words, breakable
from nnstudio.ui.theme import GAP

MOST_NAMED = 6
MARKABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class ExportResult(QWidget):
    """There is nothing to see before something was exported."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Exported | None = None
        self.title = Heading(parent=self)
        self.proof, self.files = Words(parent=self), Quiet(parent=self)
        self.proof.setAccessibleName(self.tr("Proof"))
        self.files.setAccessibleName(self.tr("Files"))
        for words in (self.proof, self.files):
            words.setTextInteractionFlags(MARKABLE)
        self.open_button = QPushButton(self.tr("Open &folder"), self)
        self.copy_button = QPushButton(self.tr("&Copy"), self)
        self.copy_button.setToolTip(self.tr("Copy what is said here"))
        for button in (self.open_button, self.copy_button):
            button.setAutoDefault(False)
        self.open_button.clicked.connect(self.open_folder)
        self.copy_button.clicked.connect(self.copy_text)
        self._lay_out()
        self.hide()

    @property
    def text(self) -> str:
        """All of it, with whole paths."""
        if self._shown is None:
            return ""
        files = map(str, (*self._shown.files, self._shown.card))
        return "\n".join((self.title.text(), self.proof.text(), *files))

    def show_result(self, exported: Exported, title: str) -> None:
        """Show what was written in the format of that title."""
        self._shown = exported
        proof = exported.proof
        self.title.setText(self.tr("Exported as {}").format(title))
        self.proof.setText(proof.sentence if proof else self.tr("Not proved: no proof was wanted."))
        # Proved is good, disproved is bad, and everything between wants a second look.
        tone = "good" if proof and proof.holds else "problem" if proof and proof.fails else "warning"
        self.proof.show_tone(tone if proof else "")
        self.files.setText(breakable(_told(exported, self)))
        self.show()

    def forget(self) -> None:
        """Another export begins."""
        self._shown = None
        self.hide()

    def open_folder(self) -> None:
        """Show the files in the system's own window."""
        if self._shown is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shown.card.parent)))

    def copy_text(self) -> None:
        """Put all of it on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.open_button)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for widget in (self.title, self.proof, self.files):
            column.addWidget(widget)
        column.addLayout(row)


def _told(exported: Exported, widget: QWidget) -> str:
    """The files and the card, and where they are."""
    names = ", ".join(shown(file.name) for file in exported.files)
    if len(exported.files) > MOST_NAMED:
        names = f"{shown(exported.files[0].name)} {widget.tr('and')} {counted(len(exported.files) - 1, 'more file')}"
    folder: Path = exported.card.parent
    return widget.tr("{} and the model card {} are in {}").format(names, shown(exported.card.name), shown(folder))
