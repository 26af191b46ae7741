"""What an empty canvas says: how a model begins."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.document import Document
from nnstudio.ui.sizes import px

WIDEST = 360


class Invitation(QLabel):
    """Stands in the middle of the canvas while there is nothing on it; the hand reaches through."""

    def __init__(self, document: Document, view: CanvasView) -> None:
        super().__init__(view)
        self._document, self._view = document, view
        self.setObjectName("invitation")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        begin = self.tr("Drag an Input from the list of layers to here, or double-click and type its name.")
        other = self.tr("Ctrl+Shift+N shows networks that work, to begin with.")
        self.setText(f"{begin}\n\n{other}")
        document.graph_changed.connect(self._follow)
        view.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _follow(self) -> None:
        graph = self._document.graph
        self.setVisible(not graph.nodes and not graph.notes)
        self._place()

    def _place(self) -> None:
        self.setFixedWidth(max(min(px(WIDEST), self._view.width() - 32), 1))
        self.adjustSize()
        self.move((self._view.width() - self.width()) // 2, (self._view.height() - self.height()) // 2)
