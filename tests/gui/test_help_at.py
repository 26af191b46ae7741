"""F1 on anything opens the page that explains it: layers, fields, panels, dialogs, menus; Shift+F1 lets a click ask."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTabBar, QWidget
from shiboken6 import isValid

from nnstudio.core.wording import spelled
from nnstudio.export.base import exporters
from nnstudio.help.book import topic_of
from nnstudio.help.panels import panel_cards
from nnstudio.ui.help_at import slug, told_topic, topic_of_action
from nnstudio.ui.help_commands import book_of
from nnstudio.ui.help_keys import Asking
from nnstudio.ui.help_menu import START
from nnstudio.ui.help_window import HelpWindow
from nnstudio.ui.key_sheet import KeySheet
from nnstudio.ui.palette import Palette

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


@pytest.fixture
def active(window, qtbot):
    """The window, in front and with the keys on its canvas."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    return window


def help_of(window):
    return window.findChild(HelpWindow)


def f1(window):
    """F1 as it comes from the system; gives back the topic that is opened."""
    assert QTest.qWaitForWindowActive(window)
    QTest.keyClick(window.windowHandle(), Key.Key_F1)
    QApplication.processEvents()
    shown = QApplication.activeWindow()
    assert isinstance(shown, HelpWindow), shown
    topic = shown.topic
    shown.close()
    window.activateWindow()
    return topic


def has_page(window, topic):
    """Whether the book has a page with that anchor on it."""
    page = book_of(window).find(topic)
    anchor = topic.partition("#")[2]
    lines = [line.strip("#| ").partition(" |")[0] for line in page.text.splitlines()] if page is not None else []
    return page is not None and (not anchor or anchor in [slug(line) for line in lines])


def stops(root):
    """Every widget that the keys can come to, as far as it is in sight."""
    for widget in root.findChildren(QWidget):
        # Qt keeps bars without a tab for later.
        empty = isinstance(widget, QTabBar) and widget.count() == 0
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not empty:
            yield widget


def show(window, perspective):
    window.docks.use(perspective)
    window.docks.arrange()
    QApplication.processEvents()


# The canvas and the list of layers


def test_f1_on_a_chosen_layer_opens_its_page(active):
    active.selection.choose(["hidden"])
    assert f1(active) == "layers/dense"


def test_f1_on_layers_of_one_kind_opens_their_page(active):
    active.selection.choose(["hidden", "scores"])
    assert f1(active) == "layers/dense"


def test_f1_on_a_wire_opens_the_page_of_shapes(active):
    active.selection.choose(wires=active.document.graph.wires[:1])
    assert f1(active) == "ideas/shapes"


def test_f1_on_the_empty_canvas_tells_what_can_be_done_there(active):
    active.selection.clear()
    assert f1(active) == "commands#on-the-canvas"


def test_f1_on_a_layer_of_the_list_opens_its_page(active):
    palette = active.panels.palette
    palette.search.setFocus()
    QTest.keyClicks(palette.search, "conv2")
    QTest.keyClick(palette.search, Key.Key_Down)
    assert f1(active) == "layers/conv2d"


# The inspector and the run bar


def test_f1_on_every_field_of_a_layer_opens_its_row(active):
    active.selection.choose(["hidden"])
    form = active.panels.inspector.layer_page.form
    found = {}
    for field in form.fields:
        form.editor(field).setFocus()
        found[field] = f1(active)
    # Where a part is chosen, it is the part that one wonders about.
    assert found == {
        "units": "layers/dense#units", "weights_start": "initialisers/he", "bias_start": "initialisers/zeros",
        "frozen": "layers/dense#frozen",
    }  # fmt: skip


def test_f1_on_every_field_of_the_training_opens_a_page_that_is_there(active):
    active.selection.clear()
    page = active.panels.inspector.model_page
    page.folds[1].heading.click()
    found = {}
    for form in (page.training, page.more):
        for field in form.fields:
            form.editor(field).setFocus()
            found[field] = f1(active)
    assert found["batch_size"] == "training#batch-size"
    assert found["optimizer"] == "optimizers/adam"
    assert found["loss"].startswith("losses/")
    assert [topic for topic in found.values() if not has_page(active, topic)] == []


def test_f1_on_a_preparation_step_opens_its_page(active, qtbot):
    active.selection.clear()
    data = active.panels.inspector.model_page.data
    steps = data.steps
    data.read.click()
    qtbot.waitUntil(lambda: bool(steps.cards))
    steps.cards[0].switch.setFocus()
    assert f1(active) == "preparation/scale"


def test_f1_on_the_run_bar_opens_the_page_of_what_is_chosen_there(active):
    wanted = {
        "data": "data/digits", "optimizer": "optimizers/adam", "rate": "optimizers/adam#learning-rate",
        "batch_size": "training#batch-size", "epochs": "training#epochs",
    }  # fmt: skip
    for control, topic in wanted.items():
        getattr(active.run_bar, control).setFocus()
        assert f1(active) == topic
        assert has_page(active, topic)


# Panels


def test_every_panel_leads_to_its_page(active):
    for name in active.panels.all:
        assert told_topic(active.panels.all[name]) == f"panels/{name}"
        assert has_page(active, f"panels/{name}")


def test_f1_in_a_panel_opens_its_page(active):
    show(active, "train")
    panel = active.panels.all["weights"]
    next(stops(panel)).setFocus()
    assert f1(active) == "panels/weights"


def test_a_dock_says_in_its_tooltip_what_its_page_says(active, qtbot):
    for name, card in panel_cards().items():
        assert active.docks[name].about == card.about
        assert book_of(active).find(f"panels/{name}").about == card.about


@pytest.mark.parametrize("perspective", ["build", "train", "explore", "classify", "laboratory"])
def test_f1_finds_a_page_for_everything_that_can_have_the_keys(active, perspective):
    show(active, perspective)
    active.selection.choose(["hidden"] if perspective == "build" else [])
    QApplication.processEvents()
    topics = {widget: told_topic(widget) for widget in stops(active)}
    assert len(topics) > 30
    assert [widget for widget, topic in topics.items() if not topic or topic == START] == []
    assert {topic for topic in topics.values() if not has_page(active, topic)} == set()


# Menus


def opened(active, title):
    """A menu, opened with its letter."""
    letter = title[title.index("&") + 1].upper()
    QTest.keyClick(active, getattr(Key, f"Key_{letter}"), ALT)
    QApplication.processEvents()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_f1_on_a_menu_entry_opens_the_row_of_the_command(active):
    menu = opened(active, "&Train")
    menu.setActiveAction(active.menus.actions["one_batch"])
    assert f1(active) == "commands#one-batch"
    assert not menu.isVisible()


def test_f1_on_a_panel_in_the_menu_opens_the_page_of_the_panel(active):
    menu = opened(active, "&View")
    menu.setActiveAction(active.docks["curves"].toggleViewAction())
    assert f1(active) == "panels/curves"


def test_every_command_has_a_row(active):
    page = book_of(active).find("commands")
    for menu in active.menus.actions.sections:
        for entry in menu.every():
            assert has_page(active, topic_of_action(active.menus.actions[entry.name])), entry.name
    assert "Ctrl+Shift+E" in page.text


def test_the_keys_of_the_help_stand_in_its_menu(active):
    shown = {name: active.menus.actions[name].shortcut().toString() for name in ("help", "what")}
    assert shown == {"help": "F1", "what": "Shift+F1"}


# Dialogs


@pytest.fixture
def export(active, qtbot):
    active.crossings.export()
    dialog = active.crossings._dialog
    qtbot.waitUntil(dialog.isActiveWindow)
    yield dialog
    dialog.reject()


def test_f1_in_the_export_dialog_opens_the_page_of_the_chosen_format(active, export):
    for kind in exporters().kinds():
        export.choose(kind)
        export.formats.setFocus()
        assert f1(export) == f"exporters/{kind}"
        assert has_page(active, f"exporters/{kind}")


def test_f1_beside_the_formats_opens_the_chapter_of_all(active, export):
    export.where.setFocus()
    assert f1(export) == "exporters"


COMMANDS = {
    "new_from": "ideas/first-steps", "circles": "commands#circles-and-lines", "keys": "commands",
    "classify": "panels/draw", "describe": "commands#describe-in-words", "settings": "settings",
    "about": "commands#about-nnstudio",
}  # fmt: skip


def test_f1_in_every_dialog_opens_its_page(active, qtbot):
    for command, wanted in COMMANDS.items():
        active.menus.actions[command].trigger()
        qtbot.waitUntil(lambda: QApplication.activeWindow() not in (None, active))
        dialog = QApplication.activeWindow()
        topic = f1(dialog)
        # A field of the dialog may have a page of its own.
        assert topic.partition("#")[0] == wanted.partition("#")[0]
        assert has_page(active, topic)
        dialog.close()
        qtbot.waitUntil(partial(gone, dialog))
        active.activateWindow()
        assert QTest.qWaitForWindowActive(active)


def gone(dialog):
    return not isValid(dialog)


def test_the_help_can_be_used_while_a_dialog_waits(active, qtbot):
    dialog = KeySheet(active.menus.actions.sheet(), active)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.windowHandle(), Key.Key_F1)
    shown = help_of(active)
    qtbot.waitUntil(shown.isActiveWindow)
    qtbot.waitUntil(lambda: shown.contents.tree.topLevelItemCount() > 0)
    # By way of the window: only what is not blocked gets it.
    QTest.mouseClick(shown.windowHandle(), LEFT, NONE, shown.first.mapTo(shown, shown.first.rect().center()))
    assert shown.topic == START
    dialog.close()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert shown.isVisible()
    assert shown.windowHandle().transientParent() is active.windowHandle()


# What is this?


def ask(window):
    QTest.keyClick(window.windowHandle(), Key.Key_F1, SHIFT)
    QApplication.processEvents()
    return window.findChild(Asking)


def click(widget, at=None):
    """A click by way of the window, as it comes from the system."""
    point = widget.mapTo(widget.window(), at or widget.rect().center())
    QTest.mouseClick(widget.window().windowHandle(), LEFT, NONE, point)
    QApplication.processEvents()


def test_after_shift_f1_a_click_explains_instead_of_using(active):
    assert ask(active) is not None
    assert QApplication.overrideCursor().shape() is Qt.CursorShape.WhatsThisCursor
    before = active.document.graph
    click(active.tool_bar.widgetForAction(active.menus.actions["new"]))
    assert help_of(active).topic == "commands#new"
    assert active.document.graph is before
    assert QApplication.overrideCursor() is None


def test_after_shift_f1_a_click_explains_what_cannot_be_used_now(active):
    assert not active.menus.actions["redo"].isEnabled()
    ask(active)
    click(active.tool_bar.widgetForAction(active.menus.actions["redo"]))
    assert help_of(active).topic == "commands#redo"


def test_after_shift_f1_a_click_on_a_card_explains_its_layer(active):
    view = active.canvas.view
    card = active.canvas.scene.card("scores")
    ask(active)
    click(view.viewport(), view.mapFromScene(card.mapToScene(card.outline().center())))
    assert help_of(active).topic == "layers/dense"
    assert not active.selection.nodes


def test_after_shift_f1_a_click_on_a_label_explains_its_field(active):
    active.selection.choose(["hidden"])
    ask(active)
    click(active.panels.inspector.layer_page.form.row("units").label)
    assert help_of(active).topic == "layers/dense#units"


def test_after_shift_f1_a_click_in_the_list_of_layers_explains_that_layer(active):
    view = active.panels.palette.view
    item = active.panels.palette.model.findItems("Dropout", Qt.MatchFlag.MatchRecursive)[0].index()
    view.scrollTo(item)
    before = active.document.graph
    ask(active)
    click(view.viewport(), view.visualRect(item).center())
    assert help_of(active).topic == "layers/dropout"
    assert active.document.graph is before


def test_after_shift_f1_a_menu_opens_and_its_entry_is_explained(active):
    ask(active)
    bar = active.menuBar()
    train = next(action for action in bar.actions() if action.text() == "&Train")
    click(bar, bar.actionGeometry(train).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(active.menus.actions["stop"]).center())
    assert help_of(active).topic == "commands#stop"
    assert QApplication.activePopupWidget() is None


def test_escape_ends_asking(active):
    ask(active)
    QTest.keyClick(active.windowHandle(), Key.Key_Escape)
    assert QApplication.overrideCursor() is None
    active.selection.clear()
    click(active.run_bar.epochs.controls()[0])
    assert help_of(active) is None


# Words of one source


def test_the_tooltip_of_a_field_stands_in_its_row(active):
    active.selection.choose(["hidden"])
    form = active.panels.inspector.layer_page.form
    page = book_of(active).find("layers/dense")
    for field in form.fields:
        tip = form.row(field).label.toolTip() or form.editor(field).controls()[0].toolTip()
        assert tip
        row = next(line for line in page.text.splitlines() if line.startswith(f"| {spelled(field)} |"))
        assert tip in row


def test_the_list_of_layers_says_of_each_what_its_page_says(active):
    palette: Palette = active.panels.palette
    book = book_of(active)
    from nnstudio.layers.base import layers

    for layer in layers().kinds().values():
        item = palette.model.findItems(layer.title, Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly)[0]
        assert item.whatsThis() == topic_of(layer)
        assert item.data(Qt.ItemDataRole.AccessibleDescriptionRole) == book.find(topic_of(layer)).about


# The status bar and what must be fetched


def test_f1_in_the_status_bar_opens_the_list_that_a_button_shows(active):
    active.status.advice.show()
    for button, wanted in ((active.status.count, "panels/problems"), (active.status.advice, "panels/doctor")):
        button.setFocus()
        assert f1(active) == wanted


def test_what_must_be_fetched_is_explained_where_mnist_is(active):
    active.timeline.fetch.show()
    active.timeline.fetch.button.setFocus()
    assert f1(active) == "ideas/mnist"
    assert has_page(active, "ideas/mnist")
