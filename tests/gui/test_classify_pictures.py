"""Many pictures: a folder of them becomes a table in a window, the same as the command line's; it can be called off."""

import threading

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.classify import many
from nnstudio.cli import run
from nnstudio.core.resources import resource
from nnstudio.data.sources import open_data
from nnstudio.project.templates import load_template
from nnstudio.ui import classifying
from tests.gui.conftest import roomy

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FILE, ANSWER, PROBABILITY = 0, 1, 2
LONG = 20_000  # Milliseconds that a slow machine may need.


@pytest.fixture(scope="session")
def drawn():
    """Twelve digits of 8×8 as they were written by hand, dark on white, and what they are."""
    data = open_data("digits")
    picks = [int(np.flatnonzero(data.targets == each % 10)[each // 10]) for each in range(12)]
    return [(each % 10, 255 - np.uint8(data.inputs[pick].reshape(8, 8) * 15)) for each, pick in enumerate(picks)]


@pytest.fixture
def folder(tmp_path, drawn):
    """Twelve pictures, and a file that only calls itself one."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, (digit, pixels) in enumerate(drawn):
        Image.fromarray(pixels).resize((80, 80), Image.Resampling.BICUBIC).save(folder / f"{number:02}-{digit}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def window(studio, qtbot):
    """The bundled trained network."""
    return in_front(qtbot, roomy(studio.open(load_template("mnist-trained"), None)))


@pytest.fixture
def held(monkeypatch):
    """Every reading after the fifth waits until it is let go."""
    go_on, fifth, read, read_for = threading.Event(), threading.Event(), [], many.read_for

    def slow(path, stored):
        read.append(path)
        if len(read) > 5:
            fifth.set()
            go_on.wait(20)
        return read_for(path, stored)

    monkeypatch.setattr(many, "read_for", slow)
    go_on.reached = fifth
    yield go_on
    go_on.set()


def in_front(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


def click(button):
    QTest.mouseClick(button, LEFT)


def press(widget, key, keys=NONE):
    QTest.keyClick(widget, key, keys)


def classify_window(qtbot, window):
    """Opened with its keys."""
    press(window, Qt.Key.Key_P, CTRL | SHIFT)
    dialog = window.crossings._many
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def classified(qtbot, window, answers, folder):
    """The window once all of a folder is answered."""
    answers.paths["classify_folder"] = folder
    dialog = classify_window(qtbot, window)
    click(dialog.folder)
    ended(qtbot, dialog)
    return dialog


def ended(qtbot, dialog):
    qtbot.waitUntil(lambda: not dialog._in_use, timeout=LONG)


def column(dialog, place):
    model = dialog.table.model()
    return [model.index(row, place).data() for row in range(model.rowCount())]


def place_of(dialog, row):
    return dialog.table.visualRect(dialog.table.model().index(row, FILE)).center()


def double_click(table, place):
    # Qt makes a double click of what an ordinary hand presses, lets go and presses again.
    QTest.mouseClick(table.viewport(), LEFT, NONE, place)
    QTest.mouseDClick(table.viewport(), LEFT, NONE, place)


def test_a_folder_becomes_a_table_with_answers_and_reasons(qtbot, window, answers, folder):
    dialog = classified(qtbot, window, answers, folder)
    names = column(dialog, FILE)
    assert names == sorted(each.name for each in folder.iterdir())
    right = sum(name[3] == answer for name, answer in zip(names[:12], column(dialog, ANSWER)[:12], strict=True))
    assert right >= 8
    assert all(each.endswith("%") for each in column(dialog, PROBABILITY)[:12])
    assert column(dialog, ANSWER)[12] == "–"
    assert column(dialog, 5)[12].startswith("broken.png ")
    assert not dialog.table.isColumnHidden(5)
    assert dialog.words.text() == "12 of 13 read."
    small = dialog.table.model().index(0, FILE).data(Qt.ItemDataRole.DecorationRole)
    assert (small.width(), small.height()) == (28, 28)


def test_the_saved_table_is_the_command_lines_byte_for_byte(qtbot, window, answers, folder, tmp_path, capsys):
    dialog = classified(qtbot, window, answers, folder)
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    answers.paths["export"] = ours
    click(dialog.save)
    qtbot.waitUntil(lambda: dialog.words.text() == "Saved ours.csv.")
    run(["classify", str(resource("projects", "mnist-trained.nns")), str(folder), "--csv", str(theirs)])
    assert ours.read_bytes() == theirs.read_bytes()
    assert ours.read_bytes().count(b"\n") == 14


def test_files_can_be_chosen_in_the_place_of_a_folder(qtbot, window, answers, folder):
    answers.paths["classify_files"] = [folder / "broken.png", *sorted(folder.glob("0[0-2]*"))]
    dialog = classify_window(qtbot, window)
    dialog.files.setFocus()
    press(dialog.files, Qt.Key.Key_Space)
    ended(qtbot, dialog)
    assert dialog.words.text() == "3 of 4 read."


def test_the_table_is_sorted_filtered_and_copied(qtbot, window, answers, folder):
    dialog = classified(qtbot, window, answers, folder)
    header = dialog.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(PROBABILITY) + 40, header.height() // 2)
    orders = []
    for _ in range(2):
        QTest.mouseClick(header.viewport(), LEFT, NONE, place)
        *known, unknown = [each.cells.get("probability") for each in dialog.table.sorted.shown()]
        assert unknown is None
        orders.append(known)
    assert orders == [sorted(orders[0]), sorted(orders[0], reverse=True)]
    dialog.filter.setFocus()
    QTest.keyClicks(dialog.filter, "broken")
    assert column(dialog, FILE) == ["broken.png"]
    QTest.mouseClick(dialog.table.viewport(), LEFT, NONE, place_of(dialog, 0))
    press(dialog.table, Qt.Key.Key_C, CTRL)
    assert "broken.png" in QGuiApplication.clipboard().text()


def test_calling_off_keeps_what_is_answered(qtbot, window, answers, folder, held):
    answers.paths["classify_folder"] = folder
    dialog = classify_window(qtbot, window)
    click(dialog.folder)
    qtbot.waitUntil(held.reached.is_set, timeout=LONG)
    assert dialog.busy.isVisible()
    assert not dialog.folder.isEnabled()
    assert not dialog.save.isEnabled()
    click(dialog.close_button)
    assert dialog.words.text() == "Ending…"
    held.set()
    ended(qtbot, dialog)
    assert dialog.words.text() == "Called off. 6 of 13 read."
    assert len(column(dialog, FILE)) == 6
    assert dialog.close_button.text() == "Close"
    assert dialog.save.isEnabled()


def test_the_table_grows_batch_by_batch(qtbot, window, answers, folder, held, monkeypatch):
    monkeypatch.setattr(classifying, "AT_ONCE", 4)
    answers.paths["classify_folder"] = folder
    dialog = classify_window(qtbot, window)
    click(dialog.folder)
    qtbot.waitUntil(lambda: len(column(dialog, FILE)) == 4, timeout=LONG)
    assert dialog.words.text() == "Reading… 4 of 13"
    assert (dialog.busy.value(), dialog.busy.maximum()) == (4, 13)
    held.set()
    ended(qtbot, dialog)
    assert len(column(dialog, FILE)) == 13


@pytest.mark.parametrize("how", ["Escape", "window"])
def test_it_ends_with_its_window(qtbot, window, answers, folder, held, how):
    answers.paths["classify_folder"] = folder
    dialog = classify_window(qtbot, window)
    click(dialog.folder)
    qtbot.waitUntil(held.reached.is_set, timeout=LONG)
    off = dialog.classifying._off
    if how == "Escape":
        press(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))
        assert window.crossings._many is None
    else:
        with qtbot.waitSignal(window.destroyed):
            window.close()
    assert off.is_set()
    # That no thread is left is asked of every window's end.


def test_an_untrained_network_is_refused_in_a_sentence(qtbot, studio, answers, folder):
    window = in_front(qtbot, roomy(studio.open(load_template("digits"), None)))
    dialog = classified(qtbot, window, answers, folder)
    assert "not trained yet" in dialog.alarm.text()
    assert dialog.alarm.isVisible()
    assert column(dialog, FILE) == []
    assert not dialog.save.isEnabled()


def test_a_folder_without_pictures_is_told_and_another_can_be_chosen(qtbot, window, answers, folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    dialog = classified(qtbot, window, answers, empty)
    assert "There is no picture in the folder" in dialog.alarm.text()
    answers.paths["classify_folder"] = folder
    click(dialog.folder)
    ended(qtbot, dialog)
    assert not dialog.alarm.isVisible()
    assert dialog.words.text() == "12 of 13 read."


@pytest.mark.parametrize("hand", ["mouse", "Enter"])
def test_a_row_brings_its_picture_onto_the_pad(qtbot, window, answers, folder, hand):
    dialog = classified(qtbot, window, answers, folder)
    if hand == "mouse":
        double_click(dialog.table, place_of(dialog, 7))
    else:
        QTest.mouseClick(dialog.table.viewport(), LEFT, NONE, place_of(dialog, 7))
        press(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.panels.all["draw"].content is not None)
    panel = window.panels.all["draw"].content
    qtbot.waitUntil(lambda: not panel.body.drawing.empty)
    qtbot.waitUntil(lambda: panel.seen is not None and panel.seen.sample == panel.drawing, timeout=LONG)
    assert panel.isVisible()
    assert panel.body.answer.large.text() == column(dialog, ANSWER)[7]
    assert dialog.isVisible()


def test_the_drawing_panel_has_a_button_for_it_and_there_is_one_window(qtbot, window):
    window.docks.use("classify")
    qtbot.waitUntil(lambda: window.panels.all["draw"].content is not None)
    panel = window.panels.all["draw"].content
    qtbot.waitUntil(panel.pictures.many.isEnabled)
    qtbot.waitUntil(panel.pictures.isEnabled, timeout=LONG)
    click(panel.pictures.many)
    dialog = window.crossings._many
    assert dialog.isVisible()
    assert not dialog.isModal()
    window.menus.actions["classify"].trigger()
    assert window.crossings._many is dialog


def test_what_was_learned_until_now_is_asked(qtbot, studio, answers, folder):
    window = in_front(qtbot, roomy(studio.open(load_template("digits"), None)))
    window.run.train(epochs=1)
    qtbot.waitUntil(lambda: window.run.learned and not window.run.going, timeout=LONG)
    dialog = classified(qtbot, window, answers, folder)
    assert dialog.words.text() == "12 of 13 read."


def test_every_control_has_a_name(qtbot, window):
    dialog = classify_window(qtbot, window)
    assert dialog.table.accessibleName() == "Classified pictures"
    assert dialog.filter.accessibleName() == "Filter pictures"
