"""The field for a folder: its name in a line, a button to choose it, and beneath where things lie now."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from nnstudio.core.rules import Folder, Rule
from nnstudio.ui.forms.editors import editor_for
from nnstudio.ui.forms.typed import TextEditor
from nnstudio.ui.labels import Quiet


class FolderEditor(TextEditor):
    """Half a name is never a folder: what is typed counts when it is finished."""

    asked = Signal(str)
    """The user wants to choose a folder; the name that stands here."""

    def __init__(self, rule: Rule, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(rule, False, parent)
        self.choose = QPushButton(self.tr("C&hoose…"), self)
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._ask)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.choose)
        self.where = Quiet()
        self.show_prompt(self.tr("the usual place"))

    def parse(self, text: str) -> Any:
        return text.strip()

    def name_controls(self, label: str, help: str) -> None:
        super().name_controls(label, help)
        self.choose.setAccessibleName(self.tr("Choose: {}").format(label))

    def below(self) -> QWidget:
        return self.where

    def _ask(self) -> None:
        self.asked.emit(self.line.text().strip())


editor_for.register(Folder, FolderEditor)
