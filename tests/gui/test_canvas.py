"""The canvas follows the document, and every gesture of the hand is one edit that can be undone."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.graph import edits
from nnstudio.graph.graph import Wire
from nnstudio.layers.dropout import Dropout
from nnstudio.ui.canvas.canvas import Canvas
from nnstudio.ui.canvas.card import Light
from nnstudio.ui.canvas.dragged import LAYER_MIME
from nnstudio.ui.commands import Commands, fragment_of
from nnstudio.ui.document import Document
from nnstudio.ui.theme import DARK, LIGHT

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def told(canvas):
    """What the canvas said."""
    sentences = []
    canvas.told.connect(sentences.append)
    return sentences


def on(canvas, point):
    return canvas.view.mapFromScene(point)


def body(canvas, id):
    """A point of a card that is no port."""
    card = canvas.scene.card(id)
    return on(canvas, card.mapToScene(QPointF(60, 12)))


def output(canvas, id):
    card = canvas.scene.card(id)
    return on(canvas, card.mapToScene(card.output_position()))


def port(canvas, id, number=0):
    card = canvas.scene.card(id)
    return on(canvas, card.mapToScene(card.input_position(number)))


def drag(canvas, start, end, keys=NONE, let_go=True):
    target = canvas.view.viewport()
    QTest.mousePress(target, LEFT, keys, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(target, start + (end - start) * share)
    if let_go:
        QTest.mouseRelease(target, LEFT, keys, end)


def click(canvas, point, keys=NONE):
    QTest.mouseClick(canvas.view.viewport(), LEFT, keys, point)


def key(canvas, which, keys=NONE):
    QTest.keyClick(canvas.view, which, keys)


def same_as_model(canvas, document):
    scene, graph, shapes = canvas.scene, document.graph, document.findings.shapes
    assert {card.id: (card.pos().x(), card.pos().y()) for card in scene.cards()} == {
        node.id: node.position for node in graph.nodes
    }
    assert {item.wire for item in scene.wire_items()} == set(graph.wires)
    for item in scene.wire_items():
        assert item.text == "×".join(map(str, shapes.known.get(item.wire.source, ())))


def test_every_layer_has_its_card_and_every_wire_its_shape(canvas, document):
    same_as_model(canvas, document)
    assert [canvas.scene.wire_item(wire).text for wire in document.graph.wires][:2] == ["8×8×1", "64"]


def test_shapes_on_wires_follow_every_edit(canvas, document):
    document.edit("Change", edits.set_fields(document.graph, "hidden", units=5))
    same_as_model(canvas, document)
    assert canvas.scene.wire_item(document.graph.out_of("hidden")[0]).text == "5"


def test_a_click_chooses_a_layer_and_one_on_nothing_lets_it_go(canvas, selection):
    click(canvas, body(canvas, "hidden"))
    assert selection.nodes == {"hidden"}
    click(canvas, QPoint(10, 10))
    assert selection.nodes == frozenset()


def test_a_click_with_shift_adds_to_the_choice(canvas, selection):
    click(canvas, body(canvas, "hidden"))
    click(canvas, body(canvas, "flatten"), Qt.KeyboardModifier.ShiftModifier)
    assert selection.nodes == {"hidden", "flatten"}
    click(canvas, body(canvas, "flatten"), Qt.KeyboardModifier.ShiftModifier)
    assert selection.nodes == {"hidden"}


def test_a_wire_is_chosen_and_deleted(canvas, document, selection):
    wire = document.graph.wires[1]
    click(canvas, on(canvas, canvas.scene.wire_item(wire).path.pointAtPercent(0.5)))
    assert selection.wires == {wire}
    canvas._commands.delete()
    assert wire not in document.graph.wires


def test_a_dragged_card_moves_on_the_grid_in_one_edit(canvas, document):
    before = document.graph
    drag(canvas, body(canvas, "hidden"), body(canvas, "hidden") + QPoint(31, 77))
    x, y = document.graph.node("hidden").position
    assert (x % 8, y % 8) == (0, 0)
    assert (x, y) != before.node("hidden").position
    assert document.undo_stack.count() == 1
    document.undo()
    assert document.graph == before
    same_as_model(canvas, document)


def test_chosen_cards_move_together(canvas, document, selection):
    before = document.graph
    selection.choose(["hidden", "flatten"])
    drag(canvas, body(canvas, "hidden"), body(canvas, "hidden") + QPoint(0, 80))
    moved = {id: document.graph.node(id).position[1] - before.node(id).position[1] for id in before.by_id}
    assert moved["hidden"] == moved["flatten"] > 0
    assert moved["relu"] == 0


def test_escape_puts_dragged_cards_back(canvas, document):
    before = document.graph
    drag(canvas, body(canvas, "hidden"), body(canvas, "hidden") + QPoint(40, 80), let_go=False)
    key(canvas, Qt.Key.Key_Escape)
    assert document.graph is before
    same_as_model(canvas, document)


def test_a_rubber_band_chooses_what_it_touches(canvas, selection):
    start = body(canvas, "flatten") + QPoint(-100, -80)
    drag(canvas, start, body(canvas, "hidden") + QPoint(20, 40))
    assert selection.nodes == {"flatten", "hidden"}


def test_a_wire_is_drawn_from_an_output_to_a_port(canvas, document, selection):
    document.edit("Add", edits.add(document.graph, Dropout(), "extra", position=(240.0, 160.0)))
    canvas.view.fit()
    drag(canvas, output(canvas, "hidden"), port(canvas, "extra"))
    assert Wire("hidden", "extra") in document.graph.wires
    same_as_model(canvas, document)


def test_while_a_wire_is_drawn_possible_ends_light_up_and_others_dim(canvas, document):
    document.edit("Add", edits.add(document.graph, Dropout(), "extra", position=(240.0, 160.0)))
    canvas.view.fit()
    drag(canvas, output(canvas, "hidden"), port(canvas, "extra"), let_go=False)
    lights = {card.id: card._light for card in canvas.scene.cards()}
    assert lights["extra"] is Light.LIT
    assert lights["flatten"] is Light.DIM
    key(canvas, Qt.Key.Key_Escape)
    assert {card._light for card in canvas.scene.cards()} == {Light.NORMAL}


def test_a_refused_wire_tells_the_reason_and_changes_nothing(canvas, document, told):
    before = document.graph
    drag(canvas, output(canvas, "relu"), port(canvas, "hidden"))
    assert document.graph is before
    assert any("comes before" in sentence for sentence in told)


def test_a_wire_of_the_wrong_shape_is_drawn_and_offers_its_repair(canvas, document, told):
    graph = edits.disconnect(document.graph, Wire("flatten", "hidden"))
    document.edit("Take away", graph)
    drag(canvas, output(canvas, "input"), port(canvas, "hidden"))
    assert Wire("input", "hidden") in document.graph.wires
    assert "Put a Flatten before it" in canvas.scene.card("hidden").problem
    assert any("Flatten" in sentence for sentence in told)
    assert canvas.offer.button.text() == "Insert Flatten"
    QTest.mouseClick(canvas.offer.button, LEFT)
    assert [wire.target for wire in document.graph.out_of("flatten_2")] == ["hidden"]
    assert canvas.scene.card("hidden").problem == ""
    assert not canvas.offer.isVisible()


def test_an_offer_goes_when_something_else_is_done(canvas, document):
    document.edit("Take away", edits.disconnect(document.graph, Wire("flatten", "hidden")))
    drag(canvas, output(canvas, "input"), port(canvas, "hidden"))
    assert canvas.offer.isVisible()
    document.undo()
    assert not canvas.offer.isVisible()


def test_escape_refuses_an_offer(canvas, document):
    document.edit("Take away", edits.disconnect(document.graph, Wire("flatten", "hidden")))
    drag(canvas, output(canvas, "input"), port(canvas, "hidden"))
    QTest.keyClick(canvas.offer, Qt.Key.Key_Escape)
    assert not canvas.offer.isVisible()
    assert Wire("input", "hidden") in document.graph.wires


def test_a_wire_that_is_picked_up_and_dropped_on_nothing_is_gone(canvas, document):
    drag(canvas, port(canvas, "relu"), QPoint(200, 400))
    assert document.graph.into("relu") == ()
    document.undo()
    assert len(document.graph.into("relu")) == 1
    same_as_model(canvas, document)


def test_the_wheel_zooms_at_the_pointer(canvas):
    canvas.view.resetTransform()
    point = QPointF(300, 200)
    before = canvas.view.mapToScene(point.toPoint())
    wheel = QWheelEvent(
        point, canvas.view.viewport().mapToGlobal(point), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.view.viewport(), wheel)
    assert canvas.view.zoom > 1.3
    after = canvas.view.mapToScene(point.toPoint())
    assert abs(after.x() - before.x()) < 2
    assert abs(after.y() - before.y()) < 2


def test_the_middle_button_pans(canvas):
    before = canvas.view.mapToScene(QPoint(0, 0))
    target = canvas.view.viewport()
    QTest.mousePress(target, Qt.MouseButton.MiddleButton, NONE, QPoint(300, 300))
    QTest.mouseMove(target, QPoint(340, 330))
    QTest.mouseRelease(target, Qt.MouseButton.MiddleButton, NONE, QPoint(340, 330))
    moved = canvas.view.mapToScene(QPoint(0, 0)) - before
    assert moved.x() < 0
    assert moved.y() < 0


def dropped(kind, point):
    data = QMimeData()
    data.setData(LAYER_MIME, kind.encode())
    actions, buttons = Qt.DropAction.CopyAction, LEFT
    drop = QDropEvent(QPointF(point), actions, data, buttons, NONE)
    return data, drop, QDragMoveEvent(point, actions, data, buttons, NONE)


def test_a_layer_dropped_on_a_wire_is_put_into_it(canvas, document, selection):
    wire = document.graph.wires[2]
    point = on(canvas, canvas.scene.wire_item(wire).path.pointAtPercent(0.5))
    _data, drop, over = dropped("dropout", point)
    canvas.view.dragMoveEvent(over)
    assert canvas.scene.wire_item(wire)._inviting
    canvas.view.dropEvent(drop)
    assert [(each.source, each.target) for each in document.graph.out_of("dropout")] == [("dropout", wire.target)]
    assert selection.nodes == {"dropout"}
    same_as_model(canvas, document)


def test_a_layer_dropped_elsewhere_stands_alone_under_the_pointer(canvas, document):
    _data, drop, _ = dropped("dropout", QPoint(300, 400))
    canvas.view.dropEvent(drop)
    assert document.graph.into("dropout") == ()
    assert canvas.scene.card_at(canvas.view.mapToScene(QPoint(300, 400))).id == "dropout"


def test_a_stranger_dropped_here_is_no_layer(canvas, document):
    before = document.graph
    _data, drop, _ = dropped("no such layer", QPoint(300, 400))
    canvas.view.dropEvent(drop)
    assert document.graph is before


def test_a_deleted_layer_of_a_chain_leaves_its_neighbours_wired(canvas, document, selection):
    selection.choose(["relu"])
    canvas._commands.delete()
    assert Wire("hidden", "scores") in document.graph.wires
    same_as_model(canvas, document)


def test_a_deleted_layer_may_leave_a_gap(canvas, document, selection):
    selection.choose(["relu"])
    canvas._commands.delete(reconnect=False)
    assert document.graph.out_of("hidden") == ()


def test_arrow_keys_walk_along_the_wires(canvas, selection):
    selection.choose(["flatten"])
    key(canvas, Qt.Key.Key_Right)
    assert selection.nodes == {"hidden"}
    key(canvas, Qt.Key.Key_Left)
    key(canvas, Qt.Key.Key_Left)
    assert selection.nodes == {"input"}


def test_alt_and_arrows_move_in_one_step_of_undo(canvas, document, selection):
    selection.choose(["hidden"])
    before = document.graph
    for _ in range(3):
        key(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert document.graph.node("hidden").position[1] == before.node("hidden").position[1] + 24
    document.undo()
    assert document.graph == before


def test_tab_adds_a_layer_behind_the_chosen_one_by_typing(canvas, document, selection):
    selection.choose(["relu"])
    key(canvas, Qt.Key.Key_Tab)
    QTest.keyClicks(canvas.adding._line, "drop")
    QTest.keyClick(canvas.adding._line, Qt.Key.Key_Return)
    assert Wire("relu", "dropout") in document.graph.wires
    assert selection.nodes == {"dropout"}


def test_a_double_click_on_nothing_adds_there(canvas, document):
    QTest.mouseDClick(canvas.view.viewport(), LEFT, NONE, QPoint(300, 400))
    QTest.keyClicks(canvas.adding._line, "gelu")
    QTest.keyClick(canvas.adding._line, Qt.Key.Key_Return)
    place = canvas.view.mapToScene(QPoint(300, 400))
    assert document.graph.node("gelu").position == (place.x(), place.y())


def test_escape_closes_the_finder_and_nothing_was_added(canvas, document):
    before = document.graph
    key(canvas, Qt.Key.Key_Tab)
    QTest.keyClick(canvas.adding._line, Qt.Key.Key_Escape)
    assert not canvas.adding.isVisible()
    assert document.graph is before


def test_search_goes_to_a_layer(canvas, selection):
    canvas.search()
    QTest.keyClicks(canvas.searching._line, "scor")
    QTest.keyClick(canvas.searching._line, Qt.Key.Key_Return)
    assert selection.nodes == {"scores"}


def field_point(canvas, id, field):
    card = canvas.scene.card(id)
    return on(canvas, card.mapToScene(card.field_rect(field).center()))


def test_a_double_click_on_a_field_edits_it_in_place(canvas, document):
    QTest.mouseDClick(canvas.view.viewport(), LEFT, NONE, field_point(canvas, "hidden", "units"))
    line = canvas.editor._line
    assert line.text() == "32"
    QTest.keyClicks(line, "12")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert document.graph.node("hidden").layer.units == 12
    assert document.undo_stack.undoText() == "Change units of hidden"


def test_a_value_out_of_range_is_told_and_changes_nothing(canvas, document, told):
    before = document.graph
    QTest.mouseDClick(canvas.view.viewport(), LEFT, NONE, field_point(canvas, "hidden", "units"))
    QTest.keyClicks(canvas.editor._line, "0")
    QTest.keyClick(canvas.editor._line, Qt.Key.Key_Return)
    assert document.graph is before
    assert "must be a whole number" in told[-1]
    QTest.keyClick(canvas.editor._line, Qt.Key.Key_Escape)
    assert canvas.editor._line is None


def test_a_double_click_on_a_name_renames(canvas, document):
    QTest.mouseDClick(canvas.view.viewport(), LEFT, NONE, body(canvas, "hidden"))
    QTest.keyClicks(canvas.editor._line, "first")
    QTest.keyClick(canvas.editor._line, Qt.Key.Key_Return)
    assert document.graph.node("hidden").name == "first"


def test_copy_and_paste_go_through_text(canvas, document, selection):
    selection.choose(["hidden", "relu"])
    canvas._commands.copy()
    fragment = fragment_of(QGuiApplication.clipboard().text())
    assert {node.id for node in fragment.nodes} == {"hidden", "relu"}
    canvas._commands.paste()
    assert len(document.graph.nodes) == 8
    assert len(selection.nodes) == 2
    same_as_model(canvas, document)


@pytest.mark.parametrize("text", ["", "hello", "[]", "{}", '{"nodes": 5}', "[" * 100_000, '{"nodes": [{"id": "a"}]}'])
def test_a_clipboard_without_layers_is_told(canvas, document, text):
    before, sentences = document.graph, []
    canvas._commands.told.connect(sentences.append)
    QGuiApplication.clipboard().setText(text)
    canvas._commands.paste()
    assert document.graph is before
    assert sentences == ["The clipboard holds no layers. Copy some first."]


def test_an_undo_in_the_middle_of_a_drag_ends_the_drag(canvas, document):
    document.edit("Add", edits.add(document.graph, Dropout(), "extra", position=(240.0, 160.0)))
    canvas.view.fit()
    drag(canvas, body(canvas, "extra"), body(canvas, "extra") + QPoint(40, 40), let_go=False)
    document.undo()
    QTest.mouseRelease(canvas.view.viewport(), LEFT, NONE, QPoint(50, 50))
    assert "extra" not in document.graph
    same_as_model(canvas, document)


def test_both_themes_paint(canvas):
    for theme in (LIGHT, DARK):
        canvas.show_theme(theme)
        assert canvas.grab().toImage().pixelColor(5, 5).name() == theme.canvas


def test_an_empty_document_shows_an_empty_canvas(qtbot):
    from nnstudio.ui.selection import Selection

    document = Document()
    selection = Selection(document)
    canvas = Canvas(document, selection, Commands(document, selection), DARK)
    qtbot.addWidget(canvas)
    canvas.show()
    canvas.view.fit()
    assert list(canvas.scene.cards()) == []


def test_a_group_is_made_named_and_collapsed(canvas, document, selection):
    selection.choose(["hidden", "relu"])
    canvas.group()
    QTest.keyClicks(canvas.editor._line, "block")
    QTest.keyClick(canvas.editor._line, Qt.Key.Key_Return)
    (group,) = document.graph.groups
    assert (group.name, group.members) == ("block", {"hidden", "relu"})
    (frame,) = canvas.scene.groups()
    QTest.mouseDClick(canvas.view.viewport(), LEFT, NONE, on(canvas, frame.handle().center()))
    assert document.graph.group("block").collapsed


def test_a_collapsed_group_hides_its_layers_and_the_wires_among_them(canvas, document):
    grouped = edits.group(document.graph, ["hidden", "relu"], "block")
    document.edit("Collapse", edits.collapse(grouped, "block"))
    shown = {card.id for card in canvas.scene.cards() if card.isVisible()}
    assert shown == set(document.graph.by_id) - {"hidden", "relu"}
    assert not canvas.scene.wire_item(Wire("hidden", "relu")).isVisible()
    (frame,) = canvas.scene.groups()
    entering = canvas.scene.wire_item(Wire("flatten", "hidden"))
    assert entering.isVisible()
    assert entering.path.currentPosition() == frame.input_position()


def test_a_group_moves_as_one(canvas, document):
    document.edit("Group", edits.group(document.graph, ["hidden", "relu"], "block"))
    before = document.graph
    (frame,) = canvas.scene.groups()
    start = on(canvas, frame.handle().center())
    drag(canvas, start, start + QPoint(0, 60))
    moved = {id: document.graph.node(id).position[1] - before.node(id).position[1] for id in before.by_id}
    assert moved["hidden"] == moved["relu"] > 0
    assert moved["flatten"] == 0
    (frame,) = canvas.scene.groups()
    assert frame.outline().contains(canvas.scene.card("hidden").sceneBoundingRect().center())


def test_undo_opens_a_collapsed_group(canvas, document):
    grouped = edits.group(document.graph, ["hidden", "relu"], "block")
    document.edit("Collapse", edits.collapse(grouped, "block"))
    document.undo()
    assert all(card.isVisible() for card in canvas.scene.cards())
    assert list(canvas.scene.groups()) == []


def test_a_note_is_written_moved_and_deleted(canvas, document, selection):
    canvas.add_note()
    QTest.keyClicks(canvas.writing._text, "why ReLU?")
    QTest.keyClick(canvas.writing._text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (note,) = document.graph.notes
    assert note.text == "why ReLU?"
    start = on(canvas, QPointF(*note.position) + QPointF(20, 10))
    drag(canvas, start, start + QPoint(0, 90))
    assert document.graph.note(note.id).position[1] > note.position[1]
    assert selection.notes == {note.id}
    canvas._commands.delete()
    assert document.graph.notes == ()
    document.undo()
    assert [item.id for item in canvas.scene.notes()] == [note.id]


def test_an_emptied_note_is_gone(canvas, document):
    canvas.add_note()
    canvas.writing._text.clear()
    QTest.keyClick(canvas.writing._text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert document.graph.notes == ()


def test_a_layer_added_behind_one_in_a_chain_stands_between_it_and_the_next(canvas, document, selection):
    selection.choose(["hidden"])
    canvas._commands.append(Dropout())
    graph = document.graph
    assert [wire.target for wire in graph.out_of("hidden")] == ["dropout"]
    assert [wire.target for wire in graph.out_of("dropout")] == ["relu"]
    places = [graph.node(id).position[0] for id in ("hidden", "dropout", "relu", "scores")]
    assert [right - left for left, right in pairwise(places)] == [240, 240, 240]


def test_a_second_branch_stands_below_the_first(canvas, document, selection):
    for _ in range(3):
        selection.choose(["output"])
        canvas._commands.append(Dropout())
    boxes = [card.sceneBoundingRect() for card in canvas.scene.cards()]
    assert not any(one.intersects(other) for number, one in enumerate(boxes) for other in boxes[:number])


def test_a_badge_leaves_the_texts_of_other_cards_as_they_are(canvas, document):
    card = canvas.scene.card("scores")
    area = on(canvas, card.mapToScene(QPointF(0, 0))), on(canvas, card.mapToScene(card.outline().bottomRight()))
    before = canvas.view.grab().toImage().copy(area[0].x(), area[0].y(), area[1].x() - area[0].x(), 20)
    document.edit("Take away", edits.disconnect(document.graph, Wire("input", "flatten")))
    card.show_problem("")
    after = canvas.view.grab().toImage().copy(area[0].x(), area[0].y(), area[1].x() - area[0].x(), 20)
    assert after == before
