"""The table of runs: each with its colour and its name, which can be changed; pinned ones stand above the others."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRect, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnstudio.live.record import Record
from nnstudio.ui.icons import icon_of
from nnstudio.ui.panels.figure_model import ABOUT_ROLE, FigureModel, Index, Role, SortedFigures
from nnstudio.ui.panels.figure_view import FigureTable
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import theme_of

SWATCH, PIN = 11, 14
NAME = 0  # Its column.
INDENT = " " * 6
LONGEST_NAME = 60


class RunModel(FigureModel):
    """A row for every run, in the order in which they began. Names can be changed."""

    renamed = Signal(object, str)
    """A Record and what the user wants to call it."""

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        found = super().data(index, role)
        if role == Role.AccessibleTextRole and index.column() == NAME and self.rows[index.row()].about.pinned:
            return self.tr("{}, pinned").format(found)
        return found

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole or index.column() != NAME:
            return False
        self.renamed.emit(self.rows[index.row()].about, str(value).strip()[:LONGEST_NAME])
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags


class SortedRuns(SortedFigures):
    """Run 10 comes after run 9, and a pinned one before all others."""

    def comes_first(self, about: Any) -> bool:
        return bool(about.pinned)

    def lessThan(self, left: Index, right: Index) -> bool:
        one, other = left.data(ABOUT_ROLE), right.data(ABOUT_ROLE)
        if left.column() == NAME and one.pinned is other.pinned:
            return bool(one.number < other.number)
        return super().lessThan(left, right)


class RunDelegate(QStyledItemDelegate):
    """Paints a run's colour before its name, and a pin behind."""

    def __init__(self, colour: Callable[[Record], QColor], parent: QObject) -> None:
        super().__init__(parent)
        self._colour = colour

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        record = index.data(ABOUT_ROLE)
        if index.column() != NAME or not isinstance(record, Record):
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        theme, box = theme_of(option.palette), option.rect
        middle, begin = box.center().y() + 1, box.left() + 6
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # On the colour of the selection not every other can be seen.
        for ink, width in ((theme.color("panel"), 6), (self._colour(record), 3))[0 if chosen else 1 :]:
            painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(begin, middle, begin + px(SWATCH), middle)
        if record.pinned:
            place = QRect(box.right() - px(PIN) - 3, middle - px(PIN) // 2, px(PIN), px(PIN))
            icon_of("pin", theme, theme.on_accent if chosen else theme.dim).paint(painter, place)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if index.column() == NAME:
            option.text = INDENT + option.text


class RunTable(FigureTable):
    """A double click on its name renames a run."""

    pin_asked = Signal()
    remove_asked = Signal()

    def __init__(self, model: SortedRuns, colour: Callable[[Record], QColor], parent: QWidget | None = None) -> None:
        super().__init__(model, "", parent)
        self.setAccessibleName(self.tr("Runs"))
        self.setAccessibleDescription(self.tr("F2 renames, P pins, Delete removes, Ctrl+C copies."))
        self.setItemDelegate(RunDelegate(colour, self))
        edits = QAbstractItemView.EditTrigger
        self.setEditTriggers(edits.DoubleClicked | edits.EditKeyPressed)

    @property
    def records(self) -> list[Record]:
        """The chosen runs, from the top."""
        return self.abouts

    def keys(self) -> dict[Qt.Key, SignalInstance]:
        return {Qt.Key.Key_Delete: self.remove_asked, Qt.Key.Key_P: self.pin_asked}
