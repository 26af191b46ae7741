"""A quiet table: no grid, whole rows, nothing edited in place."""

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from nnstudio.ui.sizes import follow, px

ROW = 8  # Pixels that a row is higher than its text.
NARROWEST = 48


class QuietTable(QTableView):
    """What all tables of the studio have in common."""

    def __init__(self, model: QAbstractItemModel, narrowest: int = NARROWEST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        follow(self._size_rows)
        self.horizontalHeader().setHighlightSections(False)
        follow(self.horizontalHeader().setMinimumSectionSize, narrowest)

    def _size_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + px(ROW))
