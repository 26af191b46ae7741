"""The counts of dead and saturated units, layer by layer, each with a bar for its share."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnstudio.training.health import Health
from nnstudio.ui.sizes import follow, px
from nnstudio.ui.theme import theme_of

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NAME, DEAD, SATURATED = range(3)
SHARE_ROLE = Role.UserRole
ROW = 12  # Pixels that a row is higher than its text.
BAR = 3
NOTHING = QModelIndex()


@dataclass(frozen=True)
class Count:
    """Of one layer, how many of its units are dead and how many saturated; None where they cannot be."""

    id: str
    name: str
    units: int
    dead: int | None
    saturated: int | None

    def of(self, column: int) -> int | None:
        """The count in a column."""
        return self.dead if column == DEAD else self.saturated


def counts_of(health: Health) -> tuple[Count, ...]:
    """Of all layers whose units can die or saturate."""
    return tuple(
        Count(layer.id, layer.name, layer.units, layer.dead, layer.saturated)
        for layer in health.layers
        if layer.dead is not None or layer.saturated is not None
    )


class CountModel(QAbstractTableModel):
    """A row for each layer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.counts: tuple[Count, ...] = ()

    def show_counts(self, counts: tuple[Count, ...]) -> None:
        """Show other figures; the rows stay where the layers are the same."""
        if [each.id for each in counts] != [each.id for each in self.counts]:
            self.beginResetModel()
            self.counts = counts
            self.endResetModel()
        elif counts != self.counts:
            self.counts = counts
            self.dataChanged.emit(self.index(0, NAME), self.index(len(counts) - 1, SATURATED))

    def rowCount(self, parent: Index = NOTHING) -> int:
        return 0 if parent.isValid() else len(self.counts)

    def columnCount(self, parent: Index = NOTHING) -> int:
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        names = (self.tr("Layer"), self.tr("Dead"), self.tr("Saturated"))
        about = (
            self.tr("Layers whose units can die or saturate"),
            self.tr("Units that gave the same answer to every sample looked at, and so pass no gradient on"),
            self.tr("Units near their lowest or highest answer for nearly all samples, where the curve is flat"),
        )  # fmt: skip
        return (names if role == Role.DisplayRole else about)[section]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        each, column = self.counts[index.row()], index.column()
        if column == NAME:
            return each.name if role in (Role.DisplayRole, Role.ToolTipRole) else None
        count = each.of(column)
        if role == SHARE_ROLE:
            return count / each.units if count is not None else 0.0
        if role == Role.DisplayRole:
            return "–" if count is None else self.tr("{} of {}").format(f"{count:,}", f"{each.units:,}")
        return None


class ShareDelegate(QStyledItemDelegate):
    """Paints a bar below a count."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        share = index.data(SHARE_ROLE) if index.column() != NAME else 0.0
        if not share:
            return
        room = QRectF(option.rect).adjusted(6, 0, -6, -2)
        room.setTop(room.bottom() - px(BAR))
        theme = theme_of(option.palette)
        painter.fillRect(room, theme.color("border"))
        room.setWidth(max(room.width() * share, 1.0))
        painter.fillRect(room, theme.color("warning"))


class CountTable(QTableView):
    """A quiet table: no grid, whole rows."""

    def __init__(self, model: CountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(ShareDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        follow(self._size_rows)
        across = self.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(self.tr("Dead and saturated units"))

    def _size_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + px(ROW))
