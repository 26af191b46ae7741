"""The palette: every layer there is, by group and by search. Drag one to the canvas, or press Enter to append it."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QLineEdit, QStackedLayout, QTreeView, QVBoxLayout, QWidget

from nnstudio.layers.base import layers
from nnstudio.ui.commands import Commands
from nnstudio.ui.document import Document
from nnstudio.ui.labels import Quiet
from nnstudio.ui.layer_model import KIND, LayerDelegate, LayerModel
from nnstudio.ui.layer_picture import HANDLE, picture_of
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import GAP, theme_of

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NARROWEST = 150
LOWEST = 44  # Pixels; two layers can be seen.


class SearchLine(QLineEdit):
    """A line to search in: Down goes on to what was found, Escape shows everything again."""

    down_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class LayerView(QTreeView):
    """The list itself: groups that fold, layers that can be dragged away or taken with Enter."""

    taken = Signal(QModelIndex)
    left_upwards = Signal()

    def __init__(self, model: LayerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(LayerDelegate(self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QTreeView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._fold)
        self.doubleClicked.connect(self._take)
        model.filled.connect(self.expandAll)
        self.expandAll()

    def first(self) -> QModelIndex:
        """The first layer in the list."""
        top = self.model().index(0, 0)
        return top if not top.isValid() or top.data(KIND) else self.model().index(0, 0, top)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.currentIndex()
        if event.key() in ENTER and here.isValid():
            self._take(here)
            self._fold(here)
        elif event.key() == Qt.Key.Key_Up and here == self.model().index(0, 0):
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        drag = self.drag_of(self.currentIndex())
        if drag is not None:
            drag.exec(Qt.DropAction.CopyAction)

    def drag_of(self, index: QModelIndex) -> QDrag | None:
        """What is dragged from a row: the layer's kind, seen as the card that it will be."""
        kind = index.data(KIND)
        if not kind:
            return None
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData([index]))
        drag.setPixmap(picture_of(layers().find(kind)(), theme_of(self.palette()), self.devicePixelRatioF()))
        drag.setHotSpot(HANDLE)
        return drag

    def _take(self, index: QModelIndex) -> None:
        if index.data(KIND):
            self.taken.emit(index)

    def _fold(self, index: QModelIndex) -> None:
        if not index.data(KIND):
            self.setExpanded(index, not self.isExpanded(index))


class Palette(QWidget):
    """All layers. Enter or a double click appends one behind the selected layer, or else behind the last."""

    append_requested = Signal(str)
    """The kind of a layer that should be appended."""

    def __init__(self, document: Document, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = Commands(document, selection, self)
        follow(self.setMinimumWidth, NARROWEST)
        self.setAccessibleName(self.tr("Layers"))
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.model = LayerModel(self)
        self.search = SearchLine(self)
        self.search.setPlaceholderText(self.tr("Search layers"))
        self.search.setAccessibleName(self.tr("Search layers"))
        self.search.setToolTip(self.tr("Type a name and press Enter to append the layer"))
        self.search.setClearButtonEnabled(True)
        self.view = LayerView(self.model, self)
        self.view.setAccessibleName(self.tr("Layers"))
        follow(self.view.setMinimumHeight, LOWEST)
        self.nothing = Quiet(parent=self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(GAP, 2 * GAP, GAP, GAP)
        self._lay_out()
        self._connect()

    def append(self, kind: str) -> None:
        """Append a layer of this kind and wire it; it is selected then."""
        self._commands.append(layers().find(kind)())

    def _lay_out(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.nothing)
        top = QVBoxLayout()
        top.setContentsMargins(GAP, GAP, GAP, 0)
        top.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addLayout(self._stack)

    def _connect(self) -> None:
        self.append_requested.connect(self.append)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._take_first)
        self.search.down_pressed.connect(self._go_into_list)
        self.view.taken.connect(self._take)
        self.view.left_upwards.connect(self.search.setFocus)

    def _find(self, text: str) -> None:
        self.model.show_found(text)
        found = self.view.first()
        self._stack.setCurrentWidget(self.view if found.isValid() else self.nothing)
        self.nothing.setText(self.tr("No layer is called “{}”.").format(text.strip()[:40]))
        if text.strip() and found.isValid():
            # The marked one is what Enter takes.
            self.view.setCurrentIndex(found)

    def _take_first(self) -> None:
        if self.search.text().strip() and self.view.first().isValid():
            self._take(self.view.first())
            # The next name replaces this one.
            self.search.selectAll()

    def _take(self, index: QModelIndex) -> None:
        self.append_requested.emit(index.data(KIND))

    def _go_into_list(self) -> None:
        if self.view.first().isValid():
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.view.first())
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
