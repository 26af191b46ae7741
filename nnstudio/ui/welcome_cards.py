"""Lists of things to choose on the welcome: cards side by side, or lines; a click takes one, arrows and Enter too."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nnstudio.ui.sizes import px
from nnstudio.ui.theme import RADIUS, theme_of

Index = QModelIndex | QPersistentModelIndex
OFFER = Qt.ItemDataRole.UserRole
TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
APART = 4  # Half of the gap between two cards.
WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)


class CardDelegate(QStyledItemDelegate):
    """Paints the frame of a card; what is on it, subclasses do."""

    narrowest = 200.0
    """How wide a card must be at least, where letters have their usual size; 0: as wide as the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme_of(QApplication.palette())

    def height(self, metrics: QFontMetricsF) -> float:
        """How high a card is, in letters of this size."""
        raise NotImplementedError

    def paint_card(self, painter: QPainter, room: QRectF, index: Index) -> None:
        """Paint what is on the card."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        # Not the palette of the list, whose ground is clear.
        self.theme = theme_of(QApplication.palette())
        box, state = QRectF(option.rect), option.state
        here = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        # All of the gap at one side: the first card of a row stands right below the heading.
        frame = box.adjusted(1, 1, -2 * APART, -2 * APART)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_frame(painter, frame, here, hovered)
        self.paint_card(painter, frame, index)
        painter.restore()

    def paint_frame(self, painter: QPainter, frame: QRectF, here: bool, hovered: bool) -> None:
        """Paint a card's ground and edge."""
        painter.setPen(QPen(self.theme.color("accent" if here else "border"), 2 if here else 1))
        painter.setBrush(self.theme.color("hover" if hovered else "panel"))
        painter.drawRoundedRect(frame, RADIUS, RADIUS)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        assert isinstance(view, CardList)
        return view.cell()


class CardList(QListWidget):
    """Cards that share the width of the list."""

    chosen = Signal(object)
    """What stands on the card that was taken."""

    def __init__(self, name: str, delegate: type[CardDelegate], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.delegate = delegate(self)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # The cards lie on the sheet itself.
        self.setStyleSheet("QListView { background: transparent; }")
        self.setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if delegate.narrowest:
            self.setViewMode(QListView.ViewMode.IconMode)
            self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.rows = 0  # How many it would like to show; 0: as many as there is room for.
        self.itemClicked.connect(self._take)

    def add(self, offer: object, name: str, about: str) -> None:
        """Put a card at the end; its words are for a screen reader."""
        item = QListWidgetItem(self)
        item.setData(OFFER, offer)
        item.setText(name)
        item.setToolTip(about)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}. {about}" if about else name)
        if self.count() == 1:
            # Where Enter and the arrows begin.
            self.setCurrentRow(0)

    def cell(self) -> QSize:
        """The room of one card: as many side by side as there is width for."""
        # Room for the scroll bar is kept free by the list itself.
        bar = self.verticalScrollBar().sizeHint().width() + 1
        width, narrowest = self.maximumViewportSize().width() - bar, px(self.delegate.narrowest)
        columns = max(1, width // narrowest) if narrowest else 1
        height = self.delegate.height(QFontMetricsF(self.font())) + 2 * APART
        return QSize(max(1, width // columns), round(height))

    def height_of(self, rows: int) -> int:
        """How high the list must be to show so many rows."""
        return rows * self.cell().height()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.height_of(self.rows or 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(self.delegate.narrowest), self.height_of(1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.viewMode() is QListView.ViewMode.IconMode:
            self.setGridSize(self.cell())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in TAKING:
            self._take(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(OFFER))
