"""Gestures: what the hand does on the canvas, each an object with a move, an end and a way back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication, QGraphicsRectItem

from nnstudio.graph import edits
from nnstudio.graph.graph import Graph, Wire
from nnstudio.graph.legality import Objection, objections
from nnstudio.ui.canvas.card import REACH, Card
from nnstudio.ui.canvas.routing import route
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.wire import WireItem
from nnstudio.ui.theme import Theme

Keys = Qt.KeyboardModifier
GRID = 8.0


@dataclass(frozen=True)
class Hearing:
    """Who hears of a gesture: sentences for the status bar, and offers to mend a wire, with the place."""

    told: Callable[[str], None]
    offered: Callable[[Objection, Wire, QPointF], None]


def tr(text: str) -> str:
    """The name of an edit in the user's language."""
    return QCoreApplication.translate("", text)


class Gesture:
    """One press, its moves and its end. Until the end the document knows nothing of it."""

    def move(self, position: QPointF, keys: Keys) -> None:
        """The hand is at another place."""

    def finish(self, position: QPointF, keys: Keys) -> None:
        """The hand lets go."""

    def cancel(self) -> None:
        """Escape: as if nothing had been done."""


class Move(Gesture):
    """Drags the chosen cards and notes; a click without a drag only chooses. What is held may be a group as a whole."""

    def __init__(self, scene: Scene, held: Iterable[str], position: QPointF, keys: Keys) -> None:
        self._scene, self._start, self._all = scene, position, frozenset(held)
        self._held = min(self._all)
        self._moving = False
        self._toggles = bool(keys & (Keys.ShiftModifier | Keys.ControlModifier))
        selection = scene.selection
        self._was_chosen = self._all <= selection.nodes | selection.notes
        if self._toggles:
            selection.toggle(self._all)
        elif not self._was_chosen:
            self._choose_held()
        self._before = places_in(scene.document.graph, selection.nodes | selection.notes)

    def move(self, position: QPointF, keys: Keys) -> None:
        if not self._moving and not _far(self._start, position):
            return
        self._moving = True
        self._scene.show_positions(self._places(position, keys))

    def finish(self, position: QPointF, keys: Keys) -> None:
        if self._moving:
            graph = self._scene.document.graph
            self._scene.document.edit(tr("Move"), edits.move(graph, self._places(position, keys)))
        elif self._was_chosen and not self._toggles:
            self._choose_held()

    def cancel(self) -> None:
        # Where they belong now: an undo may have moved them while they were in the hand.
        self._scene.show_positions(places_in(self._scene.document.graph, self._before))

    def _choose_held(self) -> None:
        self._scene.selection.choose(self._all, notes=self._all)

    def _places(self, position: QPointF, keys: Keys) -> dict[str, tuple[float, float]]:
        by = position - self._start
        if not keys & Keys.AltModifier and self._held in self._before:
            # What is in the hand comes to the grid, and the others keep their distance to it.
            x, y = self._before[self._held]
            by = QPointF(_on_grid(x + by.x()) - x, _on_grid(y + by.y()) - y)
        return {id: (x + by.x(), y + by.y()) for id, (x, y) in self._before.items()}


class RubberBand(Gesture):
    """Chooses every card that a rectangle touches."""

    def __init__(self, scene: Scene, theme: Theme, position: QPointF, keys: Keys) -> None:
        self._scene, self._start = scene, position
        self._before = scene.selection.nodes if keys & (Keys.ShiftModifier | Keys.ControlModifier) else frozenset()
        scene.selection.choose(self._before)
        self._band = QGraphicsRectItem()
        color = theme.color("accent")
        self._band.setPen(color)
        color.setAlpha(40)
        self._band.setBrush(color)
        self._band.setZValue(10)
        scene.addItem(self._band)

    def move(self, position: QPointF, keys: Keys) -> None:
        area = QRectF(self._start, position).normalized()
        self._band.setRect(area)
        notes = [note.id for note in self._scene.notes() if area.intersects(note.sceneBoundingRect())]
        self._scene.selection.choose(self._before | {card.id for card in self._scene.cards_in(area)}, (), notes)

    def finish(self, position: QPointF, keys: Keys) -> None:
        self._scene.removeItem(self._band)

    def cancel(self) -> None:
        self._scene.removeItem(self._band)
        self._scene.selection.choose(self._before)


class DrawWire(Gesture):
    """Draws a wire from an output. Where it can end lights up; where it cannot, the reason is told.

    `instead` is a wire whose end was picked up: let go over nothing, it is taken away.
    """

    def __init__(self, scene: Scene, theme: Theme, source: Card, hear: Hearing, instead: Wire | None = None) -> None:
        self._scene, self._source, self._hear, self._instead = scene, source, hear, instead
        graph = scene.document.graph
        self._graph = edits.disconnect(graph, instead) if instead else graph
        self._against = objections(self._graph, source.id)
        self._item = WireItem(None, theme)
        self._item.show_chosen(True)
        self._item.setZValue(5)
        scene.addItem(self._item)
        lit = [id for id, against in self._against.items() if against is None or against.mendable]
        scene.light_up([*lit, source.id])
        if instead:
            scene.show_wire(instead, False)

    def move(self, position: QPointF, keys: Keys) -> None:
        target = self._target(position)
        start = self._source.mapToScene(self._source.output_position())
        end = position
        if target is not None and self._against[target.id] is None:
            end = target.mapToScene(target.input_position(len(self._graph.into(target.id))))
        self._item.show_path(route(start, end))
        against = self._against[target.id] if target is not None else None
        self._item.show_text("", broken=against is not None)
        self._hear.told(against.sentence if against else "")

    def finish(self, position: QPointF, keys: Keys) -> None:
        self._end()
        target = self._target(position)
        if target is not None:
            self._connect(target, position)
        elif self._instead:
            self._scene.document.edit(tr("Take wire away"), self._graph)

    def cancel(self) -> None:
        self._end()

    def _connect(self, target: Card, position: QPointF) -> None:
        against = self._against[target.id]
        if against is None or against.mendable:
            graph = edits.connect(self._graph, self._source.id, target.id)
            self._scene.document.edit(tr("Connect"), graph)
            if against is not None:
                self._hear.offered(against, graph.into(target.id)[-1], position)
        if against is not None:
            self._hear.told(against.sentence)

    def _target(self, position: QPointF) -> Card | None:
        card = self._scene.card_at(position, REACH)
        return card if card is not None and card.id != self._source.id else None

    def _end(self) -> None:
        self._hear.told("")
        self._scene.light_up(None)
        self._scene.removeItem(self._item)
        if self._instead:
            self._scene.show_wire(self._instead, True)


def gesture_at(scene: Scene, theme: Theme, hear: Hearing, position: QPointF, keys: Keys) -> Gesture:
    """What a press at this place begins."""
    card = scene.card_at(position) or scene.card_at(position, REACH)
    if card is not None:
        return _gesture_on(scene, theme, hear, card, position, keys)
    note, group = scene.note_at(position), scene.group_at(position)
    if note is not None:
        return Move(scene, [note.id], position, keys)
    if group is not None:
        return Move(scene, scene.document.graph.group(group.name).members, position, keys)
    item = scene.wire_at(position)
    if item is not None and item.wire is not None:
        scene.selection.choose((), [item.wire])
        return Gesture()
    return RubberBand(scene, theme, position, keys)


def _gesture_on(scene: Scene, theme: Theme, hear: Hearing, card: Card, position: QPointF, keys: Keys) -> Gesture:
    inside = card.mapFromScene(position)
    if card.output_at(inside):
        return DrawWire(scene, theme, card, hear)
    port = card.port_at(inside)
    wires = [wire for wire in scene.document.graph.into(card.id) if wire.port == port]
    if wires:
        return DrawWire(scene, theme, scene.card(wires[0].source), hear, wires[0])
    return Move(scene, [card.id], position, keys)


def places_in(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Where these layers and notes stand, those that are there."""
    wanted = frozenset(ids)
    nodes = {node.id: node.position for node in graph.nodes if node.id in wanted}
    return nodes | {note.id: note.position for note in graph.notes if note.id in wanted}


def _far(one: QPointF, other: QPointF) -> bool:
    return (one - other).manhattanLength() >= QApplication.startDragDistance() / 2


def _on_grid(value: float) -> float:
    return round(value / GRID) * GRID
