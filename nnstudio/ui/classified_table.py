"""The table of pictures that were classified: each small, with its answer, or with what is wrong with its file."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from nnstudio.core.files import shown
from nnstudio.ui.actions import tr
from nnstudio.ui.classifying import SMALL, Seen
from nnstudio.ui.panels.draw_answer import percent
from nnstudio.ui.panels.figure_model import LEFT, RIGHT, Cell, Column, FigureModel, Index, Role, Row, SortedFigures
from nnstudio.ui.panels.figure_view import FigureTable
from nnstudio.ui.sizes import follow, follow_size, px

FILE, PROBABILITY, SECOND_PROBABILITY, PROBLEM = 0, 2, 4, 5
WIDTHS = {FILE: 200, 1: 80, PROBABILITY: 100, 3: 100, SECOND_PROBABILITY: 110}
ROOM = 6  # Pixels around a small picture.


def columns() -> tuple[Column, ...]:
    """What is known of a picture."""
    return (
        Column("file", tr("File")), Column("answer", tr("Answer")), Column("probability", tr("Probability"), percent),
        Column("second", tr("Second best")), Column("second_probability", tr("Its probability"), percent),
        Column("problem", tr("Problem")),
    )  # fmt: skip


class SeenModel(FigureModel):
    """A row for each picture, in the order in which they were asked about."""

    def begin(self, folder: str) -> None:
        """Forget all; names are shown as they are in this folder, or alone where there is none."""
        self._folder = folder
        self.beginResetModel()
        self.columns, self.rows = columns(), ()
        self.endResetModel()

    def add(self, seen: Sequence[Seen]) -> None:
        """Some more."""
        rows = tuple(Row(each, self._cells(each)) for each in seen)
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
        self.rows += rows
        self.endInsertRows()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if index.column() == FILE:
            seen: Seen = self.rows[index.row()].about
            if role == Role.DecorationRole:
                return seen.small
            if role == Role.ToolTipRole:
                return seen.path
        return super().data(index, role)

    def _cells(self, seen: Seen) -> dict[str, Cell]:
        name = os.path.relpath(seen.path, self._folder) if self._folder else os.path.basename(seen.path)
        if seen.answer is None:
            # The folder is the same in every row, and would leave no room for the reason.
            return {"file": name, "problem": seen.reason.replace(shown(seen.path), name)}
        found = seen.answer
        return {
            "file": name, "answer": found.answer, "probability": found.probability, "second": found.second,
            "second_probability": found.second_probability, "problem": "",
        }  # fmt: skip

    def _side(self, place: int) -> Qt.AlignmentFlag:
        # Known beforehand: a look at all rows would take long where there are many.
        return RIGHT if place in (PROBABILITY, SECOND_PROBABILITY) else LEFT


class SeenTable(FigureTable):
    """A double click, or Enter, asks for a picture on the pad."""

    entered = Signal()
    wanted = Signal(str)
    """The path of a picture that could be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.seen = SeenModel()
        super().__init__(SortedFigures(self.seen), tr("Classified pictures"), parent)
        self.seen.setParent(self)
        self.sorted.setParent(self)
        self.seen.begin("")
        follow_size(self.setIconSize, SMALL, SMALL)
        follow(self.verticalHeader().setDefaultSectionSize, SMALL + ROOM)
        follow(self._size_columns)
        self.horizontalHeader().setStretchLastSection(True)
        self.setColumnHidden(PROBLEM, True)
        self.doubleClicked.connect(self._want)
        self.entered.connect(self._want)

    def begin(self, folder: str) -> None:
        """Empty."""
        self.seen.begin(folder)
        self.setColumnHidden(PROBLEM, True)

    def add(self, seen: Sequence[Seen]) -> None:
        """Some more rows; what is wrong with files is shown as soon as there is one."""
        self.seen.add(seen)
        if any(each.reason for each in seen):
            self.setColumnHidden(PROBLEM, False)

    def keys(self) -> dict[Qt.Key, SignalInstance]:
        return {Qt.Key.Key_Return: self.entered, Qt.Key.Key_Enter: self.entered}

    def _size_columns(self) -> None:
        for place, width in WIDTHS.items():
            self.setColumnWidth(place, px(width))

    def _want(self, *_: object) -> None:
        current = self.currentIndex()
        if current.isValid() and self.sorted.about(current.row()).answer is not None:
            self.wanted.emit(self.sorted.about(current.row()).path)
