"""The welcome: what one may begin with, as pictures; it comes once, and then only when it is asked for."""

import os
import threading
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

import nnstudio.ui.welcome_offers as offers
from nnstudio.api import Model
from nnstudio.compiler.problems import find_problems
from nnstudio.data.collections.base import collections
from nnstudio.data.dataset import DataSet
from nnstudio.data.sources import data_names, open_data
from nnstudio.layers.dense import Dense
from nnstudio.project.file import save_project
from nnstudio.project.project import Project
from nnstudio.project.recovery import Recovery
from nnstudio.project.templates import load_template, template_names
from nnstudio.ui.theme import DARK, LIGHT, apply
from nnstudio.ui.welcome import Welcome
from nnstudio.ui.welcome_cards import OFFER
from nnstudio.ui.welcome_fit import project_for
from nnstudio.ui.welcome_offers import data_here, recent_projects
from tests.gui.conftest import roomy

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def fresh(settings):
    """Settings of somebody who has never started it."""
    settings.remove("welcome/seen")
    return settings


@pytest.fixture
def welcome(qtbot, studio):
    """The welcome over a window that shows the playground, filled."""
    window = roomy(studio.open(load_template("playground"), None))
    sheet = Welcome(window)
    sheet.open()
    filled(qtbot, sheet)
    return sheet


def filled(qtbot, sheet):
    qtbot.waitUntil(lambda: not sheet._window.background.busy)
    QCoreApplication.processEvents()
    assert sheet.data.cards.count()


def welcomes(window):
    return [each for each in window.findChildren(Welcome) if each.isVisible()]


def click(cards, name):
    """Click on the card of that name."""
    (item,) = cards.findItems(name, Qt.MatchFlag.MatchExactly)
    cards.scrollToItem(item)
    QTest.mouseClick(cards.viewport(), LEFT, NONE, cards.visualItemRect(item).center())


def names(cards):
    return [cards.item(row).text() for row in range(cards.count())]


def opened(qtbot, studio, title):
    """The window that took the place of the first one."""
    qtbot.waitUntil(lambda: [each.document.project.title for each in studio.windows] == [title])
    return studio.windows[0]


def idle(qtbot, window):
    qtbot.waitUntil(lambda: not window.background.busy)
    for _ in range(5):
        QCoreApplication.processEvents()


# When it comes


def test_the_first_start_welcomes(qtbot, studio, fresh):
    studio.begin(load_template("playground"), None)
    (window,) = studio.windows
    qtbot.waitUntil(lambda: len(welcomes(window)) == 1)
    assert window.focusWidget() is window.canvas.view


def test_it_never_comes_back_unasked(qtbot, studio, fresh):
    studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: welcomes(studio.windows[0]) != [])
    QTest.keyClick(welcomes(studio.windows[0])[0], Key.Key_Escape)
    studio.windows[0].close()
    studio.begin(load_template("playground"), None)
    (window,) = studio.windows
    idle(qtbot, window)
    assert welcomes(window) == []


def test_whoever_wants_it_at_every_start_has_it(qtbot, studio, welcome):
    window = studio.windows[0]
    QTest.mouseClick(welcome.always, LEFT, pos=welcome.always.rect().center() * 0.1)
    assert studio.preferring.value.welcome
    QTest.mouseClick(welcome.leave, LEFT)
    window.close()
    studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: welcomes(studio.windows[0]) != [])
    assert welcomes(studio.windows[0])[0].always.isChecked()


def test_a_project_that_was_named_is_shown_without_it(qtbot, studio, fresh, tmp_path):
    path = tmp_path / "mine.nns"
    save_project(load_template("xor"), path)
    studio.begin(load_template("xor"), path)
    idle(qtbot, studio.windows[0])
    assert welcomes(studio.windows[0]) == []


def test_lost_work_is_offered_without_it(qtbot, studio, fresh, home, answers):
    recovery = Recovery(home)
    recovery.keep(load_template("xor"), None)
    # As when the window was killed.
    os.close(recovery._lock._descriptor)
    recovery._lock._descriptor = None
    studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: answers.questions == ["recover"])
    idle(qtbot, studio.windows[0])
    assert [welcomes(window) for window in studio.windows] == [[]]


def test_who_has_begun_meanwhile_is_not_disturbed(qtbot, studio, fresh):
    studio.begin(load_template("playground"), None)
    (window,) = studio.windows
    window.document.change("Data", data="spiral")
    idle(qtbot, window)
    assert welcomes(window) == []


# What it offers


def test_every_template_is_there_as_a_picture(welcome):
    cards = welcome.templates.cards
    assert names(cards) == [load_template(name).title for name in template_names()]
    picture = cards.viewport().grab().toImage()
    for row in range(cards.count()):
        box = cards.visualItemRect(cards.item(row)).adjusted(12, 12, -20, -90)
        if picture.rect().contains(box):
            colours = {picture.pixelColor(x, box.center().y()).name() for x in range(box.left(), box.right())}
            assert DARK.canvas in colours
            assert len(colours) > 1, names(cards)[row]


def test_the_menu_file_has_it_too(studio, window):
    window.menus.actions["new_from"].trigger()
    sheet = window.findChild(Welcome)
    assert sheet.isVisible()
    sheet.reject()
    assert studio.windows == [window]


def test_points_of_two_classes_are_orange_and_blue(welcome):
    cards = welcome.data.cards
    (item,) = cards.findItems("circle", Qt.MatchFlag.MatchExactly)
    cards.scrollToItem(item)
    box = cards.visualItemRect(item)
    picture = cards.viewport().grab().toImage()
    places = product(range(box.left(), box.right()), range(box.top(), box.bottom()))
    colours = [picture.pixelColor(*place).name() for place in places]
    assert colours.count(DARK.negative) > 20
    assert colours.count(DARK.positive) > 20


def test_data_that_are_here_are_offered_and_no_others(welcome):
    absent = {name for name, each in collections().kinds().items() if each.missing(each.home())}
    assert set(names(welcome.data.cards)) == set(data_names()) - absent


def test_fetched_data_are_offered_first(monkeypatch):
    monkeypatch.setattr(collections().find("mnist"), "missing", lambda folder: ())
    assert data_here()[0].name == "mnist"


def test_a_template_says_what_must_be_fetched_first(monkeypatch, welcome):
    missing = {row.data(OFFER).project.title: row.data(OFFER).missing for row in rows(welcome.templates.cards)}
    mnist = collections().find("mnist")
    assert missing["MNIST with convolutions"] == (mnist.title if mnist.missing(mnist.home()) else "")
    # What is trained needs no data to answer.
    assert missing["MNIST, trained"] == missing["Playground"] == ""


def test_recent_projects_that_are_gone_are_left_out(tmp_path):
    save_project(load_template("xor"), tmp_path / "mine.nns")
    found = recent_projects([tmp_path / "gone.nns", tmp_path / "mine.nns"])
    assert [each.path.name for each in found] == ["mine.nns"]


def test_without_recent_projects_nothing_is_said_of_them(welcome):
    assert not welcome.recent.isVisible()


def test_nothing_is_read_in_the_window_s_thread(qtbot, studio, monkeypatch):
    seen = []
    load = offers.load_template
    monkeypatch.setattr(offers, "load_template", lambda name: seen.append(threading.current_thread()) or load(name))
    window = studio.open(load_template("playground"), None)
    sheet = Welcome(window)
    sheet.open()
    filled(qtbot, sheet)
    assert seen
    assert threading.main_thread() not in seen


def rows(cards):
    return [cards.item(row) for row in range(cards.count())]


# What is chosen


def test_a_click_on_a_template_begins_with_it(qtbot, studio, welcome):
    click(welcome.templates.cards, "Small digits")
    window = opened(qtbot, studio, "Small digits")
    assert window.document.path is None
    assert not window.document.modified


def test_arrows_and_enter_begin_with_a_template(qtbot, studio, welcome):
    cards = welcome.templates.cards
    assert welcome.focusWidget() is cards
    QTest.keyClick(cards, Key.Key_Right)
    title = names(cards)[1]
    assert cards.currentItem().text() == title
    QTest.keyClick(cards, Key.Key_Return)
    opened(qtbot, studio, title)


def test_a_recent_project_is_opened(qtbot, studio, settings, tmp_path):
    path = tmp_path / "mine.nns"
    save_project(load_template("xor"), path)
    settings.setValue("recent", [str(path)])
    sheet = Welcome(roomy(studio.open(load_template("playground"), None)))
    sheet.open()
    filled(qtbot, sheet)
    click(sheet.recent.cards, "mine")
    assert opened(qtbot, studio, "Exclusive or").document.path == path


def test_data_begin_a_project_that_learns_them(qtbot, studio, welcome):
    click(welcome.data.cards, "spiral")
    window = opened(qtbot, studio, "spiral")
    assert window.document.project.data == "spiral"
    window.run.train(steps=1)
    qtbot.waitUntil(lambda: window.run.learned)


@pytest.mark.parametrize("name", sorted(set(data_names()) - set(collections().kinds())))
def test_a_project_for_data_reads_them(name):
    project = project_for(name)
    data = open_data(name)
    (door,) = project.graph.sources()
    assert door.layer.shape == data.sample_shape
    if len(project.graph.nodes) > 1:
        assert find_problems(project.graph, project.settings.loss) == ()
        Model(project).train(epochs=1)


def test_a_template_that_is_made_for_data_is_taken_as_it_is():
    assert project_for("linear-regression").title == load_template("linear-regression").title
    assert project_for("separable").title == "Perceptron"


def test_letters_get_as_many_outputs_as_there_are(monkeypatch):
    letters = DataSet(
        "letters", np.zeros((52, 28, 28, 1), np.uint8), np.arange(52) % 26, tuple("abcdefghijklmnopqrstuvwxyz")
    )
    monkeypatch.setattr("nnstudio.ui.welcome_fit.open_data", lambda name: letters)
    graph = project_for("letters").graph
    assert [node.layer.units for node in graph.nodes if isinstance(node.layer, Dense)] == [128, 26]


def test_other_data_begin_with_an_input_that_fits():
    (node,) = project_for("iris").graph.nodes
    assert node.layer.shape == (4,)


def test_an_empty_model_has_no_data_yet(qtbot, studio, welcome):
    QTest.mouseClick(welcome.empty, LEFT)
    window = opened(qtbot, studio, Project().title)
    assert window.document.graph.nodes == ()
    assert window.document.project.data == ""


def test_a_file_is_asked_for(qtbot, studio, welcome, answers, tmp_path):
    answers.paths["open"] = tmp_path / "mine.nns"
    save_project(load_template("xor"), tmp_path / "mine.nns")
    QTest.mouseClick(welcome.file, LEFT)
    opened(qtbot, studio, "Exclusive or")


def test_a_window_in_which_something_was_done_stays(qtbot, studio, window):
    window.document.change("Data", data="digits,seed=1")
    sheet = Welcome(window)
    sheet.open()
    filled(qtbot, sheet)
    click(sheet.templates.cards, "Exclusive or")
    qtbot.waitUntil(lambda: len(studio.windows) == 2)
    assert studio.windows[1].document.project.title == "Exclusive or"


def test_escape_leaves_what_is_beneath(studio, welcome):
    QTest.keyClick(welcome.templates.cards, Key.Key_Escape)
    assert welcomes(studio.windows[0]) == []
    assert studio.windows[0].document.project.title == "Playground"


def test_the_tour_is_lit_until_it_was_taken(qtbot, studio, welcome):
    assert welcome.tour.property("primary")
    QTest.mouseClick(welcome.tour, LEFT)
    (window,) = studio.windows
    assert welcomes(window) == []
    again = Welcome(window)
    again.open()
    assert not again.tour.property("primary")
    filled(qtbot, again)


# How it is worked


def test_tab_comes_to_everything(welcome):
    met = set()
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget() or welcome, Key.Key_Tab)
        met.add(welcome.focusWidget())
    wanted = {welcome.templates.cards, welcome.data.cards, welcome.tour, welcome.always, welcome.file, welcome.empty,
              welcome.leave}  # fmt: skip
    assert wanted <= met


def test_enter_presses_the_button_that_has_the_keys(studio, welcome):
    welcome.leave.setFocus()
    QTest.keyClick(welcome.leave, Key.Key_Return)
    assert welcomes(studio.windows[0]) == []


def test_everything_has_a_name(welcome):
    for control in welcome.findChildren(QWidget):
        if control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()), control
    for row in rows(welcome.templates.cards):
        assert row.text() in row.data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_largest_letters_have_room(qtbot, studio, qapp):
    apply(qapp, LIGHT, 200)
    sheet = Welcome(studio.open(load_template("playground"), None))
    sheet.open()
    filled(qtbot, sheet)
    # The smallest screen that everything must fit into, less the frame of a window.
    sheet.resize(1270, 680)
    QCoreApplication.processEvents()
    assert (sheet.width(), sheet.height()) == (1270, 680)
    for button in (sheet.tour, sheet.file, sheet.empty, sheet.leave, sheet.always):
        assert button.width() >= button.sizeHint().width()
        assert sheet.rect().contains(button.geometry())
