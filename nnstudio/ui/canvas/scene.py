"""The scene: one card for each layer, one item for each wire, always equal to the document's graph."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from nnstudio.graph.diff import Difference
from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.layers.shapes import shown
from nnstudio.ui.canvas.card import Card, Light
from nnstudio.ui.canvas.faces import face_of
from nnstudio.ui.canvas.neighbours import Neighbours
from nnstudio.ui.canvas.routing import route
from nnstudio.ui.canvas.wire import WireItem
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

Positions = Mapping[str, tuple[float, float]]
NEAR = 400.0  # Cards further from a wire's straight line than this are never in its way.


class Scene(QGraphicsScene):
    """Follows a document and its selection. Gestures ask it what is where, and let it show what would be."""

    def __init__(self, document: Document, selection: Selection, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Without an index of the scene's own: items move all the time, and there are few enough to look through.
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.document, self.selection = document, selection
        self._theme = theme
        self._cards: dict[str, Card] = {}
        self._wires: dict[Wire, WireItem] = {}
        self._touching: dict[str, set[Wire]] = {}
        self._places = Neighbours()
        self._build()
        document.graph_changed.connect(self._follow)
        document.project_changed.connect(self._show_findings)
        selection.selection_changed.connect(self._show_selection)

    def card(self, id: str) -> Card:
        """The card of a layer."""
        return self._cards[id]

    def cards(self) -> Iterable[Card]:
        """All cards."""
        return self._cards.values()

    def wire_item(self, wire: Wire) -> WireItem:
        """The item of a wire."""
        return self._wires[wire]

    def show_wire(self, wire: Wire, visible: bool) -> None:
        """Hide a wire whose end is in the hand, or show it again if it is still there."""
        if wire in self._wires:
            self._wires[wire].setVisible(visible)

    def wire_items(self) -> Iterable[WireItem]:
        """All wires."""
        return self._wires.values()

    def card_at(self, position: QPointF, reach: float = 0.0) -> Card | None:
        """The uppermost card at a point, or with its ports within reach of it."""
        area = QRectF(position.x() - reach, position.y() - reach, 2 * reach + 0.01, 2 * reach + 0.01)
        found = [self._cards[id] for id, _ in self._places.near(area)]
        return min(found, key=lambda card: _distance(card, position), default=None)

    def wire_at(self, position: QPointF) -> WireItem | None:
        """The wire at a point."""
        near = (item for item in self._wires.values() if item.boundingRect().contains(position))
        return next((item for item in near if item.shape().contains(position)), None)

    def cards_in(self, area: QRectF) -> list[Card]:
        """The cards that a rubber band touches."""
        return [self._cards[id] for id, _ in self._places.near(area)]

    def content_rect(self) -> QRectF:
        """Where cards are."""
        return self._places.whole

    def boxes_by_group(self) -> dict[str, list[QRectF]]:
        """Where cards are, by the group of their layers."""
        found: dict[str, list[QRectF]] = {}
        for id, box in self._places.boxes():
            found.setdefault(self._cards[id].face.group, []).append(box)
        return found

    def show_positions(self, positions: Positions) -> None:
        """Show cards elsewhere while they are dragged; the document does not know of it yet."""
        for id, position in positions.items():
            if id in self._cards:
                self._put(self._cards[id], position)
        self._reroute({wire for id in positions for wire in self._touching.get(id, ())})

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        for card in self._cards.values():
            card.show_theme(theme)
        for item in self._wires.values():
            item.show_theme(theme)
        self.update()

    def light_up(self, lit: Iterable[str] | None) -> None:
        """Light these cards and dim all others; None: back to normal."""
        chosen = None if lit is None else set(lit)
        for id, card in self._cards.items():
            card.show_light(Light.NORMAL if chosen is None else Light.LIT if id in chosen else Light.DIM)
        for item in self._wires.values():
            item.show_dim(chosen is not None)

    def _build(self) -> None:
        graph = self.document.graph
        for node in graph.nodes:
            self._add_card(node, graph)
        for wire in graph.wires:
            self._add_wire(wire)
        self._reroute(graph.wires)
        self._show_findings()

    def _follow(self, change: Difference) -> None:
        graph = self.document.graph
        for wire in change.wires_removed:
            self._take(self._wires.pop(wire))
            self._touching[wire.source].discard(wire)
            self._touching[wire.target].discard(wire)
        for node in change.removed:
            self._take(self._cards.pop(node.id))
            self._touching.pop(node.id, None)
            self._places.take(node.id)
        for node in change.added:
            self._add_card(node, graph)
        for node in change.changed:
            self._put(self._cards[node.id], node.position)
        for wire in change.wires_added:
            self._add_wire(wire)
        self._show_faces(self._touched(change))
        moved = {node.id for node in (*change.changed, *change.added, *change.removed)}
        ends = {end for wire in (*change.wires_added, *change.wires_removed) for end in (wire.source, wire.target)}
        self._reroute({wire for id in moved | ends for wire in self._touching.get(id, ())})
        self._show_selection()

    def _touched(self, change: Difference) -> set[str]:
        ends = {wire.target for wire in (*change.wires_added, *change.wires_removed)}
        return (ends | {node.id for node in change.changed}) & self._cards.keys()

    def _add_card(self, node: Node, graph: Graph) -> None:
        card = self._cards[node.id] = Card(node.id, face_of(node, graph), self._theme)
        self._put(card, node.position)
        self._touching.setdefault(node.id, set())
        self.addItem(card)

    def _add_wire(self, wire: Wire) -> None:
        item = self._wires[wire] = WireItem(wire, self._theme)
        self._touching.setdefault(wire.source, set()).add(wire)
        self._touching.setdefault(wire.target, set()).add(wire)
        self.addItem(item)

    def _put(self, card: Card, position: tuple[float, float]) -> None:
        card.setPos(*position)
        self._places.place(card.id, card.outline().translated(card.pos()))

    def _take(self, item: Card | WireItem) -> None:
        # Explicitly: an item that its scene still owns when Python lets go of it brings Qt down.
        self.removeItem(item)

    def _show_faces(self, ids: Iterable[str]) -> None:
        graph = self.document.graph
        for id in ids:
            self._cards[id].show_face(face_of(graph.node(id), graph))
            self._put(self._cards[id], graph.node(id).position)

    def _reroute(self, wires: Iterable[Wire]) -> None:
        for wire in wires:
            source, target = self._cards[wire.source], self._cards[wire.target]
            start = source.mapToScene(source.output_position())
            end = target.mapToScene(target.input_position(wire.port))
            way = QRectF(start, end).normalized().adjusted(-1, -NEAR / 4, 1, NEAR / 4)
            others = tuple(box for id, box in self._places.near(way) if id not in (wire.source, wire.target))
            self._wires[wire].show_path(route(start, end, others))

    def _show_findings(self) -> None:
        shapes = self.document.findings.shapes
        for wire, item in self._wires.items():
            shape = shapes.known.get(wire.source)
            item.show_text(shown(shape) if shape else "", broken=wire.target in shapes.refused)
        badges = {problem.node: problem for problem in reversed(self.document.findings.problems) if problem.node}
        for id, card in self._cards.items():
            problem = badges.get(id)
            card.show_problem(problem.sentence if problem else "", problem.warning if problem else False)

    def _show_selection(self) -> None:
        for id, card in self._cards.items():
            card.show_chosen(id in self.selection.nodes)
        for wire, item in self._wires.items():
            item.show_chosen(wire in self.selection.wires)


def _distance(card: Card, position: QPointF) -> float:
    """From a card's middle; where cards lie over one another, the nearer one is meant."""
    away = card.mapToScene(card.outline().center()) - position
    return abs(away.x()) + abs(away.y())
