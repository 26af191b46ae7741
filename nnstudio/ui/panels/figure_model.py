"""A table of settings and figures as rows for a view: sorted by any column, filtered by words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ABOUT_ROLE, CELL_ROLE = Role.UserRole, Role.UserRole + 1
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
UNKNOWN = "–"
ARROWS = {Qt.SortOrder.AscendingOrder: "▴", Qt.SortOrder.DescendingOrder: "▾"}
Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column: its key, what stands above it, and how its numbers are shown."""

    key: str
    title: str
    words: Callable[[Any], str] = str
    setting: bool = False
    """Whether it is a setting, not a result."""

    def text(self, cell: Cell) -> str:
        """What stands in a cell."""
        if cell is None:
            return UNKNOWN
        return cell if isinstance(cell, str) else self.words(cell)


@dataclass(frozen=True)
class Row:
    """What a row is about, which stays the same while its cells change, and its cells by the keys of the columns."""

    about: Any
    cells: Mapping[str, Cell]


class FigureModel(QAbstractTableModel):
    """Rows in the order in which they came."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> bool:
        """Show these; whether the columns are others than before, or rows have gone."""
        count = len(self.rows)
        same = self.columns == tuple(columns) and [each.about for each in self.rows] == [
            each.about for each in rows[:count]
        ]
        if not same:
            self.beginResetModel()
            self.columns, self.rows = tuple(columns), tuple(rows)
            self.endResetModel()
            return True
        changed = [place for place in range(count) if self.rows[place].cells != rows[place].cells]
        self.rows = tuple(rows[:count])
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(columns) - 1))
        if len(rows) > count:
            self.beginInsertRows(QModelIndex(), count, len(rows) - 1)
            self.rows = tuple(rows)
            self.endInsertRows()
        return False

    def cell(self, row: int, place: int) -> Cell:
        """A value as it is."""
        return self.rows[row].cells.get(self.columns[place].key)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Role.DisplayRole:
            return self.columns[section].title
        if role == Role.AccessibleTextRole:
            return self.columns[section].title.replace("\n", " ")
        return self._side(section) if role == Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        column, cell = self.columns[index.column()], self.cell(index.row(), index.column())
        if role in (Role.DisplayRole, Role.EditRole, Role.AccessibleTextRole):
            return column.text(cell)
        if role == Role.ToolTipRole:
            # With all its digits.
            return repr(cell) if isinstance(cell, float) else column.text(cell)
        if role == Role.TextAlignmentRole:
            return self._side(index.column())
        if role == ABOUT_ROLE:
            return self.rows[index.row()].about
        return cell if role == CELL_ROLE else None

    def _side(self, place: int) -> Qt.AlignmentFlag:
        numbers = (isinstance(self.cell(row, place), int | float) for row in range(len(self.rows)))
        return RIGHT if any(numbers) else LEFT


class SortedFigures(QSortFilterProxyModel):
    """Sorted and filtered. What is not known comes last, whichever way it is sorted."""

    def __init__(self, source: FigureModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self._words: list[str] = []
        self.setSourceModel(source)
        self.setDynamicSortFilter(True)

    def filter_by(self, words: str) -> None:
        """Show only rows in which each of the words stands somewhere."""
        self._words = words.casefold().split()
        self.invalidate()

    def about(self, row: int) -> Any:
        """What a row is about, counted as it is shown."""
        return self.source.rows[self.mapToSource(self.index(row, 0)).row()].about

    def shown(self) -> list[Row]:
        """All rows that are shown, from the top."""
        places = (self.mapToSource(self.index(row, 0)).row() for row in range(self.rowCount()))
        return [self.source.rows[place] for place in places]

    def comes_first(self, about: Any) -> bool:
        """Whether a row stands above all others, however they are sorted."""
        return False

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        title = super().headerData(section, orientation, role)
        if role != Role.DisplayRole or section != self.sortColumn() or not isinstance(title, str):
            return title
        first, *rest = title.split("\n")
        return "\n".join([f"{first} {ARROWS[self.sortOrder()]}", *rest])

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        cells = self.source.rows[row].cells
        text = " ".join(each.text(cells.get(each.key)) for each in self.source.columns).casefold()
        return all(word in text for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        down = self.sortOrder() is Qt.SortOrder.DescendingOrder
        firsts = [self.comes_first(each.data(ABOUT_ROLE)) for each in (left, right)]
        if firsts[0] is not firsts[1]:
            return firsts[0] is not down
        a, b = left.data(CELL_ROLE), right.data(CELL_ROLE)
        if (a is None) is not (b is None):
            return (b is None) is not down
        return rank(a) < rank(b)


def rank(cell: Cell) -> tuple[int, float, str]:
    """By what cells are sorted: numbers by their size, before words."""
    return (1, 0.0, cell.casefold()) if isinstance(cell, str) else (0, cell or 0.0, "")


def as_lines(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Rows as words with tabs between them, with all digits, which a spreadsheet takes."""
    lines = [[column.title.replace("\n", " ") for column in columns]]
    lines += [[_written(row.cells.get(column.key)) for column in columns] for row in rows]
    return "\n".join("\t".join(line) for line in lines)


def _written(cell: Cell) -> str:
    return "" if cell is None else repr(cell) if isinstance(cell, float) else str(cell)
