"""Editing on a card: a line over its name or one of its fields. Enter takes it over, Escape does not."""

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from nnstudio.core.errors import StudioError
from nnstudio.core.fields import rules_of
from nnstudio.core.rules import typed
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph
from nnstudio.ui.canvas.faces import value_text
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.sizes import px

SMALLEST = 60


class InPlaceEditor(QObject):
    """Opens a line over a card when the view asks for it; a refused value is told and stays to be mended."""

    told = Signal(str)

    def __init__(self, scene: Scene, view: CanvasView) -> None:
        super().__init__(view)
        self._scene, self._view = scene, view
        self._line: _Line | None = None
        self._node, self._field, self._group = "", "", ""
        view.field_asked.connect(self.open)
        view.zoom_changed.connect(self.close)
        scene.document.graph_changed.connect(self.close)

    def open(self, node: str, field: str) -> None:
        """Open over a field, or over the name where no field is named."""
        self.close()
        self._node, self._field = node, field
        card = self._scene.card(node)
        area = card.field_rect(field) if field else card.title_rect()
        shown = self._scene.document.graph.node(node)
        text = value_text(getattr(shown.layer, field)) if field else shown.name
        line = self._opened(text, card.mapRectToScene(area), field.replace("_", " ") or self.tr("Name"))
        line.setPlaceholderText(shown.label if not field else "")

    def open_group(self, name: str) -> None:
        """Open over the name of a group."""
        self.close()
        self._group = name
        item = next(each for each in self._scene.groups() if each.name == name)
        self._opened(name, item.handle(), self.tr("Name of the group"))

    def _opened(self, text: str, area: QRectF, name: str) -> "_Line":
        line = self._line = _Line(text, self._view.viewport())
        line.setGeometry(self._place(area))
        line.setAccessibleName(name)
        line.entered.connect(self._take_over)
        line.given_up.connect(self.close)
        line.show()
        line.selectAll()
        line.setFocus(Qt.FocusReason.MouseFocusReason)
        return line

    def take_over(self) -> None:
        """End as with Enter, if anything was typed."""
        if self._line is not None and self._line.isModified():
            self._take_over(self._line.text())

    def close(self) -> None:
        """Go away without a change."""
        line, self._line = self._line, None
        self._group = ""
        if line is not None:
            line.blockSignals(True)
            line.hide()
            line.deleteLater()
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_over(self, text: str) -> None:
        what = self.tr("Rename")
        if self._field and not self._group:
            label = self._scene.document.graph.node(self._node).label
            what = self.tr("Change {} of {}").format(self._field.replace("_", " "), label)
        try:
            graph = self._edited(text)
        except StudioError as error:
            self.told.emit(str(error))
            if self._line is not None:
                self._line.show_refusal(str(error))
            return
        self.close()
        self._scene.document.edit(what, graph)

    def _edited(self, text: str) -> Graph:
        graph = self._scene.document.graph
        if self._group:
            return edits.rename_group(graph, self._group, text.strip())
        if not self._field:
            return edits.rename(graph, self._node, text.strip())
        value = typed(rules_of(type(graph.node(self._node).layer))[self._field], text)
        return edits.set_fields(graph, self._node, **{self._field: value})

    def _place(self, area: QRectF) -> QRect:
        box = self._view.mapFromScene(area).boundingRect()
        high = self._view.fontMetrics().height()
        return box.adjusted(-2, -1, max(2, px(SMALLEST) - box.width()), max(1, high - box.height()))


class _Line(QLineEdit):
    """One line that says how it was left."""

    entered = Signal(str)
    given_up = Signal()

    def show_refusal(self, sentence: str) -> None:
        """Stay open, marked, with the reason."""
        self.setProperty("refused", True)
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        self.style().unpolish(self)
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.entered.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Tab would leave the line before it is pressed in it.
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason):
            self.entered.emit(self.text())
