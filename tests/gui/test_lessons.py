"""A lesson in the window: pages are turned, goals are ticked while one works, and it begins anew."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.graph import edits
from nnstudio.live.known import State
from nnstudio.project.templates import load_template
from nnstudio.ui.lesson_page import OPEN, REACHED
from nnstudio.ui.lesson_panel import begin_lesson
from tests.gui.conftest import roomy, settle
from tests.plugins.installing import lay

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def begin(studio, qtbot):
    """Begin a lesson as the menu does; the window that shows it, and its panel."""

    def begun(kind, window=None):
        window = window or studio.open(load_template("playground"), None)
        begin_lesson(window, kind)
        qtbot.waitUntil(lambda: any(panel_of(each) is not None for each in studio.windows))
        (found,) = [each for each in studio.windows if panel_of(each) is not None]
        roomy(found)
        found.docks.show("lesson")
        return found, panel_of(found)

    return begun


def panel_of(window):
    panel = window.panels._live["lesson"].content
    return panel if panel is not None and panel.lesson is not None else None


def key(window, key):
    QTest.keyClick(window.canvas.view, key)


def click(button):
    QTest.mouseClick(button, LEFT)


def test_a_lesson_takes_the_place_of_an_untouched_window(begin, studio):
    window, panel = begin("neuron_by_hand")
    assert studio.windows == [window]
    assert window.docks.in_sight("lesson")
    assert [node.id for node in window.document.graph.order] == ["input", "neuron", "output"]
    page = panel.page
    assert (page.lesson.text(), page.where.text(), page.title.text()) == (
        "A neuron by hand", "Page 1 of 4", "What it answers",
    )  # fmt: skip
    assert page.goal.isHidden() or not page.goal.isVisible()
    assert not page.back.isEnabled()
    assert page.remark.isVisible()


def test_a_window_that_is_in_use_stays_as_it_is(begin, studio):
    used = studio.open(load_template("playground"), None)
    used.document.edit("Rename", edits.rename(used.document.graph, "hidden_1", "mine"))
    window, _ = begin("neuron_by_hand", used)
    assert studio.windows == [used, window]
    assert used.document.graph.node("hidden_1").name == "mine"


def test_a_goal_is_ticked_when_one_batch_leads_to_the_numbers_by_hand(begin, qtbot):
    window, panel = begin("neuron_by_hand")
    click(panel.page.next)
    assert (panel.page.mark.text(), panel.page.answer.isVisible()) == (OPEN, False)
    key(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: panel.page.mark.text() == REACHED)
    assert panel.page.mark.accessibleName() == "Goal reached"
    assert panel.page.answer.isVisible()
    assert window.document.project.weights["neuron/weights"].tolist() == [[0.25, 0.25]]

    click(panel.page.next)
    assert panel.page.mark.text() == OPEN
    key(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: panel.page.mark.text() == REACHED)
    # What was reached once stays, though the weights have moved on.
    click(panel.page.back)
    assert panel.page.mark.text() == REACHED

    click(panel.page.next)
    click(panel.page.next)
    assert not panel.page.next.isEnabled()
    key(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: panel.page.mark.text() == REACHED)
    settle(qtbot, window)


def test_a_goal_is_ticked_while_the_panel_is_hidden(begin, qtbot):
    window, panel = begin("neuron_by_hand")
    click(panel.page.next)
    window.docks.show("palette")
    assert not window.docks.in_sight("lesson")
    key(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: panel.done == {1})
    settle(qtbot, window)


def test_restarting_brings_project_and_weights_back_and_can_be_undone(begin, qtbot):
    window, panel = begin("neuron_by_hand")
    click(panel.page.next)
    key(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: panel.done == {1})
    settle(qtbot, window)
    window.document.change("Epochs", settings=replace(window.document.project.settings, epochs=7))
    learned = window.document.project.weights

    click(panel.page.restart)
    qtbot.waitUntil(lambda: window.run.state is State.STANDING and window.run.known.step == 0)
    assert (panel.place, panel.done) == (0, set())
    assert (window.document.project.settings.epochs, window.document.project.weights) == (200, None)
    click(panel.page.next)
    key(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: panel.done == {1})
    settle(qtbot, window)
    window.document.undo()
    assert window.document.project.settings.epochs == 7
    assert learned is not None
    settle(qtbot, window)


def test_the_hidden_layer_of_xor_is_built_by_keys_as_the_lesson_says(begin, qtbot):
    window, panel = begin("xor_hidden")
    click(panel.page.next)
    window.canvas.setFocus()
    window.selection.choose(["input"])
    for name in ("dense", "tanh"):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        QTest.keyClicks(QApplication.focusWidget(), name)
        assert panel.done == set()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert [node.layer.kind for node in window.document.graph.order] == ["input", "dense", "tanh", "dense", "sigmoid"]
    assert panel.done == {1}
    settle(qtbot, window)


def test_a_page_shows_the_panel_and_the_help_that_it_speaks_of(begin, monkeypatch):
    window, panel = begin("reading_digits")
    click(panel.page.next)
    assert panel.page.look.text() == "Show Curves"
    click(panel.page.look)
    assert window.docks.in_sight("curves")
    asked = []
    monkeypatch.setattr(panel, "_show_help", asked.append)
    panel.page.text.anchorClicked.emit(QUrl("panels/curves"))
    assert asked == ["panels/curves"]


def test_a_lesson_stays_in_sight_in_another_arrangement_unless_it_was_closed(begin):
    window, _ = begin("neuron_by_hand")
    window.docks.use("explore")
    QApplication.processEvents()
    assert window.docks.in_sight("lesson")
    window.docks["lesson"].close()
    window.docks.use("train")
    QApplication.processEvents()
    assert not window.docks["lesson"].isVisible()


def test_without_a_lesson_the_panel_lists_them_and_begins_the_chosen_one(window, studio, qtbot):
    window.docks.show("lesson")
    QApplication.processEvents()
    found = window.panels._live["lesson"].content.list
    assert [found.list.item(row).text() for row in range(found.list.count())][:2] == [
        "A neuron by hand", "Too small, just right, too large",
    ]  # fmt: skip
    QTest.keyClick(found.list, Qt.Key.Key_Down)
    assert found.about.text().startswith("See what the learning rate does")
    click(found.begin)
    qtbot.waitUntil(lambda: any(panel_of(each) is not None for each in studio.windows))
    (panel,) = [panel_of(each) for each in studio.windows]
    assert panel.lesson.kind == "learning_rates"
    QApplication.processEvents()
    click(panel.page.others)
    assert panel.list.isVisible()


LESSON = """
from dataclasses import dataclass
from nnstudio.lessons.base import Lesson, Step, starting_from

@dataclass(frozen=True)
class Shaky(Lesson):
    title, about = "Shaky", "Nothing"

    def begin(self):
        {begin}

    def steps(self):
        return (Step("One", "Text", "A goal", lambda work: 1 / 0, "Reached", "panels/curves", "curves"),)
"""


def lesson_that(begin, folder):
    points = "[nnstudio.lessons]\nshaky = a_shaky_one.shaky:Shaky\n"
    return lay(folder, "a-shaky-one", points, shaky=LESSON.format(begin=begin))


def test_a_goal_of_a_plugin_that_fails_is_told_in_its_place(begin, installed, tmp_path):
    installed.add(lesson_that("return starting_from('neuron', 'Shaky')", tmp_path / "s"))
    _, panel = begin("shaky")
    assert panel.page.mark.text() == OPEN
    assert panel.page.fault.text().startswith("The plugin a-shaky-one failed (ZeroDivisionError: division by zero).")


def test_a_lesson_of_a_plugin_that_cannot_begin_says_whose_it_is(window, answers, installed, tmp_path, qtbot):
    installed.add(lesson_that("return {}['no']", tmp_path / "s"))
    begin_lesson(window, "shaky")
    qtbot.waitUntil(lambda: bool(answers.told))
    ((title, sentence),) = answers.told
    assert title == "Not opened"
    assert sentence.startswith("The plugin a-shaky-one failed (KeyError")
