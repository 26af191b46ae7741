"""The canvas as one widget: scene, view, overview, and what opens over it."""

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.graph.graph import Wire
from nnstudio.graph.legality import Objection
from nnstudio.layers.base import layers
from nnstudio.ui.canvas.in_place import InPlaceEditor
from nnstudio.ui.canvas.invitation import Invitation
from nnstudio.ui.canvas.minimap import Minimap
from nnstudio.ui.canvas.note_editor import NoteEditor
from nnstudio.ui.canvas.offer import Offer
from nnstudio.ui.canvas.quick_add import Choice, Finder
from nnstudio.ui.canvas.reason import Reason
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.commands import Commands
from nnstudio.ui.document import Document
from nnstudio.ui.layer_model import grouped_layers
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

GAP = 12
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
NUDGE = 8.0


class Canvas(QWidget):
    """Shows the model and takes every gesture."""

    told = Signal(str)

    def __init__(
        self, document: Document, selection: Selection, commands: Commands, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._commands = document, selection, commands
        self.scene = Scene(document, selection, theme, self)
        self.view = CanvasView(self.scene, theme, self)
        self.minimap = Minimap(self.scene, self.view, theme)
        self.editor = InPlaceEditor(self.scene, self.view)
        self.writing = NoteEditor(self.scene, self.view, commands)
        self.offer = Offer(document, self.view)
        self.reason = Reason(self.view)
        self.invitation = Invitation(document, self.view)
        self.adding = Finder(self.tr("Add a layer"), _layer_choices, self.view)
        self.searching = Finder(self.tr("Find a layer"), self._node_choices, self.view)
        self._add_at: tuple[float, float] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.setProperty("help", "commands#on-the-canvas")
        self.view.told.connect(self.told)
        self.view.mend_offered.connect(self._offer_to_mend)
        self.offer.told.connect(self.told)
        self.editor.told.connect(self.told)
        self.view.quick_add_asked.connect(self._add_there)
        self.view.key_pressed.connect(self.take_key)
        self.adding.chosen.connect(self._add)
        self.searching.chosen.connect(self.go_to)
        selection.selection_changed.connect(self._show_chosen)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self.view.show_theme(theme)
        self.minimap.show_theme(theme)

    def quick_add(self) -> None:
        """Ask for a layer to put behind the chosen one."""
        self._add_at = None
        self.adding.open(self._beside_chosen())

    def search(self) -> None:
        """Ask for a layer to go to."""
        self.searching.open(QPoint(GAP, GAP))

    def add_note(self) -> None:
        """Put a note in the middle of what is in sight, and write on it."""
        place = self.view.mapToScene(self.view.viewport().rect().center())
        self._commands.add_note(self.tr("Note"), (place.x(), place.y()))
        self.writing.open(self._document.graph.notes[-1].id)

    def group(self) -> None:
        """Gather the chosen layers, and ask for the group's name."""
        if self._selection.nodes:
            self.editor.open_group(self._commands.group())

    def take_over(self) -> None:
        """What is half typed on a card or a note becomes part of the model, as when its line is left."""
        self.editor.take_over()
        self.writing.take_over()

    def rename(self) -> None:
        """Ask for another name of the chosen group, or of the chosen layer."""
        if self._selection.only_group:
            self.editor.open_group(self._selection.only_group)
        elif self._selection.only_node:
            self.editor.open(self._selection.only_node, "")

    def go_to(self, id: str) -> None:
        """Choose a layer and bring it into sight."""
        self._selection.choose([id])
        self.view.show_node(id)

    def take_key(self, event: QKeyEvent) -> None:
        """Arrow keys walk along the wires; with Alt they move what is chosen. Tab adds; Enter edits."""
        event.setAccepted(self._took(event))

    def _took(self, event: QKeyEvent) -> bool:
        if event.key() in ARROWS:
            x, y = ARROWS[Qt.Key(event.key())]
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._commands.nudge(NUDGE * x, NUDGE * y)
            elif x:
                self._commands.walk(x)
            else:
                self._commands.walk_across(y)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selection.only_node:
            face = self.scene.card(self._selection.only_node).face
            self.editor.open(self._selection.only_node, face.lines[0].field if face.lines else "")
            return True
        if event.key() == Qt.Key.Key_Tab:
            self.quick_add()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.minimap.place()

    def _offer_to_mend(self, against: Objection, wire: Wire, position: QPointF) -> None:
        self.offer.open(against, wire, self.view.mapFromScene(position))

    def _add_there(self, position: QPointF) -> None:
        self._add_at = (position.x(), position.y())
        self.adding.open(self.view.mapFromScene(position))

    def _add(self, kind: str) -> None:
        self._commands.append(layers().find(kind)(), self._add_at)

    def _beside_chosen(self) -> QPoint:
        chosen = self._selection.only_node
        if chosen is None:
            return self.view.viewport().rect().center()
        card = self.scene.card(chosen)
        return self.view.mapFromScene(card.mapToScene(card.outline().topRight() + QPointF(24, 0)))

    def _node_choices(self) -> list[Choice]:
        nodes = self._document.graph.nodes
        kinds = {node.id: "" if node.label.startswith(node.layer.title) else node.layer.title for node in nodes}
        return [Choice(node.id, node.label, kinds[node.id], f"{node.id} {node.layer.title}") for node in nodes]

    def _show_chosen(self) -> None:
        chosen = self._selection.only_node
        if chosen is not None and not self.view.viewport().underMouse():
            self.view.show_node(chosen)


def _layer_choices() -> list[Choice]:
    # In the order of the palette: what comes first is what a model begins with.
    found = (layer for _, members in grouped_layers() for layer in members)
    return [Choice(each.kind, each.title, each.group, (each.__doc__ or "").partition("\n")[0]) for each in found]
