"""The window as a whole: everything is reachable, can be used when it makes sense, and fits."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDockWidget, QLabel, QMenu, QToolButton, QWidget

from nnstudio.graph import edits
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.ui.actions import plain
from nnstudio.ui.docks import LOW
from nnstudio.ui.key_sheet import Description, KeySheet
from nnstudio.ui.template_picture import stages_of
from nnstudio.ui.theme import DARK, LIGHT

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture
def active(window, qtbot):
    """The window, in front and with the keys on its canvas."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    return window


@pytest.fixture
def empty(studio, qtbot):
    """A window without a layer."""
    return studio.open(Project(data=""), None)


def press(window, key, keys=NONE):
    """A key where the keys are."""
    QTest.keyClick(window.focusWidget() or window, key, keys)
    QApplication.processEvents()


def in_menus(menu):
    """Every action of a menu and of the menus inside it."""
    for action in menu.actions():
        inside = action.menu()
        if inside is not None:
            yield from in_menus(inside)
        elif not action.isSeparator():
            yield action


def can(window):
    """The names of all commands that can be used now."""
    return {name for name in window.menus.actions.names() if window.menus.actions[name].isEnabled()}


def close(qtbot, dialog):
    """Close a dialog; it is gone then."""
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()


def find(window, kind):
    (found,) = window.findChildren(kind)
    return found


# What can be reached


def test_every_command_is_in_a_menu(window):
    found = {action.objectName() for action in in_menus(window.menuBar())}
    assert set(window.menus.actions.names()) <= found


def test_every_menu_and_command_has_a_letter_of_its_own(window):
    for menu in window.menuBar().findChildren(QMenu):
        texts = [action.text() for action in menu.actions() if "&" in action.text()]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(letters) == len(set(letters)), menu.title()


def test_no_two_commands_have_the_same_key(window):
    keys = [keys.toString() for name in window.menus.actions.names() for keys in window.menus.actions[name].shortcuts()]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_all_keys_of_the_menus_are_keys_that_can_be_pressed(window):
    for name in window.menus.actions.names():
        for keys in window.menus.actions[name].shortcuts():
            assert keys.count() == 1
            assert keys[0].key() is not Key.Key_unknown, name


def test_control_z_takes_an_edit_back_and_control_y_brings_it_again(active):
    before = active.document.graph
    active.selection.choose(["relu"])
    press(active, Key.Key_Delete)
    assert "relu" not in active.document.graph
    press(active, Key.Key_Z, CTRL)
    assert active.document.graph == before
    press(active, Key.Key_Y, CTRL)
    assert "relu" not in active.document.graph


def test_the_edit_menu_says_what_it_takes_back(window):
    window.document.edit("Rename", edits.rename(window.document.graph, "relu", "bend"))
    assert plain(window.menus.actions["undo"].text()) == "Undo Rename"
    assert "Rename" in window.menus.actions["undo"].toolTip()
    window.document.undo()
    assert plain(window.menus.actions["redo"].text()) == "Redo Rename"
    assert window.menus.actions["undo"].text() == "&Undo"


def test_a_letter_typed_into_a_line_is_no_command(active):
    active.panels.palette.search.setFocus()
    before = active.document.graph
    active.selection.choose(["relu"])
    for key in (Key.Key_Question, Key.Key_A, Key.Key_Backspace, Key.Key_Delete):
        press(active, key)
    assert active.panels.palette.search.text() == "?"
    assert active.document.graph is before
    assert active.findChildren(KeySheet) == []


def test_f6_leads_the_keys_through_every_panel_and_back(active, qtbot):
    stops = [active.canvas, active.panels.palette, active.panels.table, active.panels.formula, active.panels.inspector]
    active.selection.choose(["hidden"])
    met = []
    for _ in stops:
        press(active, Key.Key_F6)
        met.append(next(stop for stop in stops if stop.isAncestorOf(active.focusWidget())))
    assert met == [*stops[1:], active.canvas]
    press(active, Key.Key_F6, SHIFT)
    assert active.panels.inspector.isAncestorOf(active.focusWidget())


def test_every_control_that_takes_the_keys_has_a_name_for_a_screen_reader(window):
    window.selection.choose(["hidden"])
    controls = [each for each in window.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    nameless = [each for each in controls if each.isVisible() and each.focusProxy() is None and not says(each)]
    assert controls
    assert nameless == []


def says(control):
    return control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")


def test_a_name_that_is_half_typed_when_its_layer_goes_is_no_bug(active):
    active.selection.choose(["relu"])
    line = active.panels.inspector.layer_page.name.line
    line.setFocus()
    QTest.keyClicks(line, "bend ")
    active.menus.actions["delete"].trigger()
    assert "relu" not in active.document.graph


# When it can be used


def test_in_an_empty_window_there_is_nothing_to_arrange_or_delete(empty):
    assert can(empty).isdisjoint({
        "undo", "redo", "cut", "copy", "duplicate", "delete", "cut_out", "select_all", "select_none", "find", "connect",
        "arrange", "align_left", "distribute_x", "describe", "fit", "export_png", "export_svg",
    })  # fmt: skip
    assert {"new", "open", "save", "save_as", "paste", "quick_add", "zoom_in", "keys", "close", "quit"} <= can(empty)


def test_what_can_be_done_follows_what_is_chosen(window):
    one = {"cut", "copy", "duplicate", "delete", "cut_out", "select_none"}
    two = {"connect", *(f"align_{edge}" for edge in ("left", "centre", "right", "top", "middle", "bottom"))}
    three = {"distribute_x", "distribute_y"}
    every = one | two | three
    window.selection.clear()
    assert can(window) & every == set()
    window.selection.choose((), [window.document.graph.wires[0]])
    assert can(window) & every == {"delete", "cut_out", "select_none"}
    window.selection.choose(["relu"])
    assert can(window) & every == one
    window.selection.choose(["relu", "hidden"])
    assert can(window) & every == one | two
    window.selection.choose(["relu", "hidden", "scores"])
    assert can(window) & every == every - {"connect"}


def test_zoom_ends_where_it_cannot_go_on(window):
    for _ in range(40):
        window.menus.actions["zoom_in"].trigger()
    assert "zoom_in" not in can(window)
    assert "zoom_out" in can(window)
    for _ in range(40):
        window.menus.actions["zoom_out"].trigger()
    assert "zoom_out" not in can(window)


@pytest.mark.parametrize("edge", ["left", "centre", "right", "top", "middle", "bottom"])
def test_aligning_is_one_step_of_undo(window, edge):
    before = window.document.graph
    window.document.edit("Move", edits.move(before, {"relu": (725.0, 77.0), "hidden": (111.0, 55.0)}))
    moved = window.document.graph
    window.selection.choose(["relu", "hidden"])
    window.menus.actions[f"align_{edge}"].trigger()
    axis = 0 if edge in ("left", "centre", "right") else 1
    one, other = window.document.graph.node("relu").position, window.document.graph.node("hidden").position
    assert (one[axis] == other[axis]) == (edge not in ("bottom", "middle"))
    window.document.undo()
    assert window.document.graph == moved


@pytest.mark.parametrize("way", ["arrange", "arrange_down"])
def test_arranging_puts_layers_in_order_and_shows_them_all(window, way):
    graph = window.document.graph
    window.document.edit("Heap", edits.move(graph, {node.id: (0.0, 0.0) for node in graph.nodes}))
    window.menus.actions[way].trigger()
    axis = 0 if way == "arrange" else 1
    places = [node.position[axis] for node in window.document.graph.nodes]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    sight = window.canvas.view.mapToScene(window.canvas.view.viewport().rect()).boundingRect()
    assert sight.contains(window.canvas.scene.content_rect())


# Pages and dialogs


def test_the_question_mark_shows_all_keys(active, qtbot):
    active.document.edit("Rename", edits.rename(active.document.graph, "relu", "bend"))
    press(active, Key.Key_Question)
    sheet = find(active, KeySheet)
    text = sheet.text.toPlainText()
    for name in active.menus.actions.names():
        action = active.menus.actions[name]
        if action.shortcuts():
            assert plain(action.text()).removesuffix(" Rename") in text
            assert all(keys.toString() in text for keys in action.shortcuts())
    assert "Walk along a wire" in text
    assert "Undo Rename" not in text
    QTest.keyClick(sheet, Key.Key_Escape)
    qtbot.waitUntil(lambda: active.findChildren(KeySheet) == [])


def test_the_model_in_words_can_be_copied(window, qtbot):
    window.menus.actions["describe"].trigger()
    page = find(window, Description)
    assert "The model reads 8×8×1" in page.text.toPlainText()
    (copy,) = [button for button in page.buttons.buttons() if button.text() == "Copy"]
    QTest.mouseClick(copy, LEFT)
    assert QGuiApplication.clipboard().text() == page.words
    close(qtbot, page)


def test_a_picture_shows_every_layer_of_neurons_and_images():
    assert [stage.shape for stage in stages_of(load_template("playground").graph)] == [(2,), (8,), (8,), (1,)]
    assert [len(stage.shape) for stage in stages_of(load_template("mnist-lenet").graph)] == [3, 3, 3, 3, 3, 1, 1]


# How it looks


@pytest.mark.parametrize("chosen", [[], ["hidden"], ["hidden", "relu"]], ids=["nothing", "one", "two"])
def test_nothing_is_clipped_at_1280_by_720(window, chosen):
    window.selection.choose(chosen)
    QApplication.processEvents()
    assert window.size().toTuple() == (1280, 720)
    assert clipped(window) == []


def clipped(window):
    """Every word and button in sight that has less room than it needs, or stands outside its window."""
    found = []
    for kind in (QAbstractButton, QLabel, QComboBox):
        for each in window.findChildren(kind):
            wraps = isinstance(each, QLabel) and each.wordWrap()
            least = each.minimumSize() if wraps else each.minimumSizeHint()
            inside = QRect(each.mapTo(window, QPoint(0, 0)), each.size())
            scrolled = any(parent.inherits("QScrollArea") for parent in parents(each))
            if not each.visibleRegion().isEmpty() and (
                each.width() < least.width() or each.height() < least.height() - 1
                or not (scrolled or window.rect().contains(inside))
            ):  # fmt: skip
                found.append((each, each.size(), least))
    return found


def parents(widget):
    while (widget := widget.parentWidget()) is not None:
        yield widget


def test_the_tool_bar_shows_pictures_with_words_and_all_of_them(window):
    bar = window.tool_bar
    every = map(bar.widgetForAction, bar.actions())
    buttons = [each for each in every if isinstance(each, QToolButton) and each.defaultAction()]
    assert len(buttons) == 8
    for button in buttons:
        assert button.isVisible()
        assert button.text()
        assert not button.icon().isNull()
        assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_the_lower_row_shows_five_layers_and_the_code(window):
    window.selection.choose(["hidden"])
    QApplication.processEvents()
    assert window.docks["table"].height() >= 190
    table = window.panels.table.view
    last = table.visualRect(table.model().index(4, 0))
    assert table.viewport().rect().contains(last.center())
    assert window.panels.formula.lines.height() >= 90
    assert window.docks["formula"].height() == pytest.approx(LOW, abs=8)


def test_the_canvas_keeps_the_most_room(window):
    assert window.canvas.width() >= 700
    assert window.canvas.height() >= 330


def test_the_last_word_of_the_status_bar_has_a_margin(window):
    right = window.status.zoom.mapTo(window, QPoint(window.status.zoom.width(), 0)).x()
    assert 4 <= window.width() - right <= 16


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_look_is_chosen_in_the_menu_and_marked(studio, window, theme):
    window.menus.actions[theme.name].trigger()
    assert studio.theme is theme
    assert window.menus.actions[theme.name].isChecked()
    assert studio.settings.value("theme") == theme.name
    icon = window.menus.actions["new"].icon().pixmap(20, 20).toImage()
    inked = [icon.pixelColor(x, y) for x in range(20) for y in range(20)]
    assert theme.text in {color.name() for color in inked if color.alpha() == 255}
    assert window.canvas.grab().toImage().pixelColor(5, 5).name() == theme.canvas


def test_without_a_choice_the_look_is_the_system_s(studio, window):
    window.menus.actions["system"].trigger()
    assert not studio.settings.contains("theme")
    assert window.menus.actions["system"].isChecked()


def test_every_window_changes_its_look(studio, window):
    other = studio.open(load_template("xor"), None)
    studio.choose_theme("light")
    assert other.theme is window.theme is LIGHT
    assert other.menus.actions["light"].isChecked()
    studio.choose_theme("dark")


# Docks


def test_docks_come_back_as_they_were_left(studio, window, qtbot):
    window.docks["problems"].hide()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.docks["inspector"])
    left = {name: window.dockWidgetArea(window.docks[name]) for name in ("inspector", "palette")}
    window.close()
    again = studio.open(load_template("xor"), None)
    assert again.docks["problems"].isHidden()
    assert {name: again.dockWidgetArea(again.docks[name]) for name in left} == left


def test_panels_can_be_hidden_shown_and_put_back(window):
    dock = window.docks["palette"]
    toggle = dock.toggleViewAction()
    assert toggle in set(in_menus(window.menuBar()))
    toggle.trigger()
    assert dock.isHidden()
    window.docks["formula"].setFloating(True)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.docks["table"])
    window.menus.actions["restore_panels"].trigger()
    QApplication.processEvents()
    assert not any(window.docks[name].isHidden() for name in window.docks.perspectives["build"].panels)
    assert not any(dock.isFloating() for dock in window.findChildren(QDockWidget))
    assert window.dockWidgetArea(window.docks["table"]) == Qt.DockWidgetArea.BottomDockWidgetArea
    assert window.tabifiedDockWidgets(window.docks["table"]) == [window.docks["problems"], window.docks["doctor"]]
    assert window.docks["formula"].height() == pytest.approx(LOW, abs=8)


@pytest.mark.parametrize("value", [b"\x00\xff nonsense", "words", 5])
def test_a_damaged_arrangement_is_no_reason_not_to_start(studio, settings, value):
    settings.setValue("geometry", value)
    settings.setValue("arrangement", value)
    settings.setValue("recent", value)
    window = studio.open(load_template("xor"), None)
    assert not window.docks["palette"].isHidden()
    assert window.dockWidgetArea(window.docks["palette"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    assert isinstance(window.files.recent, list)


def test_a_small_window_shows_what_is_needed_to_build_and_nothing_is_clipped(window):
    window.docks.make_room(QSize(640, 350))
    QApplication.processEvents()
    window.resize(640, 350)
    window.menus.actions["restore_panels"].trigger()
    QApplication.processEvents()
    assert window.size().toTuple() == (640, 350)
    assert not window.docks["palette"].isHidden()
    assert window.canvas.width() > 400
    assert clipped(window) == []
    window.docks["inspector"].toggleViewAction().trigger()
    assert not window.docks["inspector"].isHidden()


def test_a_second_window_stands_beside_the_first(studio, window):
    other = studio.open(load_template("xor"), None)
    assert other.pos() != window.pos()


def test_full_screen_and_back(window):
    window.menus.actions["full_screen"].trigger()
    assert window.isFullScreen()
    window.menus.actions["full_screen"].trigger()
    assert not window.isFullScreen()


# What it says


def test_the_title_names_the_project_and_marks_what_is_unsaved(window):
    assert window.windowTitle() == "Small digits[*] – nnstudio"
    assert not window.isWindowModified()
    window.document.edit("Rename", edits.rename(window.document.graph, "relu", "bend"))
    assert window.isWindowModified()
    window.document.undo()
    assert not window.isWindowModified()


def test_the_number_of_problems_stands_in_the_status_bar_and_leads_to_them(window, qtbot):
    assert window.status.count.text() == "No problems"
    window.document.edit("Take away", edits.disconnect(window.document.graph, window.document.graph.wires[2]))
    assert window.status.count.text() == "2 problems"
    assert window.docks["problems"].windowTitle() == "Problems (2)"
    assert not window.docks.in_sight("problems")
    QTest.mouseClick(window.status.count, LEFT)
    qtbot.waitUntil(lambda: window.docks.in_sight("problems"))
    window.document.undo()
    assert window.docks["problems"].windowTitle() == "Problems"


def test_a_problem_leads_to_its_layer(window):
    window.document.edit("Take away", edits.disconnect(window.document.graph, window.document.graph.wires[2]))
    window.docks.show("problems")
    QApplication.processEvents()
    QTest.mouseClick(window.panels.problems.area.rows[0], LEFT)
    assert window.selection.only_node == window.panels.problems.area.rows[0].about.node


def test_the_zoom_is_told(window):
    window.menus.actions["fit"].trigger()
    assert window.status.zoom.text() == f"{window.canvas.view.zoom:.0%}"


def test_what_the_canvas_says_stands_in_the_status_bar(window):
    QGuiApplication.clipboard().setText("no layers")
    window.menus.actions["paste"].trigger()
    assert "holds no layers" in window.statusBar().currentMessage()


def test_a_window_that_is_closed_leaves_no_thread_and_no_widget(studio, qtbot):
    # The fixture looks for threads, and every test for widgets.
    for name in ("xor", "digits"):
        studio.open(load_template(name), None)
    for window in list(studio.windows):
        window.close()
    assert studio.windows == []
