"""The list of lessons, while none is under way."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from nnstudio.lessons.base import Lesson
from nnstudio.ui.labels import Quiet
from nnstudio.ui.theme import GAP


class LessonList(QWidget):
    """Choose one and begin it; Enter and a double click do it too."""

    chosen = Signal(str)
    """The kind of a lesson."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lessons: list[type[Lesson]] = []
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Lessons"))
        self.about = Quiet(parent=self)
        self.begin = QPushButton(self.tr("Begin"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        words = self.tr("Text, a project to begin with, and goals that are checked while you work.")
        column.addWidget(Quiet(words, self))
        column.addWidget(self.list, 1)
        column.addWidget(self.about)
        column.addWidget(self.begin)
        self.list.currentRowChanged.connect(self._show_about)
        self.list.itemActivated.connect(self._choose)
        self.begin.clicked.connect(self._choose)

    def show_lessons(self, lessons: Sequence[type[Lesson]]) -> None:
        """Show these, in this order."""
        self._lessons = list(lessons)
        self.list.clear()
        for lesson in self._lessons:
            QListWidgetItem(lesson.title, self.list).setToolTip(lesson.about)
        self.list.setCurrentRow(0)

    @Slot(int)
    def _show_about(self, row: int) -> None:
        self.about.setText(f"{self._lessons[row].about}." if row >= 0 else "")

    @Slot()
    def _choose(self, *_: object) -> None:
        if self.list.currentRow() >= 0:
            self.chosen.emit(self._lessons[self.list.currentRow()].kind)
