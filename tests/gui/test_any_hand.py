"""Any sequence of edits, undo, redo, save and reopen: the canvas equals the model, and history leads both ways."""

import gc
import os
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nnstudio.core.errors import StudioError
from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.layers.shapes import shown
from nnstudio.project.file import load_project, save_project
from nnstudio.project.templates import load_template, template_names
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.commands import Commands
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK

KINDS = sorted(layers().kinds())
NUMBERS = st.integers(0, 10_000)
COORDINATES = st.integers(-2000, 2000).map(float)
STEPS = 100
# More by `NNSTUDIO_HANDS=5000`, each of 100 operations.
HANDS = int(os.environ.get("NNSTUDIO_HANDS", "230"))
TIDY = 50  # After so many of them the old scenes are cleared away, which is left to us where there is a window.


class AnyHand(RuleBasedStateMachine):
    """A user without a plan."""

    ended = count(1)

    @initialize(template=st.sampled_from(["", *template_names()]))
    def begin(self, template):
        self.show(Document(load_template(template) if template else None))

    def show(self, document):
        self.document = document
        self.selection = Selection(document)
        self.commands = Commands(document, self.selection)
        self.scene = Scene(document, self.selection, DARK)
        self.first = document.graph

    def pick(self, number):
        nodes = self.document.graph.nodes
        return nodes[number % len(nodes)].id if nodes else None

    def try_edit(self, name, make):
        try:
            graph = make()
        except StudioError:
            return
        self.document.edit(name, graph)

    @rule(kind=st.sampled_from(KINDS), after=NUMBERS)
    def append(self, kind, after):
        if (id := self.pick(after)) is not None:
            self.selection.choose([id])
        self.commands.append(layers().find(kind)())

    @rule(one=NUMBERS, other=NUMBERS)
    def connect(self, one, other):
        if self.document.graph.nodes:
            self.try_edit("Connect", lambda: edits.connect(self.document.graph, self.pick(one), self.pick(other)))

    @rule(number=NUMBERS)
    def disconnect(self, number):
        wires = self.document.graph.wires
        if wires:
            self.try_edit("Disconnect", lambda: edits.disconnect(self.document.graph, wires[number % len(wires)]))

    @rule(kind=st.sampled_from(KINDS), number=NUMBERS)
    def insert(self, kind, number):
        wires = self.document.graph.wires
        if wires:
            layer = layers().find(kind)()
            self.try_edit("Insert", lambda: edits.insert(self.document.graph, wires[number % len(wires)], layer))

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=4), x=COORDINATES, y=COORDINATES)
    def move(self, numbers, x, y):
        ids = {self.pick(number) for number in numbers} - {None}
        self.try_edit("Move", lambda: edits.move(self.document.graph, dict.fromkeys(ids, (x, y))))

    @rule(number=NUMBERS, units=st.integers(-1, 40))
    def change(self, number, units):
        if (id := self.pick(number)) is not None:
            self.try_edit("Change", lambda: edits.set_fields(self.document.graph, id, units=units))

    @rule(number=NUMBERS, name=st.text(max_size=5))
    def rename(self, number, name):
        if (id := self.pick(number)) is not None:
            self.try_edit("Rename", lambda: edits.rename(self.document.graph, id, name))

    @rule(numbers=st.lists(NUMBERS, max_size=5))
    def choose(self, numbers):
        self.selection.choose({self.pick(number) for number in numbers} - {None})

    @rule(reconnect=st.booleans())
    def delete(self, reconnect):
        self.commands.delete(reconnect)

    @rule()
    @precondition(lambda self: len(self.document.graph.nodes) < 60)
    def duplicate(self):
        self.commands.duplicate()

    @rule(x=st.integers(-8, 8), y=st.integers(-8, 8))
    def nudge(self, x, y):
        self.commands.nudge(x, y)

    @rule(text=st.text(min_size=1, max_size=9), x=COORDINATES, y=COORDINATES)
    def add_note(self, text, x, y):
        self.commands.add_note(text, (x, y))

    @rule(number=NUMBERS, text=st.text(max_size=9))
    def write_note(self, number, text):
        notes = self.document.graph.notes
        if notes:
            self.commands.write_note(notes[number % len(notes)].id, text)

    @rule()
    def group(self):
        self.commands.group()

    @rule()
    def ungroup(self):
        self.commands.ungroup()

    @rule()
    def collapse_or_open(self):
        self.commands.toggle_groups()

    @rule()
    def choose_all(self):
        self.selection.choose_all()

    @rule(number=NUMBERS)
    def repair(self, number):
        found = [problem.repair for problem in self.document.findings.problems if problem.repair]
        if found:
            repair = found[number % len(found)]
            self.try_edit(repair.title, lambda: repair.apply(self.document.graph))

    @rule(times=st.integers(1, 8))
    def undo(self, times):
        for _ in range(times):
            self.document.undo()

    @rule(times=st.integers(1, 8))
    def redo(self, times):
        for _ in range(times):
            self.document.redo()

    @rule()
    def save_and_reopen(self):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "it.nns"
            save_project(self.document.project, path)
            again = load_project(path)
        assert again.graph == self.document.graph
        self.show(Document(again))

    @rule()
    def undo_all_and_redo_all(self):
        last = self.document.graph
        stack = self.document.undo_stack
        place = stack.index()
        while stack.canUndo():
            self.document.undo()
        assert self.document.graph == self.first
        self.scene_equals_model()
        while stack.index() < place:
            self.document.redo()
        assert self.document.graph == last

    def teardown(self):
        if next(self.ended) % TIDY == 0:
            gc.collect()

    @invariant()
    def scene_equals_model(self):
        if not hasattr(self, "document"):
            return
        graph, shapes = self.document.graph, self.document.findings.shapes
        assert {card.id: (card.pos().x(), card.pos().y()) for card in self.scene.cards()} == {
            node.id: node.position for node in graph.nodes
        }
        assert [card.face.title for card in self.scene.cards()] == [
            graph.node(card.id).label for card in self.scene.cards()
        ]
        texts = {item.wire: item.text for item in self.scene.wire_items()}
        assert texts == {wire: shown(shapes.known.get(wire.source, ())) for wire in graph.wires}
        troubled = {problem.node for problem in self.document.findings.problems if problem.node}
        assert {card.id for card in self.scene.cards() if card.problem} == troubled
        assert {note.id: (note.pos().x(), note.pos().y()) for note in self.scene.notes()} == {
            note.id: note.position for note in graph.notes
        }
        assert {item.name: item.collapsed for item in self.scene.groups()} == {
            group.name: group.collapsed for group in graph.groups
        }
        hidden = {id for group in graph.groups if group.collapsed for id in group.members}
        assert {card.id for card in self.scene.cards() if not card.isVisible()} == hidden
        assert self.selection.notes <= {note.id for note in graph.notes}
        assert self.selection.nodes <= graph.by_id.keys()
        assert self.selection.wires <= set(graph.wires)


def test_the_canvas_always_equals_the_model(qapp):
    run_state_machine_as_test(
        AnyHand,
        settings=settings(
            max_examples=HANDS, stateful_step_count=STEPS, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
