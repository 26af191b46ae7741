"""An offer beside a wire that does not fit: the reason, and one button that mends it."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.graph import edits
from nnstudio.graph.graph import Wire
from nnstudio.graph.legality import Objection
from nnstudio.graph.room import with_room
from nnstudio.ui.document import Document
from nnstudio.ui.sizes import px

WIDEST = 360


class Offer(QFrame):
    """Stands where a wire was dropped until it is taken, or something else is done."""

    told = Signal(str)

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._room = document, parent
        self._against: Objection | None = None
        self._wire: Wire | None = None
        self.setObjectName("offer")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self.button = QPushButton(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(12)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.button)
        self.button.clicked.connect(self._take)
        document.graph_changed.connect(self.hide)
        self.hide()

    def open(self, against: Objection, wire: Wire, at: QPoint) -> None:
        """Offer what mends a wire, near where it was dropped."""
        if against.bridge is None:
            return
        self._against, self._wire = against, wire
        self._words.setText(against.sentence)
        self.button.setText(self.tr("Insert {}").format(against.bridge.title))
        self.setFixedWidth(min(px(WIDEST), self._room.width() - 16))
        self.adjustSize()
        x = max(8, min(at.x() - self.width() // 2, self._room.width() - self.width() - 8))
        y = max(8, min(at.y() + 24, self._room.height() - self.height() - 8))
        self.move(x, y)
        self.show()
        self.raise_()
        self.button.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self._room.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        self.hide()
        self._room.setFocus(Qt.FocusReason.PopupFocusReason)
        if self._against is None or self._against.bridge is None or self._wire is None:
            return
        try:
            before = self._document.graph
            graph = with_room(before, edits.insert(before, self._wire, self._against.bridge))
        except StudioError as error:
            self.told.emit(str(error))
        else:
            self._document.edit(self.button.text(), graph)
