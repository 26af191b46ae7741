"""The scene: one card for each layer, one item for each wire, always equal to the document's graph."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnstudio.graph.diff import Difference
from nnstudio.graph.graph import Graph, Node, Note, Wire
from nnstudio.layers.shapes import shown
from nnstudio.ui.canvas.card import Card, Light
from nnstudio.ui.canvas.faces import face_of
from nnstudio.ui.canvas.neighbours import Neighbours
from nnstudio.ui.canvas.paper import GroupItem, NoteItem
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
        self._notes: dict[str, NoteItem] = {}
        self._groups: dict[str, GroupItem] = {}
        # The collapsed group in which a layer is hidden.
        self._hidden_in: dict[str, GroupItem] = {}
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
            self._wires[wire].setVisible(visible and self._outside(wire))

    def wire_items(self) -> Iterable[WireItem]:
        """All wires."""
        return self._wires.values()

    def card_at(self, position: QPointF, reach: float = 0.0) -> Card | None:
        """The uppermost card at a point, or with its ports within reach of it."""
        area = QRectF(position.x() - reach, position.y() - reach, 2 * reach + 0.01, 2 * reach + 0.01)
        found = [self._cards[id] for id, _ in self._places.near(area) if id not in self._hidden_in]
        return min(found, key=lambda card: _distance(card, position), default=None)

    def wire_at(self, position: QPointF) -> WireItem | None:
        """The wire at a point."""
        near = (item for item in self._wires.values() if item.boundingRect().contains(position))
        return next((item for item in near if item.shape().contains(position)), None)

    def cards_in(self, area: QRectF) -> list[Card]:
        """The cards that a rubber band touches; a collapsed group stands for those in it."""
        found = [id for id, _ in self._places.near(area) if id not in self._hidden_in]
        found += [id for id, group in self._hidden_in.items() if group.outline().intersects(area)]
        return [self._cards[id] for id in found]

    def note_at(self, position: QPointF) -> NoteItem | None:
        """The note at a point."""
        notes = reversed(self._notes.values())
        return next((note for note in notes if note.outline().translated(note.pos()).contains(position)), None)

    def group_at(self, position: QPointF) -> GroupItem | None:
        """The group whose title or card is at a point."""
        return next((item for item in reversed(self._groups.values()) if item.handle().contains(position)), None)

    def notes(self) -> Iterable[NoteItem]:
        """All notes."""
        return self._notes.values()

    def groups(self) -> Iterable[GroupItem]:
        """All groups."""
        return self._groups.values()

    def content_rect(self) -> QRectF:
        """Where cards, notes and groups are."""
        area = self._places.whole
        for note in self._notes.values():
            area = area.united(note.outline().translated(note.pos()))
        for group in self._groups.values():
            area = area.united(group.outline())
        return area

    def show_positions(self, positions: Positions) -> None:
        """Show cards elsewhere while they are dragged; the document does not know of it yet."""
        moved = {}
        for id, position in positions.items():
            if id in self._cards:
                moved[id] = QPointF(*position) - self._cards[id].pos()
                self._put(self._cards[id], position)
            elif id in self._notes:
                self._notes[id].setPos(*position)
        self._show_groups()
        touched = {wire for id in moved for wire in self._touching[id]}
        # What moves as a whole need not be found anew.
        along = {wire for wire in touched if moved.get(wire.source) == moved.get(wire.target)}
        for wire in along:
            self._wires[wire].shift(moved[wire.source])
        self._reroute(touched - along)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        for card in self._cards.values():
            card.show_theme(theme)
        for item in self._wires.values():
            item.show_theme(theme)
        for note in self._notes.values():
            note.show_theme(theme)
        for group in self._groups.values():
            group.show_theme(theme)
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
        for note in graph.notes:
            self._add_note(note)
        self._make_groups()
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
        for note in change.notes_removed:
            self._take(self._notes.pop(note.id))
        for note in change.notes_added:
            self._add_note(note)
        if change.groups_added or change.groups_removed:
            self._make_groups()
            self._reroute(graph.wires)
        else:
            self._show_groups()
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

    def _add_note(self, note: Note) -> None:
        item = self._notes[note.id] = NoteItem(note.id, note.text, self._theme)
        item.setPos(*note.position)
        self.addItem(item)

    def _make_groups(self) -> None:
        """All groups anew; there are few, and they seldom change."""
        for item in self._groups.values():
            self._take(item)
        graph = self.document.graph
        self._groups = {
            group.name: GroupItem(group.name, len(group.members), group.collapsed, self._theme)
            for group in graph.groups
        }
        self._hidden_in = {
            id: self._groups[group.name] for group in graph.groups if group.collapsed for id in group.members
        }
        for item in self._groups.values():
            self.addItem(item)
        for id, card in self._cards.items():
            card.setVisible(id not in self._hidden_in)
        for wire, line in self._wires.items():
            line.setVisible(self._outside(wire))
        self._show_groups()

    def _outside(self, wire: Wire) -> bool:
        """Whether a wire can be seen: not inside one collapsed group."""
        leaving, entering = self._hidden_in.get(wire.source), self._hidden_in.get(wire.target)
        return leaving is None or leaving is not entering

    def _show_groups(self) -> None:
        for group in self.document.graph.groups:
            area = QRectF()
            for id in group.members & self._cards.keys():
                area = area.united(self._places.box(id))
            self._groups[group.name].surround(area)

    def _put(self, card: Card, position: tuple[float, float]) -> None:
        card.setPos(*position)
        self._places.place(card.id, card.outline().translated(card.pos()))

    def _take(self, item: QGraphicsItem) -> None:
        # Explicitly: an item that its scene still owns when Python lets go of it brings Qt down.
        self.removeItem(item)

    def _show_faces(self, ids: Iterable[str]) -> None:
        graph = self.document.graph
        for id in ids:
            self._cards[id].show_face(face_of(graph.node(id), graph))
            self._put(self._cards[id], graph.node(id).position)

    def _reroute(self, wires: Iterable[Wire]) -> None:
        for wire in wires:
            start, end = self._ends(wire)
            way = QRectF(start, end).normalized().adjusted(-1, -NEAR / 4, 1, NEAR / 4)
            own = (wire.source, wire.target, *self._hidden_in)
            others = tuple(box for id, box in self._places.near(way) if id not in own)
            self._wires[wire].show_path(route(start, end, others))

    def _ends(self, wire: Wire) -> tuple[QPointF, QPointF]:
        """Where a wire begins and ends: at its cards, or at the groups that hide them."""
        source, target = self._cards[wire.source], self._cards[wire.target]
        leaving, entering = self._hidden_in.get(wire.source), self._hidden_in.get(wire.target)
        return (
            leaving.output_position() if leaving else source.mapToScene(source.output_position()),
            entering.input_position() if entering else target.mapToScene(target.input_position(wire.port)),
        )

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
        for id, note in self._notes.items():
            note.show_chosen(id in self.selection.notes)


def _distance(card: Card, position: QPointF) -> float:
    """From a card's middle; where cards lie over one another, the nearer one is meant."""
    away = card.mapToScene(card.outline().center()) - position
    return abs(away.x()) + abs(away.y())
