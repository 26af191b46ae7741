"""The model's table as rows for a view: plain values, kept up to date without losing place or selection."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from nnstudio.graph.table import Row
from nnstudio.layers.shapes import shown

NAME, KIND, SHAPE, PARAMETERS, SHARE = range(5)
SHARE_ROLE = Qt.ItemDataRole.UserRole
GROUP_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TableModel(QAbstractTableModel):
    """A row for every layer, in the order of the wires."""

    def __init__(self, bold: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._groups: list[str] = []
        self._total = 0
        self._bold = bold

    @property
    def ids(self) -> list[str]:
        """The layers, from the top."""
        return [row.id for row in self._rows]

    def show_rows(self, rows: Sequence[Row], groups: Sequence[str], total: int) -> None:
        """Show these rows; `total` are the multiplications of all. Rows that stay keep their place."""
        before, after = self.ids, [row.id for row in rows]
        if before != after:
            top, below = _same_ends(before, after)
            self._take(top, len(before) - below)
            self._put(top, list(rows[top : len(rows) - below]), list(groups[top : len(rows) - below]))
        self._rows, self._groups, self._total = list(rows), list(groups), total
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, SHARE))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else SHARE + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Layer"), self.tr("Kind"), self.tr("Output"), self.tr("Parameters"), self.tr("Multiplications"),
            )[section]  # fmt: skip
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == Qt.ItemDataRole.FontRole and self._bold:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == SHARE_ROLE:
            return row.multiplications / self._total if self._total else 0.0
        return self._groups[index.row()] if role == GROUP_ROLE else None

    def _text(self, row: Row, column: int) -> str:
        if column == NAME:
            return row.name
        if column == KIND:
            return row.kind
        if column == SHAPE:
            return shown(row.shape) if row.shape else ("" if self._bold else "?")
        if column == PARAMETERS:
            return f"{row.parameters:,}" if row.parameters or self._bold else "–"
        if self._bold:
            return f"{row.multiplications:,}"
        return f"{row.multiplications / self._total:.1%}" if row.multiplications else "–"

    def _tip(self, row: Row, column: int) -> str:
        if column == SHARE:
            return self.tr("{} multiplications for one sample").format(f"{row.multiplications:,}")
        if column == SHAPE and row.shape is None and not self._bold:
            return self.tr("Not known yet: something before it is missing or does not fit.")
        return self._text(row, column) if column == NAME else ""

    def _take(self, first: int, end: int) -> None:
        if end > first:
            self.beginRemoveRows(QModelIndex(), first, end - 1)
            del self._rows[first:end]
            del self._groups[first:end]
            self.endRemoveRows()

    def _put(self, first: int, rows: list[Row], groups: list[str]) -> None:
        if rows:
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows[first:first] = rows
            self._groups[first:first] = groups
            self.endInsertRows()


def _side(column: int) -> Qt.AlignmentFlag:
    return RIGHT if column in (SHAPE, PARAMETERS) else LEFT


def _same_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many are the same from the top, and then from below."""
    shorter = min(len(before), len(after))
    top = next((place for place in range(shorter) if before[place] != after[place]), shorter)
    rest = shorter - top
    return top, next((place for place in range(rest) if before[-1 - place] != after[-1 - place]), rest)
