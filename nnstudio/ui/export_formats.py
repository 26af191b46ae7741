"""The list of formats to export to, each with a line that says what it is for."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nnstudio.export.base import Exporter
from nnstudio.help.book import topic_of
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.sizes import follow, px, scaled
from nnstudio.ui.theme import GAP, RADIUS, theme_of

Index = QModelIndex | QPersistentModelIndex
ABOUT = Qt.ItemDataRole.UserRole
FIRST = ("onnx", "torch", "keras", "numpy")  # Those that hold the whole model; others follow by their names.
TITLE = 160  # Pixels for the titles, so that the lines stand under each other.
ROW = 12  # Pixels that a row is higher than its text.


class FormatDelegate(QStyledItemDelegate):
    """The title, and beside it what the format is for."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(2 * TITLE), option.fontMetrics.height() + px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box = theme_of(option.palette), option.rect
        chosen, on = option.state & QStyle.StateFlag.State_Selected, option.state & QStyle.StateFlag.State_Enabled
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(theme.color("accent" if chosen and on else "hover"))
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.color("text" if on else "dim"))
        painter.setFont(scaled(option.font, 1.0, option.font.Weight.DemiBold))
        painter.drawText(box.adjusted(GAP + 2, 0, 0, 0), middle, index.data())
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        painter.setFont(scaled(option.font, SMALLER))
        painter.drawText(box.adjusted(px(TITLE) + GAP, 0, -GAP, 0), middle, index.data(ABOUT))
        painter.restore()


class FormatList(QListWidget):
    """One of them is always chosen."""

    chosen = Signal(object)
    """The Exporter."""

    def __init__(self, offered: Sequence[Exporter], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        first = {kind: place for place, kind in enumerate(FIRST)}
        self.offered = sorted(offered, key=lambda each: (first.get(each.kind, len(first)), each.title.lower()))
        self.setAccessibleName(self.tr("Formats"))
        self.setItemDelegate(FormatDelegate(self))
        self.setMouseTracking(True)
        for each in self.offered:
            item = QListWidgetItem(each.title, self)
            item.setData(ABOUT, each.about)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{each.title}. {each.about}")
            item.setToolTip(each.lacking)
            item.setWhatsThis(topic_of(each))
        follow(self._take_height)
        self.currentRowChanged.connect(self._tell)

    def choose(self, row: int) -> None:
        """Choose a format by its place in the list."""
        self.setCurrentRow(row)

    def _take_height(self) -> None:
        self.setFixedHeight(len(self.offered) * self.sizeHintForRow(0) + 2 * self.frameWidth() + 4)

    def _tell(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(self.offered[row])
