"""Writing on a note: a field over it. Leaving it or Ctrl+Enter takes the text over, Escape does not."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.commands import Commands
from nnstudio.ui.sizes import px

SMALLEST = 160, 70


class NoteEditor(QObject):
    """Opens over a note when the view asks for it."""

    def __init__(self, scene: Scene, view: CanvasView, commands: Commands) -> None:
        super().__init__(view)
        self._scene, self._view, self._commands = scene, view, commands
        self._text: _Text | None = None
        self._note = ""
        view.note_asked.connect(self.open)
        view.zoom_changed.connect(self.close)
        scene.document.graph_changed.connect(self.close)

    def open(self, note: str) -> None:
        """Open over a note."""
        self.close()
        self._note = note
        item = next(each for each in self._scene.notes() if each.id == note)
        box = self._view.mapFromScene(item.sceneBoundingRect()).boundingRect()
        self._text = _Text(self._scene.document.graph.note(note).text, self._view.viewport())
        self._text.setAccessibleName(self.tr("Note"))
        self._text.setGeometry(box.x(), box.y(), max(box.width(), px(SMALLEST[0])), max(box.height(), px(SMALLEST[1])))
        self._text.left.connect(self._take_over)
        self._text.given_up.connect(self.close)
        self._text.show()
        self._text.selectAll()
        self._text.setFocus(Qt.FocusReason.MouseFocusReason)

    def take_over(self) -> None:
        """End as with Ctrl+Enter, if anything was typed."""
        if self._text is not None and self._text.document().isModified():
            self._take_over(self._text.toPlainText())

    def close(self) -> None:
        """Go away without a change."""
        text, self._text = self._text, None
        if text is not None:
            text.blockSignals(True)
            text.hide()
            text.deleteLater()
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_over(self, text: str) -> None:
        self.close()
        self._commands.write_note(self._note, text.strip())


class _Text(QPlainTextEdit):
    """Several lines that say how they were left."""

    left = Signal(str)
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.left.emit(self.toPlainText())
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason):
            self.left.emit(self.toPlainText())
