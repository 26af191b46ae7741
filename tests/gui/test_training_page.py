"""With nothing selected the inspector edits how the model is trained, on what, and how its inputs are prepared."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.data.preparation.min_max import MinMax
from nnstudio.data.preparation.noise import Noise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.live.known import State
from nnstudio.project.templates import load_template
from nnstudio.training.stopping import TargetAccuracy
from nnstudio.ui.pages.steps import summary
from tests.gui.conftest import roomy

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def page(window, qtbot):
    """The page of the digits, in front."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window.panels.inspector.model_page


@pytest.fixture
def read(window, page, qtbot):
    """The same with the data read."""
    QTest.mouseClick(page.data.read, LEFT)
    qtbot.waitUntil(lambda: window.run.state is State.STANDING)
    return page


@pytest.fixture
def spiral(studio, qtbot):
    """A window that learns a spiral."""
    window = roomy(studio.open(replace(load_template("playground"), data="spiral"), None))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def type_into(control, words, key=Key.Key_Return):
    control.setFocus()
    control.selectAll()
    QTest.keyClicks(control, words)
    QTest.keyClick(control, key)


def pick(combo, title):
    """Open the list, go to an entry, and press Enter."""
    combo.setFocus()
    QTest.keyClick(combo, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    wanted = next(place for place in range(combo.count()) if combo.itemText(place).startswith(title))
    combo.view().setCurrentIndex(combo.model().index(wanted, combo.modelColumn()))
    QTest.keyClick(combo.view(), Key.Key_Return)


def tick(box):
    """Click a check box; its field is as wide as the page, but only the box and its words can be clicked."""
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))


def choose(menu, title):
    """Open a menu, go down to an entry, and press Enter."""
    menu.popup(menu.parentWidget().mapToGlobal(menu.parentWidget().rect().bottomLeft()))
    action = next(action for action in menu.actions() if action.text() == title)
    menu.setActiveAction(action)
    QTest.keyClick(menu, Key.Key_Return)
    menu.close()


def settings(window):
    return window.document.project.settings


def undo_text(window):
    return window.document.undo_stack.undoText()


def state_of(window, state):
    return lambda: window.run.state is state


# Settings


def test_every_setting_has_a_field(page):
    assert {*page.training.fields, *page.more.fields} == vars(page.document.project.settings).keys()


def test_what_is_seldom_changed_is_folded_at_first(page):
    fold = page.folds[1]
    assert not page.more.isVisible()
    fold.heading.setFocus()
    QTest.keyClick(fold.heading, Key.Key_Return)
    assert page.more.isVisible()
    QTest.mouseClick(fold.heading, LEFT)
    assert not page.more.isVisible()


def test_a_batch_size_counts_when_it_is_finished(window, page):
    box = page.training.editor("batch_size").box
    before = settings(window).batch_size
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "12")
    assert settings(window).batch_size == before
    QTest.keyClick(box, Key.Key_Return)
    assert settings(window).batch_size == 12
    assert undo_text(window) == "Change batch size"
    window.document.undo()
    assert settings(window).batch_size == before
    assert box.text() == str(before)


def test_sliding_is_one_edit(window, page):
    nested = page.training.editor("optimizer").nested.form
    slider = nested.editor("learning_rate").slider
    slider.setFocus()
    for _ in range(5):
        QTest.keyClick(slider, Key.Key_Right)
    assert settings(window).optimizer.learning_rate == pytest.approx(0.01 * 10**0.25, rel=0.05)
    assert window.document.undo_stack.count() == 1
    assert undo_text(window) == "Change learning rate of Adam"


def test_two_fields_are_two_edits(window, page):
    nested = page.training.editor("optimizer").nested.form
    type_into(nested.editor("learning_rate").box, "0.1")
    type_into(nested.editor("beta1").box, "0.5")
    assert window.document.undo_stack.count() == 2
    assert undo_text(window) == "Change beta1 of Adam"


def test_another_optimizer_brings_its_own_fields(window, page):
    pick(page.training.editor("optimizer").combo, "Momentum")
    assert settings(window).optimizer.kind == "momentum"
    assert undo_text(window) == "Change optimizer to Momentum"
    assert "momentum" in page.training.editor("optimizer").nested.form.fields
    window.document.undo()
    assert settings(window).optimizer.kind == "adam"
    assert page.training.editor("optimizer").combo.currentText() == "Adam"


def test_a_refused_setting_says_why_and_changes_nothing(window, page):
    before = window.document.project
    type_into(page.training.editor("epochs").box, "0")
    assert "must be a whole number" in page.training.row("epochs").alarm.text()
    assert window.document.project is before


def test_a_loss_that_does_not_fit_is_a_problem(window, page):
    pick(page.training.editor("loss").combo, "Binary")
    assert settings(window).loss.kind == "binary_cross_entropy"
    assert window.panels.problems.count[0] == 1
    assert page.head.kind.text() == "1 problem"
    window.document.undo()
    assert page.head.kind.text() == "Ready to be trained"


def test_a_stop_condition_can_be_added_changed_and_taken_away(window, page):
    page.folds[1].heading.click()
    stops = page.more.editor("stops")
    choose(stops.menu, "Target Accuracy")
    assert settings(window).stops == (TargetAccuracy(),)
    type_into(stops.members[0].nested.form.editor("accuracy").box, "0.9")
    assert settings(window).stops == (TargetAccuracy(0.9),)
    QTest.mouseClick(stops.members[0].remove, LEFT)
    assert settings(window).stops == ()
    window.document.undo()
    assert settings(window).stops == (TargetAccuracy(0.9),)


@pytest.mark.parametrize(("kind", "why"), [("Gradient", "whole training set"), ("Perceptron", "one sample")])
def test_without_batches_there_is_no_batch_size_and_it_says_why(page, kind, why):
    pick(page.training.editor("optimizer").combo, kind)
    row = page.training.row("batch_size")
    assert not row.isEnabled()
    assert why in row.help.text()
    assert row.help.isVisible()
    pick(page.training.editor("optimizer").combo, "Adam")
    assert row.isEnabled()
    assert not row.help.isVisible()


def test_another_seed_makes_other_first_weights_of_the_same_samples(spiral, qtbot):
    page = spiral.panels.inspector.model_page
    spiral.run.train(steps=1)
    qtbot.waitUntil(lambda: spiral.document.project.weights is not None)
    learned = spiral.document.project.weights
    page.folds[1].heading.click()
    type_into(page.more.editor("seed").box, "7")
    qtbot.waitUntil(lambda: settings(spiral).seed == 7)
    assert spiral.document.project.weights is None
    assert spiral.document.project.data == "spiral,seed=0"
    spiral.document.undo()
    assert settings(spiral).seed == 0
    assert all(np.array_equal(spiral.document.project.weights[name], learned[name]) for name in learned)


def test_tab_leads_through_the_whole_page_from_top_to_bottom(read):
    met = []
    read.folds[0].heading.setFocus()
    for _ in range(60):
        widget = QApplication.focusWidget()
        if widget is None or not read.isAncestorOf(widget) or widget in met:
            break
        met.append(widget)
        QTest.keyClick(widget, Key.Key_Tab)
    heights = [widget.mapTo(read, widget.rect().center()).y() for widget in met]
    assert {read.folds[-1].heading, read.data.steps.add, read.data.steps.cards[0].switch} <= {*met}
    assert all(after >= before - 16 for before, after in pairwise(heights))


# Data


def test_facts_come_when_the_data_is_read(window, page, qtbot):
    assert not page.data.facts.isVisible()
    assert "as soon as" in page.data.steps.note.text()
    QTest.mouseClick(page.data.read, LEFT)
    qtbot.waitUntil(state_of(window, State.STANDING))
    facts = page.data.facts.texts()
    assert facts["Samples"] == "1,150 to train, 288 to validate, 359 to test"
    assert facts["One sample"] == "8×8×1 numbers"
    assert facts["Classes"].startswith("10: 0, 1, 2")
    assert "Alpaydin" in page.data.notes.text()
    assert not page.data.read.isVisible()


def test_a_field_of_the_data_rewrites_its_text(spiral, qtbot):
    section = spiral.panels.inspector.model_page.data
    own, shares = section.options.forms
    type_into(own.editor("noise").box, "0.2")
    assert spiral.document.project.data == "spiral,noise=0.2"
    assert undo_text(spiral) == "Change noise of the data"
    type_into(shares.editor("test").box, "50")
    assert spiral.document.project.data == "spiral,noise=0.2,test=50"
    type_into(own.editor("noise").box, "0")
    assert spiral.document.project.data == "spiral,test=50"
    spiral.document.undo()
    assert own.editor("noise").value == 0.2
    spiral.run.begin()
    qtbot.waitUntil(state_of(spiral, State.STANDING))
    assert "50 to test" in section.facts.texts()["Samples"]


def test_a_share_that_cannot_be_is_refused_in_place(spiral):
    shares = spiral.panels.inspector.model_page.data.options.forms[-1]
    type_into(shares.editor("validation").box, "1.5")
    assert spiral.document.project.data == "spiral"
    assert "share below 1" in shares.row("validation").alarm.text()


def test_other_data_may_be_picked_and_is_read_at_once(window, page, qtbot):
    page.data.picker.line.setFocus()
    page.data.picker.line.selectAll()
    QTest.keyClicks(page.data.picker.line, "digits,test=0.5")
    QTest.keyClick(page.data.picker.line, Key.Key_Return)
    assert window.document.project.data == "digits,test=0.5"
    qtbot.waitUntil(state_of(window, State.STANDING))
    assert "898 to test" in page.data.facts.texts()["Samples"] or "899 to test" in page.data.facts.texts()["Samples"]
    assert window.run_bar.data.currentText() == "digits,test=0.5"


@pytest.mark.parametrize("text", ["digits,tset=0.1", "no-such-data"])
def test_data_that_cannot_be_read_says_why(window, page, qtbot, text):
    line = page.data.picker.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Key.Key_Return)
    qtbot.waitUntil(state_of(window, State.FAILED))
    assert page.data.alarm.isVisible()
    assert text.partition(",")[0] in page.data.alarm.text().replace("\u200b", "")
    assert not page.data.facts.isVisible()
    window.document.undo()
    qtbot.waitUntil(state_of(window, State.STANDING))
    assert not page.data.alarm.isVisible()


def test_a_file_of_ones_own_has_options_even_where_the_network_cannot_learn_it_yet(
    window, page, answers, qtbot, tmp_path
):
    path = tmp_path / "flowers.csv"
    path.write_text("a,b,kind\n" + "".join(f"{n},{n % 5},{'xy'[n % 2]}\n" for n in range(40)))
    answers.paths["learn"] = path
    pick(page.data.picker, "My own file")
    assert window.document.project.data == str(path)
    qtbot.waitUntil(state_of(window, State.FAILED))
    assert page.data.alarm.isVisible()
    assert page.data.facts.texts()["One sample"] == "2 numbers"
    assert page.data.facts.texts()["Classes"] == "2: x, y"
    own, _ = page.data.options.forms
    type_into(own.editor("target").line, "b")
    assert window.document.project.data == f"{path},target=b"
    qtbot.waitUntil(lambda: page.data.facts.texts().get("Classes", "").startswith("5: "))


# Preparation


def steps(window):
    return window.document.project.preparation


def test_the_steps_that_the_data_brings_are_seen(read):
    (card,) = read.data.steps.cards
    assert card.switch.text() == "Scale"
    assert card.switch.isChecked()
    assert card.form.editor("divisor").value == 16


def test_a_step_is_switched_off_and_on(window, read, qtbot):
    (card,) = read.data.steps.cards
    tick(card.switch)
    assert steps(window) == (Scale(16, on=False),)
    assert undo_text(window) == "Switch off Scale"
    assert not card.form.isVisible()
    card.switch.setFocus()
    QTest.keyClick(card.switch, Key.Key_Space)
    assert steps(window) == (Scale(16),)


def test_a_field_of_a_step_is_changed(window, read):
    (card,) = read.data.steps.cards
    type_into(card.form.editor("divisor").box, "8")
    assert steps(window) == (Scale(8),)
    assert undo_text(window) == "Change divisor of Scale"
    window.document.undo()
    assert steps(window) is None
    assert card.form.editor("divisor").value == 16


def test_steps_are_added_moved_and_removed(window, read):
    section = read.data.steps
    choose(section.menu, "Noise")
    choose(section.menu, "Scale to 0…1")
    assert steps(window) == (Scale(16), Noise(), MinMax())
    QTest.mouseClick(section.cards[2].up, LEFT)
    assert steps(window) == (Scale(16), MinMax(), Noise())
    # The keys stay with the step that moved.
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Space)
    assert steps(window) == (MinMax(), Scale(16), Noise())
    assert not section.cards[0].up.isEnabled()
    assert not section.cards[2].down.isEnabled()
    QTest.mouseClick(section.cards[1].remove, LEFT)
    assert steps(window) == (MinMax(), Noise())
    for wanted in ((MinMax(), Scale(16), Noise()), (Scale(16), MinMax(), Noise())):
        window.document.undo()
        assert steps(window) == wanted
        assert [card.kind for card in section.cards] == [type(step) for step in wanted]


def test_the_steps_of_the_data_come_back(window, read):
    section = read.data.steps
    assert not section.as_brought.isEnabled()
    QTest.mouseClick(section.cards[0].remove, LEFT)
    assert steps(window) == ()
    assert section.note.isVisible()
    choose(section.menu, "Back to the steps of the data")
    assert steps(window) is None


def test_a_step_that_learns_shows_what_it_learned(window, read, qtbot):
    section = read.data.steps
    choose(section.menu, "Standardise")
    assert section.cards[1].learned.texts() == {"Means": "not learned yet", "Deviations": "not learned yet"}
    assert steps(window)[1] == Standardise()
    qtbot.waitUntil(lambda: section.cards[1].learned.texts()["Means"].startswith("64 numbers, 0 to"))
    assert "sample" not in section.cards[1].form.fields


def test_learned_numbers_are_told_in_a_few_words():
    assert summary(()) == "not learned yet"
    assert summary((4.8842,)) == "4.884"
    assert summary((3.0, -1.5)) == "3, -1.5"
    assert summary((3.0, -1.5, 0.25, 0.0)) == "4 numbers, -1.5 to 3"


def test_undoing_other_data_brings_back_its_steps_too(window, read, qtbot):
    line = read.data.picker.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "digits,scale=off")
    QTest.keyClick(line, Key.Key_Return)
    window.run.train(steps=1)
    qtbot.waitUntil(lambda: steps(window) == (Scale(16, on=False),))
    window.document.undo()
    assert window.document.project.data == "digits"
    assert steps(window) is None
