"""Everything works from the keyboard: menus by their letters and arrows, and Tab through all that can be clicked."""

from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import QCoreApplication, QMargins, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

import nnstudio.ui.actions
from nnstudio.live.known import State
from nnstudio.project.templates import load_template
from nnstudio.ui.panels.segments import Segments
from tests.gui.conftest import roomy, settle

Key = Qt.Key
Modifier = Qt.KeyboardModifier
ALT, CTRL, SHIFT = Modifier.AltModifier, Modifier.ControlModifier, Modifier.ShiftModifier
MOST_STOPS = 300
MOST_INSIDE = 30  # Links in a text, which are stops of their own.
STILL = 30  # Looks in a row that find the same.
RING = QMargins(4, 4, 4, 4)  # A ring may be drawn around a control.
CLICKED = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QTabBar, QTextEdit,
)  # fmt: skip
PARTS = QScrollBar, QHeaderView, QMenuBar, QMenu  # Of a view, or with keys of their own.
WHOLES = QAbstractSpinBox, QComboBox  # A line inside them is worked through them.
OTHERWISE = {
    "qt_dockwidget_closebutton": "the menu View shows and hides every panel",
    "qt_dockwidget_floatbutton": "the menu View detaches the panel that has the keys",
    "Minimap": "walking from layer to layer brings them into sight, and Fit shows all",
    "Totals": "it is read, and nothing in it can be changed",
    "RatesAxis": "its handles are stops of their own, and so are the fields that say the same",
}
"""What is worked by the mouse alone, and what does the same from the keyboard."""


@pytest.fixture(autouse=True)
def _still_cursor(qapp):
    """A text cursor that blinks would look like a focus ring."""
    time = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    yield
    qapp.setCursorFlashTime(time)


# The menus


@pytest.fixture
def pressed(monkeypatch):
    """The commands that were given; they do nothing else."""
    pressed, made = [], nnstudio.ui.actions._action
    monkeypatch.setattr(
        nnstudio.ui.actions, "_action",
        lambda window, entry: made(window, replace(entry, do=lambda: pressed.append(entry.name))),
    )  # fmt: skip
    return pressed


def letter_of(text):
    """The letter behind a single &, which is underlined."""
    place = text.replace("&&", "  ").find("&")
    return text[place + 1].upper() if place >= 0 else ""


def entries_of(menu):
    return [action for action in menu.actions() if not action.isSeparator() and action.isVisible()]


def menus_of(window):
    """Every menu with the keys that lead to it from the menu bar: a letter, then its entries one below another."""
    for action in window.menuBar().actions():
        yield from below(action.menu(), [action])


def below(menu, way):
    yield menu, way
    for action in entries_of(menu):
        if action.menu() is not None:
            yield from below(action.menu(), [*way, action])


def open_menu(window, way):
    """Alt and a letter, then down to each entry and to the right."""
    QTest.keyClick(window, Key[f"Key_{letter_of(way[0].text())}"], ALT)
    for action in way[1:]:
        go_to(action)
        QTest.keyClick(QApplication.activePopupWidget(), Key.Key_Right)


def go_to(action):
    """Arrow down to an entry."""
    menu = QApplication.activePopupWidget()
    for _ in range(len(menu.actions()) + 1):
        if menu.activeAction() is action:
            return
        QTest.keyClick(menu, Key.Key_Down)
    raise AssertionError(f"{action.text()} is not reached")


def close_menus():
    while (menu := QApplication.activePopupWidget()) is not None:
        QTest.keyClick(menu, Key.Key_Escape)


def test_no_two_entries_of_a_menu_share_a_letter(window):
    letters = {"the menu bar": [letter_of(action.text()) for action in window.menuBar().actions()]}
    letters |= {way[-1].text(): [letter_of(each.text()) for each in entries_of(menu)] for menu, way in menus_of(window)}
    shared = {
        menu: {letter for letter in found if letter and found.count(letter) > 1} for menu, found in letters.items()
    }
    assert {menu: found for menu, found in shared.items() if found} == {}


def test_every_command_has_a_letter_in_its_menu(window):
    commands = {window.menus.actions[name] for name in window.menus.actions.names()}
    entries = [action for menu, _ in menus_of(window) for action in entries_of(menu)]
    assert commands <= set(entries)
    assert [action.text() for action in entries if action in commands and not letter_of(action.text())] == []


def test_arrows_and_enter_give_every_command_that_can_be_given(pressed, studio, qtbot):
    window = roomy(studio.open(load_template("digits"), None))
    window.activateWindow()
    window.selection.choose(["hidden", "relu", "scores"])
    given = []
    for menu, way in list(menus_of(window)):
        for action in entries_of(menu):
            name = action.objectName()
            if action.menu() is not None or not action.isEnabled() or name not in window.menus.actions.names():
                continue
            open_menu(window, way)
            go_to(action)
            QTest.keyClick(QApplication.activePopupWidget(), Key.Key_Return)
            close_menus()
            given.append(name)
            assert pressed[-1:] == [name], f"{name} was not given"
    assert len(given) > 50
    enabled = [name for name in window.menus.actions.names() if window.menus.actions[name].isEnabled()]
    assert sorted(given) == sorted(enabled)


def test_letters_alone_open_a_menu_and_give_a_command(pressed, studio):
    window = roomy(studio.open(load_template("digits"), None))
    window.activateWindow()
    QTest.keyClick(window, Key.Key_V, ALT)
    QTest.keyClick(QApplication.activePopupWidget(), Key.Key_I)
    assert pressed == ["zoom_in"]
    close_menus()


def test_the_menu_view_shows_and_hides_a_panel_by_keys(window):
    window.activateWindow()
    action = window.docks["palette"].toggleViewAction()
    (way,) = (way for menu, way in menus_of(window) if action in menu.actions())
    for shown in (False, True):
        open_menu(window, way)
        go_to(action)
        QTest.keyClick(QApplication.activePopupWidget(), Key.Key_Return)
        close_menus()
        assert window.docks["palette"].isVisible() is shown


# From stop to stop


@dataclass
class Walk:
    """What was met on the way round through a window, and what was wrong with it."""

    stops: list = field(default_factory=list)
    ringless: list = field(default_factory=list)
    traps: list = field(default_factory=list)


def tab(widget, back=False):
    """Go on to the next stop, or to the one before; on the canvas Tab adds a layer, so it is left with Ctrl."""
    forward = CTRL if widget.objectName() == "canvas" else Modifier.NoModifier
    QTest.keyClick(widget, Key.Key_Tab, SHIFT if back else forward)


def look(widget):
    """The pixels of a control and of what is around it."""
    window = widget.window()
    return window.grab(QRect(widget.mapTo(window, QPoint()), widget.size()).marginsAdded(RING)).toImage()


def walk(window, back=False):
    """Once round with Tab, from where the keys are."""
    found = Walk()
    while (stop := window.focusWidget()) not in found.stops:
        assert len(found.stops) < MOST_STOPS
        found.stops.append(stop)
        QCoreApplication.processEvents()
        before = None if back else look(stop)
        for _ in range(MOST_INSIDE):
            tab(stop, back)
            if window.focusWidget() is not stop:
                break
        else:
            found.traps.append(named(stop))
            break
        QCoreApplication.processEvents()
        if before is not None and look(stop) == before:
            found.ringless.append(named(stop))
    assert window.focusWidget() is found.stops[0], f"Tab goes round from {named(window.focusWidget())}, and not back"
    return found


def named(widget):
    """What a person would call a control, and where it is."""
    names, parent = [], widget
    while parent is not None and not parent.isWindow():
        names.append(parent.objectName() or type(parent).__name__)
        parent = parent.parentWidget()
    return f"{says(widget)!r} in {' < '.join(names[:6])}"


def says(control):
    """What a screen reader tells of a control."""
    return control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")


def painted_by_us(widget):
    """A widget of our own that is clicked."""
    own = [kind for kind in type(widget).__mro__ if kind.__module__.startswith("nnstudio")]
    return any("mousePressEvent" in vars(kind) for kind in own)


def controls_of(window):
    """All that can be clicked now."""
    inside = [each for each in window.findChildren(QWidget) if each.window() is window and each.isEnabled()]
    clicked = [each for each in inside if isinstance(each, CLICKED) or painted_by_us(each)]
    return [each for each in clicked if not each.visibleRegion().isEmpty() and not isinstance(each, PARTS)]


def reached(control, stops):
    """Whether keys come to a control: by Tab, by an arrow from another of its group, or as a part of a stop."""
    if control in stops or isinstance(control.parentWidget(), WHOLES):
        return True
    if isinstance(control, QAbstractButton) and control.group() is not None and control.group().exclusive():
        return any(button in stops for button in control.group().buttons())
    return False


def unreached(window, stops):
    """What can be clicked, but neither reached by keys nor done in another way."""
    bar = window.findChild(QMenuBar)
    in_menus = {action for menu, _ in menus_of(window) for action in menu.actions()} if bar is not None else set()
    for control in controls_of(window):
        if reached(control, stops) or {control.objectName(), type(control).__name__, says(control)} & OTHERWISE.keys():
            continue
        if isinstance(control, QToolButton) and control.defaultAction() in in_menus:
            continue
        yield named(control)


def until_still(qtbot, window):
    """Wait until no control comes or goes any more: panels ask the network when they are first seen."""
    seen = []

    def still():
        seen.append(controls_of(window))
        return seen[-STILL:] == [seen[-1]] * STILL

    qtbot.waitUntil(still)


@pytest.fixture
def trained(studio, qtbot, request):
    """A window whose network has learned, in a perspective; every panel in it has something to show."""
    perspective = request.param
    window = roomy(studio.open(load_template("playground" if perspective == "explore" else "digits"), None))
    window.docks.use(perspective)
    window.run.train(epochs=1)
    qtbot.waitUntil(lambda: window.run.state is State.STANDING and window.run.learned)
    settle(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    until_still(qtbot, window)
    settle(qtbot, window)
    window.tool_bar._perspectives[perspective].setFocus(Qt.FocusReason.TabFocusReason)
    return window


PERSPECTIVES = ("build", "train", "explore", "classify", "laboratory")


@pytest.mark.parametrize("trained", PERSPECTIVES, indirect=True)
def test_tab_goes_round_through_all_that_can_be_clicked(trained):
    found = walk(trained)
    assert found.traps == []
    assert list(unreached(trained, found.stops)) == []
    assert [named(stop) for stop in found.stops if not says(stop)] == []
    assert found.ringless == []
    # The other way round the same.
    assert walk(trained, back=True).stops == [found.stops[0], *found.stops[:0:-1]]


def test_f6_goes_round_through_all_panels_in_sight(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for perspective in PERSPECTIVES:
        window.docks.use(perspective)
        QCoreApplication.processEvents()
        window.canvas.view.setFocus()
        panels = [window.canvas, *(window.docks[name] for name in window.panels.all if in_sight(window, name))]
        met = []
        for _ in panels:
            met.append(next(panel for panel in panels if panel.isAncestorOf(window.focusWidget())))
            QTest.keyClick(window.focusWidget(), Key.Key_F6)
        assert met == panels, perspective
        assert window.canvas.isAncestorOf(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Key.Key_F6, SHIFT)
        assert panels[-1].isAncestorOf(window.focusWidget())


def in_sight(window, name):
    """Whether a panel is neither hidden nor behind another, and has anything to stop at."""
    stops = [each for each in window.docks[name].findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return window.docks.in_sight(name) and any(each.isVisible() and each.isEnabled() for each in stops)


@pytest.mark.parametrize("trained", ["train"], indirect=True)
def test_arrows_go_from_one_view_of_a_panel_to_the_next(trained):
    segments = trained.panels.all["curves"].content.findChild(Segments)
    segments.button(segments.current).setFocus(Qt.FocusReason.TabFocusReason)
    before = segments.current
    QTest.keyClick(trained.focusWidget(), Key.Key_Left if before else Key.Key_Right)
    assert trained.focusWidget() is segments.button(segments.current)
    assert segments.current != before


@pytest.mark.parametrize("trained", ["train"], indirect=True)
def test_tab_passes_over_panels_behind_others(trained):
    assert not trained.docks.in_sight("gradients")
    stops = walk(trained).stops
    assert not any(trained.docks["gradients"].isAncestorOf(stop) for stop in stops)
    trained.docks.show("gradients")
    QCoreApplication.processEvents()
    assert any(trained.docks["gradients"].isAncestorOf(stop) for stop in walk(trained).stops)


def test_tabs_that_qt_keeps_beside_the_window_are_no_stops(window):
    for perspective in ("train", "laboratory", "build"):
        window.docks.use(perspective)
        QCoreApplication.processEvents()
    tabs = [each for each in window.findChildren(QTabBar) if each.isVisible()]
    stops = [each for each in tabs if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops
    assert all(each.count() > 1 and not each.visibleRegion().isEmpty() for each in stops)


def test_a_panel_is_detached_and_docked_by_keys(window, qtbot):
    window.activateWindow()
    window.panels.palette.search.setFocus()
    qtbot.waitUntil(window.panels.palette.search.hasFocus)
    for floating in (True, False):
        open_menu(window, [each for each in window.menuBar().actions() if each.text() == "&View"])
        go_to(window.menus.actions["detach"])
        QTest.keyClick(QApplication.activePopupWidget(), Key.Key_Return)
        assert window.docks["palette"].isFloating() is floating
        qtbot.waitUntil(window.panels.palette.search.hasFocus)


def test_ctrl_tab_and_shift_tab_leave_the_canvas(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for modifiers in (CTRL, SHIFT):
        window.canvas.view.setFocus()
        QTest.keyClick(window.canvas.view, Key.Key_Tab, modifiers)
        assert window.focusWidget() is not window.canvas.view
        assert not window.canvas.adding.isVisible()


# Dialogs


def dialogs_of(window):
    kinds = Qt.WindowType.Dialog, Qt.WindowType.Window
    others = [each for each in QApplication.topLevelWidgets() if each is not window and each.windowType() in kinds]
    return [each for each in others if each.isVisible()]


@pytest.mark.parametrize(
    "name",
    [
        "new_from", "export", "circles", "classify", "settings", "pages", "keys", "about", "describe", "plugins",
    ],
)  # fmt: skip
def test_every_dialog_is_worked_by_keys_and_left_with_escape(studio, name, qtbot):
    window = roomy(studio.open(load_template("digits"), None))
    window.activateWindow()
    window.menus.actions[name].trigger()
    qtbot.waitUntil(lambda: len(dialogs_of(window)) == 1)
    (dialog,) = dialogs_of(window)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.focusWidget() is not None)
    # What it reads before there is anything to see.
    qtbot.waitUntil(lambda: not window.background.busy)
    QCoreApplication.processEvents()
    found = walk(dialog)
    assert found.traps == []
    assert list(unreached(dialog, found.stops)) == []
    assert [named(stop) for stop in found.stops if not says(stop)] == []
    assert found.ringless == []
    QTest.keyClick(dialog.focusWidget(), Key.Key_Escape)
    qtbot.waitUntil(lambda: dialogs_of(window) == [])
