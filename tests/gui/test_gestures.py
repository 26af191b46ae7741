"""Every gesture of the canvas in a whole window, by the keys and buttons that the key sheet names."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.graph import edits
from nnstudio.graph.graph import Wire
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.ui.palette import Palette

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
Key = Qt.Key


class Hand:
    """A mouse and a keyboard before a window."""

    def __init__(self, window):
        self.window, self.view, self.scene = window, window.canvas.view, window.canvas.scene

    @property
    def graph(self):
        return self.window.document.graph

    @property
    def chosen(self):
        return self.window.selection.nodes

    def at(self, point):
        return self.view.mapFromScene(point)

    def on(self, id, x=60, y=12):
        """A point of a card that is no port."""
        return self.at(self.scene.card(id).mapToScene(QPointF(x, y)))

    def port(self, id, number=0):
        card = self.scene.card(id)
        return self.at(card.mapToScene(card.input_position(number)))

    def output(self, id):
        card = self.scene.card(id)
        return self.at(card.mapToScene(card.output_position()))

    def title(self, group):
        """The title of a group, or its card."""
        (item,) = [each for each in self.scene.groups() if each.name == group]
        return self.at(item.handle().center())

    def take(self, start, end, keys=NONE, button=LEFT):
        """Press and move, without letting go."""
        QTest.mousePress(self.view.viewport(), button, keys, start)
        for share in (0.2, 0.5, 0.8, 1.0):
            QTest.mouseMove(self.view.viewport(), start + (end - start) * share)

    def let_go(self, point, keys=NONE, button=LEFT):
        QTest.mouseRelease(self.view.viewport(), button, keys, point)

    def drag(self, start, end, keys=NONE, button=LEFT):
        self.take(start, end, keys, button)
        self.let_go(end, keys, button)

    def click(self, point, keys=NONE, button=LEFT):
        QTest.mouseClick(self.view.viewport(), button, keys, point)

    def press(self, key, keys=NONE):
        """A key where the keys are."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, keys)
        QApplication.processEvents()

    def type(self, text):
        QTest.keyClicks(QApplication.focusWidget(), text)

    def sight(self):
        return self.view.mapToScene(self.view.viewport().rect()).boundingRect()


def before(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    return Hand(window)


@pytest.fixture
def hand(window, qtbot):
    """A hand before the digits."""
    return before(window, qtbot)


def same_as_model(hand):
    shown = {card.id: (card.pos().x(), card.pos().y()) for card in hand.scene.cards()}
    assert shown == {node.id: node.position for node in hand.graph.nodes}
    assert {item.wire for item in hand.scene.wire_items()} == set(hand.graph.wires)


# Deleting, copying


def test_delete_wires_the_neighbours_and_with_shift_it_does_not(hand):
    hand.click(hand.on("relu"))
    hand.press(Key.Key_Delete)
    assert Wire("hidden", "scores") in hand.graph.wires
    hand.press(Key.Key_Z, CTRL)
    hand.click(hand.on("relu"))
    hand.press(Key.Key_Delete, SHIFT)
    assert "relu" not in hand.graph
    assert hand.graph.out_of("hidden") == ()
    hand.press(Key.Key_Z, CTRL)
    assert Wire("hidden", "relu") in hand.graph.wires


def test_a_wire_is_clicked_and_deleted(hand):
    wire = hand.graph.wires[1]
    hand.click(hand.at(hand.scene.wire_item(wire).path.pointAtPercent(0.5)))
    hand.press(Key.Key_Backspace)
    assert wire not in hand.graph.wires
    assert len(hand.graph.nodes) == 6


def test_layers_are_copied_into_another_window_as_text(hand, studio, qtbot):
    hand.click(hand.on("hidden"))
    hand.click(hand.on("relu"), SHIFT)
    hand.press(Key.Key_C, CTRL)
    assert '"hidden"' in QGuiApplication.clipboard().text()
    other = before(studio.open(Project(data=""), None), qtbot)
    assert other.window is not hand.window
    other.press(Key.Key_V, CTRL)
    assert other.graph.wires == (Wire("hidden", "relu"),)
    assert other.graph.node("hidden").layer == hand.graph.node("hidden").layer
    assert other.chosen == {"hidden", "relu"}
    same_as_model(other)


def test_what_was_cut_comes_back_by_pasting(hand):
    hand.click(hand.on("relu"))
    hand.press(Key.Key_X, CTRL)
    assert "relu" not in hand.graph
    hand.press(Key.Key_V, CTRL)
    assert hand.chosen == {"relu"}


def test_a_note_is_cut_and_pasted_like_a_layer(hand):
    hand.window.commands.add_note("why?", (0.0, 200.0))
    hand.press(Key.Key_X, CTRL)
    assert hand.graph.notes == ()
    hand.press(Key.Key_V, CTRL)
    (note,) = hand.graph.notes
    assert note.text == "why?"
    assert hand.window.selection.notes == {note.id}
    hand.press(Key.Key_D, CTRL)
    assert [each.text for each in hand.graph.notes] == ["why?", "why?"]


def test_control_d_doubles_what_is_chosen_with_its_wires(hand):
    hand.click(hand.on("hidden"))
    hand.click(hand.on("relu"), CTRL)
    hand.press(Key.Key_D, CTRL)
    one, other = sorted(hand.chosen)
    assert {one, other}.isdisjoint({"hidden", "relu"})
    assert Wire(one, other) in hand.graph.wires
    assert len(hand.graph.nodes) == 8


def test_control_l_wires_two_chosen_layers(hand):
    hand.window.document.edit("Take away", edits.disconnect(hand.graph, Wire("hidden", "relu")))
    hand.click(hand.on("relu"))
    hand.click(hand.on("hidden"), SHIFT)
    hand.press(Key.Key_L, CTRL)
    assert Wire("hidden", "relu") in hand.graph.wires


# Moving


def test_a_card_dragged_with_alt_leaves_the_grid(hand):
    hand.view._zoom_to(1.0)
    hand.view.centerOn(hand.scene.card("hidden"))
    start = hand.on("hidden")
    hand.drag(start, start + QPoint(3, 101), ALT)
    x, y = hand.graph.node("hidden").position
    assert (x % 8, y % 8) != (0, 0)
    hand.press(Key.Key_Z, CTRL)
    start = hand.on("hidden")
    hand.drag(start, start + QPoint(3, 101))
    x, y = hand.graph.node("hidden").position
    assert (x % 8, y % 8) == (0, 0)


def test_a_rubber_band_with_shift_adds_to_what_is_chosen(hand):
    hand.click(hand.on("scores"))
    start = hand.on("flatten", -20, -60)
    hand.drag(start, hand.on("flatten", 40, 20), SHIFT)
    assert hand.chosen == {"scores", "flatten"}
    hand.drag(start, hand.on("flatten", 40, 20))
    assert hand.chosen == {"flatten"}


def test_layers_are_distributed_by_the_menu(hand):
    places = {"flatten": (0.0, 0.0), "hidden": (100.0, 0.0), "relu": (900.0, 0.0)}
    hand.window.document.edit("Move", edits.move(hand.graph, places))
    hand.window.selection.choose(places)
    hand.window.menus.actions["distribute_x"].trigger()
    left = [hand.graph.node(id).position[0] for id in places]
    widths = [hand.scene.card(id).outline().width() for id in places]
    gaps = [left[1] - left[0] - widths[0], left[2] - left[1] - widths[1]]
    assert gaps[0] == pytest.approx(gaps[1])
    assert (left[0], left[2]) == (0.0, 900.0)


def test_a_heap_is_put_in_order_by_one_key(hand):
    hand.window.document.edit("Heap", edits.move(hand.graph, dict.fromkeys(hand.graph.by_id, (0.0, 0.0))))
    heap = hand.graph
    hand.press(Key.Key_L, CTRL | SHIFT)
    left = [node.position[0] for node in hand.graph.nodes]
    assert left == sorted(set(left))
    hand.press(Key.Key_Z, CTRL)
    assert hand.graph == heap


# Walking


def test_arrows_walk_to_the_branch_below_and_back(hand):
    hand.click(hand.on("hidden"))
    hand.press(Key.Key_D, CTRL)
    (below,) = hand.chosen
    hand.window.commands.move("Move", {below: (hand.graph.node("hidden").position[0], 300.0)})
    hand.window.selection.choose(["hidden"])
    hand.press(Key.Key_Down)
    assert hand.chosen == {below}
    hand.press(Key.Key_Up)
    assert hand.chosen == {"hidden"}


def test_enter_edits_the_first_field_and_f2_the_name(hand):
    hand.click(hand.on("hidden"))
    hand.press(Key.Key_Return)
    hand.type("7")
    hand.press(Key.Key_Return)
    assert hand.graph.node("hidden").layer.units == 7
    hand.press(Key.Key_F2)
    hand.type("first")
    hand.press(Key.Key_Return)
    assert hand.graph.node("hidden").name == "first"
    assert QApplication.focusWidget() is hand.view


def test_control_a_chooses_everything_and_with_shift_nothing(hand):
    hand.press(Key.Key_A, CTRL)
    assert hand.chosen == set(hand.graph.by_id)
    assert hand.window.selection.wires == set(hand.graph.wires)
    hand.press(Key.Key_A, CTRL | SHIFT)
    assert hand.chosen == frozenset()


def test_control_f_finds_a_layer_and_brings_it_into_sight(hand):
    hand.view._zoom_to(2.0)
    hand.view.centerOn(-2000, -2000)
    hand.press(Key.Key_F, CTRL)
    hand.type("scor")
    hand.press(Key.Key_Return)
    assert hand.chosen == {"scores"}
    assert hand.sight().contains(hand.scene.card("scores").sceneBoundingRect().center())


@pytest.mark.parametrize(("key", "keys"), [(Key.Key_Tab, NONE), (Key.Key_Space, CTRL)])
def test_a_layer_is_added_by_typing(hand, key, keys):
    hand.click(hand.on("relu"))
    hand.press(key, keys)
    hand.type("drop")
    hand.press(Key.Key_Return)
    assert Wire("relu", "dropout") in hand.graph.wires
    assert QApplication.focusWidget() is hand.view


# Looking


def wheel(hand, point, by, keys=NONE):
    target = hand.view.viewport()
    event = QWheelEvent(
        QPointF(point), QPointF(target.mapToGlobal(point)), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(target, event)


def test_keys_zoom_and_show_everything_again(hand):
    hand.press(Key.Key_0, CTRL)
    whole = hand.view.zoom
    hand.press(Key.Key_Plus, CTRL)
    assert hand.view.zoom == pytest.approx(1.25 * whole)
    hand.press(Key.Key_Minus, CTRL)
    hand.press(Key.Key_Minus, CTRL)
    assert hand.view.zoom == pytest.approx(0.8 * whole)
    hand.press(Key.Key_0, CTRL)
    assert hand.view.zoom == pytest.approx(whole)
    assert hand.sight().contains(hand.scene.content_rect())


def test_the_wheel_with_shift_pans_sideways(hand):
    before, zoom = hand.sight(), hand.view.zoom
    wheel(hand, QPoint(200, 200), -120, SHIFT)
    assert hand.sight().left() > before.left()
    assert (hand.sight().top(), hand.view.zoom) == (before.top(), zoom)


def test_space_and_the_mouse_pan(hand):
    before, graph = hand.sight(), hand.graph
    QTest.keyPress(hand.view, Key.Key_Space)
    start = hand.on("hidden")
    hand.drag(start, start + QPoint(40, 30))
    QTest.keyRelease(hand.view, Key.Key_Space)
    assert hand.sight().left() < before.left()
    assert hand.graph is graph
    hand.click(hand.on("hidden"))
    assert hand.chosen == {"hidden"}


def test_the_overview_leads_where_it_is_pressed_and_hides_when_all_is_in_sight(hand, qtbot):
    small = hand.window.canvas.minimap
    qtbot.waitUntil(lambda: not small.isVisible())
    hand.view._zoom_to(3.0)
    qtbot.waitUntil(small.isVisible)
    for x, way in ((small.width() - 20, 1), (20, -1)):
        before = hand.sight().center().x()
        QTest.mouseClick(small, LEFT, NONE, QPoint(x, small.height() // 2))
        assert (hand.sight().center().x() - before) * way > 0
    QTest.mousePress(small, LEFT, NONE, QPoint(20, small.height() // 2))
    before = hand.sight().center().x()
    QTest.mouseMove(small, QPoint(90, small.height() // 2))
    assert hand.sight().center().x() > before
    QTest.mouseRelease(small, LEFT, NONE, QPoint(90, small.height() // 2))
    hand.press(Key.Key_0, CTRL)
    qtbot.waitUntil(lambda: not small.isVisible())


# Groups and notes


def grouped(hand):
    """The hidden layer and its ReLU as a group called block."""
    hand.click(hand.on("hidden"))
    hand.click(hand.on("relu"), SHIFT)
    hand.press(Key.Key_G, CTRL)
    hand.type("block")
    hand.press(Key.Key_Return)
    hand.window.selection.clear()


def test_a_group_is_made_collapsed_opened_and_dissolved_by_keys(hand):
    grouped(hand)
    (group,) = hand.graph.groups
    assert (group.name, group.members) == ("block", {"hidden", "relu"})
    hand.click(hand.title("block"))
    hand.press(Key.Key_E, CTRL)
    assert hand.graph.group("block").collapsed
    assert not hand.scene.card("relu").isVisible()
    hand.press(Key.Key_E, CTRL)
    assert not hand.graph.group("block").collapsed
    hand.press(Key.Key_G, CTRL | SHIFT)
    assert hand.graph.groups == ()


def test_a_click_on_a_group_chooses_all_of_it_and_f2_renames_it(hand):
    grouped(hand)
    hand.click(hand.title("block"))
    assert hand.chosen == {"hidden", "relu"}
    hand.press(Key.Key_F2)
    hand.type("core")
    hand.press(Key.Key_Return)
    assert [group.name for group in hand.graph.groups] == ["core"]


def test_a_click_with_shift_adds_a_group_to_what_is_chosen(hand):
    grouped(hand)
    hand.click(hand.on("scores"))
    hand.click(hand.title("block"), SHIFT)
    assert hand.chosen == {"scores", "hidden", "relu"}


def test_a_rubber_band_takes_a_collapsed_group_only_where_it_is_seen(hand):
    grouped(hand)
    hand.click(hand.title("block"))
    hand.press(Key.Key_E, CTRL)
    hidden = hand.scene.card("relu").sceneBoundingRect()
    start, end = hand.at(hidden.topLeft() + QPointF(30, -30)), hand.at(hidden.bottomRight() + QPointF(-30, 30))
    assert hand.scene.card_at(hidden.center()) is None
    hand.drag(start, end)
    assert hand.chosen == frozenset()
    (frame,) = hand.scene.groups()
    corner = frame.outline().topLeft()
    hand.drag(hand.at(corner + QPointF(-20, -30)), hand.at(corner + QPointF(30, 20)))
    assert hand.chosen == {"hidden", "relu"}


def test_a_note_is_put_down_by_key_and_written_anew_by_a_double_click(hand):
    hand.press(Key.Key_M, CTRL | SHIFT)
    hand.type("why?")
    hand.press(Key.Key_Return, CTRL)
    (note,) = hand.graph.notes
    place = hand.at(QPointF(*note.position) + QPointF(20, 10))
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, place)
    hand.type("because")
    hand.press(Key.Key_Return, CTRL)
    assert [each.text for each in hand.graph.notes] == ["because"]
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, place)
    hand.type("no")
    hand.press(Key.Key_Escape)
    assert [each.text for each in hand.graph.notes] == ["because"]


def test_what_is_half_typed_on_a_note_is_saved_too(hand, answers, tmp_path, qtbot):
    from nnstudio.project.file import load_project

    answers.paths["save"] = tmp_path / "it.nns"
    hand.press(Key.Key_M, CTRL | SHIFT)
    hand.type("why?")
    hand.press(Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not hand.window.document.modified)
    assert [note.text for note in load_project(tmp_path / "it.nns").graph.notes] == ["why?"]


def test_what_is_half_typed_is_asked_about_when_the_window_closes(hand, answers, studio):
    hand.click(hand.on("hidden"))
    hand.press(Key.Key_F2)
    hand.type("first")
    hand.window.close()
    assert answers.questions == ["save_first"]
    assert studio.windows == [hand.window]
    assert hand.graph.node("hidden").name == "first"


def test_two_notes_alone_can_be_chosen_shown_and_saved_as_a_picture(studio, qtbot):
    alone = before(studio.open(Project(data=""), None), qtbot)
    alone.window.commands.add_note("one", (0.0, 0.0))
    assert {"select_all", "fit", "export_png", "export_svg"} <= {
        name for name in alone.window.menus.actions.names() if alone.window.menus.actions[name].isEnabled()
    }
    alone.window.selection.clear()
    alone.press(Key.Key_A, CTRL)
    assert alone.window.selection.notes == {alone.graph.notes[0].id}


def test_rename_can_be_used_where_there_is_one_thing_to_rename(hand):
    rename = hand.window.menus.actions["rename"]
    assert not rename.isEnabled()
    hand.click(hand.on("hidden"))
    assert rename.isEnabled()
    hand.click(hand.on("relu"), SHIFT)
    assert not rename.isEnabled()
    grouped_already = edits.group(hand.graph, ["hidden", "relu"], "block")
    hand.window.document.edit("Group", grouped_already)
    assert rename.isEnabled()


# Interrupted


def test_an_undo_in_the_middle_of_a_drag_leaves_the_canvas_as_the_model(hand):
    hand.window.commands.move("Move", {"hidden": (240.0, 160.0)})
    hand.view.fit()
    start = hand.on("hidden")
    hand.take(start, start + QPoint(40, 40))
    hand.press(Key.Key_Z, CTRL)
    hand.let_go(start + QPoint(40, 40))
    assert not hand.window.document.undo_stack.canUndo()
    same_as_model(hand)


def test_keys_that_move_what_is_in_the_hand_leave_the_canvas_as_the_model(hand):
    start = hand.on("hidden")
    hand.take(start, start + QPoint(40, 40))
    hand.press(Key.Key_Down, ALT)
    hand.let_go(start + QPoint(40, 40))
    same_as_model(hand)


def test_a_group_collapsed_while_a_wire_is_in_the_hand_hides_that_wire(hand):
    grouped(hand)
    hand.window.selection.choose(["hidden"])
    hand.take(hand.port("relu"), QPoint(60, 60))
    hand.press(Key.Key_E, CTRL)
    hand.let_go(QPoint(60, 60))
    assert Wire("hidden", "relu") in hand.graph.wires
    assert not hand.scene.wire_item(Wire("hidden", "relu")).isVisible()


@pytest.mark.parametrize("what", ["band", "wire", "card"])
def test_a_press_whose_end_was_never_heard_leaves_nothing_behind(hand, what):
    start = {"band": QPoint(20, 20), "wire": hand.output("hidden"), "card": hand.on("hidden")}[what]
    items, graph = len(hand.scene.items()), hand.graph
    hand.take(start, start + QPoint(60, 120))
    # A dialog or another window took the end.
    hand.click(QPoint(10, 10))
    assert len(hand.scene.items()) == items
    assert hand.graph is graph
    assert all(card.opacity() == 1 for card in hand.scene.cards())
    assert all(item.opacity() == 1 for item in hand.scene.wire_items())
    same_as_model(hand)


@pytest.mark.parametrize("first", [LEFT, MIDDLE], ids=["the card", "the canvas"])
def test_panning_with_a_card_in_the_hand_keeps_the_card_until_it_is_let_go(hand, first):
    start = hand.on("hidden")
    hand.take(start, start + QPoint(0, 60))
    hand.take(start + QPoint(0, 60), start + QPoint(30, 60), button=MIDDLE)
    hand.let_go(start + QPoint(30, 60), button=first)
    hand.let_go(start + QPoint(30, 60), button=LEFT if first is MIDDLE else MIDDLE)
    assert hand.window.document.undo_stack.undoText() == "Move"
    moved, sight = hand.graph, hand.sight()
    QTest.mouseMove(hand.view.viewport(), start + QPoint(90, 90))
    assert hand.graph is moved
    assert hand.sight() == sight
    same_as_model(hand)


def test_a_space_held_down_while_the_keys_went_elsewhere_is_forgotten(hand):
    QTest.keyPress(hand.view, Key.Key_Space)
    hand.window.findChild(Palette).search.setFocus()
    QTest.keyRelease(hand.window.findChild(Palette).search, Key.Key_Space)
    hand.click(hand.on("hidden"))
    assert hand.chosen == {"hidden"}


def test_keys_of_another_window_do_not_reach_this_one(hand, studio, qtbot):
    other = before(studio.open(load_template("xor"), None), qtbot)
    other.press(Key.Key_A, CTRL)
    other.press(Key.Key_Delete)
    assert other.graph.nodes == ()
    assert len(hand.graph.nodes) == 6
