"""The dialog of templates: every starting point with a picture, its title and what it is for."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.project.project import Project
from nnstudio.ui.labels import SMALLER, Heading
from nnstudio.ui.sizes import follow_screen, px, scaled
from nnstudio.ui.template_picture import paint_model
from nnstudio.ui.theme import GAP, RADIUS, Theme

Index = QModelIndex | QPersistentModelIndex
PROJECT = Qt.ItemDataRole.UserRole
PICTURE = QSize(224, 96)
ROW = PICTURE.height() + 2 * GAP
Role = QPalette.ColorRole


class TemplateDelegate(QStyledItemDelegate):
    """Paints a template: the picture at the left, words at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(2 * PICTURE.width()), px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box, state, project = option.rect, option.state, index.data(PROJECT)
        chosen, hovered = state & QStyle.StateFlag.State_Selected, state & QStyle.StateFlag.State_MouseOver
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(box).adjusted(4, 4, -4, -4)
        painter.setPen(theme.color("accent" if chosen else "panel"))
        painter.setBrush(theme.color("hover" if chosen or hovered else "panel"))
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        picture = QRectF(frame.left() + GAP, frame.top() + 4, px(PICTURE.width()), frame.height() - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("canvas"))
        painter.drawRoundedRect(picture, RADIUS, RADIUS)
        paint_model(painter, picture, project.graph, theme)
        self._paint_words(painter, frame.adjusted(px(PICTURE.width()) + 3 * GAP, GAP, -GAP, -GAP).toRect(), project)
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, project: Project) -> None:
        font = painter.font()
        title = scaled(font, 1.0, font.Weight.DemiBold)
        painter.setFont(title)
        painter.setPen(self._theme.color("text"))
        used = painter.boundingRect(room, int(Qt.TextFlag.TextWordWrap), project.title)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap), project.title)
        painter.setFont(scaled(font, SMALLER))
        painter.setPen(self._theme.color("dim"))
        painter.drawText(room.adjusted(0, used.height() + 4, 0, 0), int(Qt.TextFlag.TextWordWrap), project.description)


class TemplateDialog(QDialog):
    """Asks for a template; arrows and Enter do it too."""

    chosen = Signal(object)
    """The Project to begin with."""

    def __init__(self, templates: Sequence[Project], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("New from template"))
        self.setProperty("help", "commands#new-from-template")
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Templates"))
        self.list.setItemDelegate(TemplateDelegate(theme, self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        for project in templates:
            self._add(project)
        self.list.setCurrentRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.begin = QPushButton(self.tr("Begin"))
        self.begin.setDefault(True)
        buttons.addButton(self.begin, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._take)
        self.list.itemActivated.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(Heading(self.tr("Begin with a network that works, and change it.")))
        layout.addWidget(self.list)
        layout.addWidget(buttons)
        follow_screen(self, 680, 600)

    def _add(self, project: Project) -> None:
        item = QListWidgetItem(self.list)
        item.setText(project.title)
        item.setData(PROJECT, project)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{project.title}. {project.description}")

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None and self.isVisible():
            # Two signals may tell of one key.
            self.accept()
            self.chosen.emit(item.data(PROJECT))
