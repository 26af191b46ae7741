"""The run bar: the settings that are changed most, and the buttons that start and stop the training."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from nnstudio.graph import edits
from nnstudio.live.commands import SetPace
from nnstudio.live.known import State
from nnstudio.ui.actions import plain
from nnstudio.ui.objection import Objection
from nnstudio.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
COMMANDS = ("train", "one_batch", "one_epoch", "stop", "reset", "new_weights")


@pytest.fixture
def bar(window, qtbot):
    """The bar of the digits' window, in front."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window.run_bar


def click(bar, name):
    QTest.mouseClick(bar.widgetForAction(bar.window().menus.actions[name]), LEFT)


def type_into(control, words, key=Key.Key_Return):
    control.setFocus()
    control.selectAll()
    QTest.keyClicks(control, words)
    if key is not None:
        QTest.keyClick(control, key)


def settings(bar):
    return bar.window().document.project.settings


def can(bar):
    return {name for name in COMMANDS if bar.window().menus.actions[name].isEnabled()}


def says(bar):
    return plain(bar.window().menus.actions["train"].text())


def state_is(bar, state):
    return lambda: bar.window().run.state is state


def slowly(bar, batches=20.0):
    """So slow that the training goes on for as long as a test looks at it."""
    bar.window().run.set_pace(SetPace(batches))


# What it looks like


def test_everything_fits_at_1280_pixels(bar):
    arrow = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert not arrow.isVisible()
    for control in (bar.data, bar.optimizer, bar.rate, bar.batch_size, bar.epochs):
        right = control.mapTo(bar.window(), QPoint(control.width(), 0)).x()
        assert right <= 1280


def test_at_640_pixels_the_rest_stands_in_further_lines(bar, qtbot):
    bar.window().resize(640, 720)
    qtbot.waitUntil(lambda: bar.width() <= 640)
    controls = bar.data, bar.optimizer, bar.rate, bar.batch_size, bar.epochs
    qtbot.waitUntil(lambda: all(bar.rect().contains(_place(control, bar)) for control in controls))
    type_into(bar.epochs.box, "7")
    assert settings(bar).epochs == 7


def _place(control, bar):
    return QRect(control.mapTo(bar, control.rect().topLeft()), control.size())


def test_every_control_has_a_name_and_a_tooltip(bar):
    controls = [bar.data, bar.optimizer, *bar.rate.controls(), bar.batch_size.box, bar.epochs.box]
    assert all(control.accessibleName() and control.toolTip() for control in controls)
    for name in COMMANDS:
        button = bar.widgetForAction(bar.window().menus.actions[name])
        keys = bar.window().menus.actions[name].shortcut().toString()
        assert keys
        assert button.toolTip().endswith(f"({keys})")


def test_labels_are_those_of_the_controls_beside_them(bar):
    words = {label.text(): label.buddy() for label in bar.findChildren(QLabel) if label.buddy() is not None}
    assert words["Data"] is bar.data
    assert words["Learning rate"] is bar.rate


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_train_button_stands_out_in_both_themes(bar, theme):
    bar.window().theme_asked.emit(theme.name)
    button = bar.widgetForAction(bar.window().menus.actions["train"])
    picture = button.grab().toImage()
    assert picture.pixelColor(3, picture.height() // 2).name() == theme.accent
    bar.window().theme_asked.emit("dark")


# Settings


def test_the_settings_are_those_of_the_project(bar):
    assert bar.data.currentText() == "digits"
    assert bar.optimizer.currentText() == "Adam"
    assert bar.rate.box.text() == "0.01"
    assert bar.batch_size.box.text() == "16"
    assert bar.epochs.box.text() == "60"


def test_a_learning_rate_is_typed_and_undone(bar):
    type_into(bar.rate.box, "0.003")
    assert settings(bar).optimizer.learning_rate == 0.003
    bar.window().document.undo()
    assert bar.rate.box.text() == "0.01"


def test_sliding_the_learning_rate_is_one_edit(bar):
    bar.rate.slider.setFocus()
    for _ in range(4):
        QTest.keyClick(bar.rate.slider, Key.Key_Left)
    assert settings(bar).optimizer.learning_rate < 0.01
    assert bar.window().document.undo_stack.count() == 1


def test_a_learning_rate_below_zero_says_why_and_goes_nowhere(bar, qtbot):
    before = bar.window().document.project
    type_into(bar.rate.box, "-1")
    reason = bar.window().findChild(Objection, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert reason.isVisible()
    assert "Learning rate must be a number from 0" in reason.text()
    assert bar.window().rect().contains(reason.geometry())
    assert bar.rate.box.property("refused")
    assert bar.window().document.project is before
    bar.epochs.box.setFocus()
    assert not reason.isVisible()
    assert bar.rate.box.text() == "0.01"
    assert not bar.rate.box.property("refused")


def test_escape_brings_the_last_value_back(bar):
    type_into(bar.batch_size.box, "0")
    QTest.keyClick(bar.batch_size.box, Key.Key_Escape)
    assert bar.batch_size.box.text() == "16"


def test_another_optimizer_keeps_to_its_own_usual_rate(bar):
    bar.optimizer.setFocus()
    QTest.keyClicks(bar.optimizer, "Momentum")
    assert settings(bar).optimizer.kind == "momentum"
    assert bar.rate.box.text() == "0.01"


@pytest.mark.parametrize(("kind", "why"), [("Gradient", "whole training set"), ("Perceptron", "one sample")])
def test_without_batches_the_batch_size_is_grey_and_says_why(bar, kind, why):
    bar.optimizer.setFocus()
    QTest.keyClicks(bar.optimizer, kind)
    assert not bar.batch_size.box.isEnabled()
    assert why in bar.batch_size.box.toolTip()
    bar.window().document.undo()
    assert bar.batch_size.box.isEnabled()
    assert "How many samples" in bar.batch_size.box.toolTip()


def test_picked_data_is_read(bar, qtbot):
    bar.data.line.setFocus()
    bar.data.line.selectAll()
    QTest.keyClicks(bar.data.line, "digits,test=0.5")
    QTest.keyClick(bar.data.line, Key.Key_Return)
    qtbot.waitUntil(state_is(bar, State.STANDING))
    assert bar.window().document.project.data == "digits,test=0.5"


def test_a_file_is_asked_for(bar, answers, tmp_path, qtbot):
    answers.paths["learn"] = tmp_path / "mine.csv"
    bar.data.setFocus()
    QTest.keyClick(bar.data, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    view = bar.data.view()
    view.setCurrentIndex(bar.data.model().index(bar.data.count() - 1, 0))
    QTest.keyClick(view, Key.Key_Return)
    assert "what_to_learn" in answers.questions
    assert bar.window().document.project.data == str(tmp_path / "mine.csv")
    qtbot.waitUntil(state_is(bar, State.FAILED))


# Buttons


def test_at_first_it_can_be_trained_but_neither_stopped_nor_reset(bar):
    assert says(bar) == "Train"
    assert can(bar) == {"train", "one_batch", "one_epoch", "new_weights"}


def test_while_it_trains_it_can_be_paused_stopped_and_reset(bar, qtbot):
    slowly(bar)
    click(bar, "train")
    qtbot.waitUntil(state_is(bar, State.GOING))
    assert says(bar) == "Pause"
    assert can(bar) == {"train", "stop", "reset", "new_weights"}
    qtbot.waitUntil(lambda: bar.window().run.known.step > 0)
    click(bar, "train")
    qtbot.waitUntil(state_is(bar, State.STANDING))
    assert says(bar) == "Train"
    assert can(bar) == {*COMMANDS}


def test_f5_trains_and_pauses(bar, qtbot):
    slowly(bar)
    QTest.keyClick(bar.window(), Key.Key_F5)
    qtbot.waitUntil(state_is(bar, State.GOING))
    QTest.keyClick(bar.window(), Key.Key_F5)
    qtbot.waitUntil(state_is(bar, State.STANDING))


def test_the_button_does_not_change_its_width(bar, qtbot):
    button = bar.widgetForAction(bar.window().menus.actions["train"])
    before = button.geometry()
    slowly(bar)
    click(bar, "train")
    qtbot.waitUntil(state_is(bar, State.GOING))
    QApplication.processEvents()
    assert button.geometry() == before


def test_one_batch_is_one_batch_and_one_epoch_leads_to_its_end(bar, qtbot):
    run = bar.window().run
    click(bar, "one_batch")
    qtbot.waitUntil(lambda: run.known.step == 1 and run.state is State.STANDING)
    click(bar, "one_epoch")
    qtbot.waitUntil(lambda: run.known.step == 72 and run.state is State.STANDING)


def test_after_a_stop_there_is_nothing_to_stop(bar, qtbot):
    slowly(bar)
    click(bar, "train")
    qtbot.waitUntil(lambda: bar.window().run.known.step > 0)
    click(bar, "stop")
    qtbot.waitUntil(lambda: bar.window().run.known.over)
    assert can(bar) == {*COMMANDS} - {"stop"}


def test_a_reset_takes_what_was_learned_and_undo_brings_it_back(bar, qtbot):
    document = bar.window().document
    click(bar, "one_batch")
    qtbot.waitUntil(lambda: document.project.weights is not None)
    click(bar, "reset")
    qtbot.waitUntil(lambda: document.project.weights is None)
    qtbot.waitUntil(lambda: "reset" not in can(bar))
    document.undo()
    assert document.project.weights is not None
    assert "reset" in can(bar)


def test_a_model_with_a_problem_cannot_be_trained_and_it_says_why(bar):
    document = bar.window().document
    document.edit("Break", edits.remove(document.graph, "flatten"))
    assert can(bar) == {"new_weights"}
    assert "Flatten" in bar.window().menus.actions["train"].toolTip()
    document.undo()
    assert "train" in can(bar)
    assert "Let the network learn" in bar.window().menus.actions["train"].toolTip()


def test_the_learning_rate_changes_while_it_trains(bar, qtbot):
    slowly(bar, 50.0)
    click(bar, "train")
    qtbot.waitUntil(lambda: bar.window().run.known.step > 0)
    type_into(bar.rate.box, "0.5")
    record = bar.window().run.record
    qtbot.waitUntil(lambda: [mark.words for mark in record.marks] == ["0.5"])
    assert bar.window().run.record is record
    assert bar.window().run.state is State.GOING
