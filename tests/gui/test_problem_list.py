"""The list of problems: each with its sentence and layer, gone to by a click, mended by a button."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.ui.document import Document
from nnstudio.ui.entry_list import MOST
from nnstudio.ui.problem_list import ProblemList
from nnstudio.ui.selection import Selection


@pytest.fixture
def broken(document):
    """The digits without their Flatten."""
    document.edit("break", edits.remove(document.graph, "flatten"))
    return document


@pytest.fixture
def listed(qtbot, document, selection):
    return shown(qtbot, document, selection)


def shown(qtbot, document, selection, width=800):
    listed = ProblemList(document, selection)
    qtbot.addWidget(listed)
    listed.resize(width, 200)
    with qtbot.waitExposed(listed):
        listed.show()
    return listed


def sentences(listed):
    return [row.sentence.text() for row in listed.area.rows if row.isVisible()]


def test_without_problems_it_says_that_the_model_can_be_trained(listed):
    assert sentences(listed) == []
    assert listed.area.nothing.isVisible()
    assert listed.area.nothing.text() == "No problems. The model can be trained."
    assert listed.count == (0, 0)


def test_a_problem_is_listed_with_its_sentence_and_its_layer(listed, document):
    document.edit("break", edits.remove(document.graph, "flatten"))
    assert sentences(listed) == ["Dense reads flat data, but gets 8×8×1. Put a Flatten before it."]
    row = listed.area.rows[0]
    assert row.where.text() == "hidden · Dense"
    assert row.accessibleName() == "Problem: Dense reads flat data, but gets 8×8×1. Put a Flatten before it."
    assert not listed.area.nothing.isVisible()


def test_a_click_selects_the_layer_and_goes_there(broken, selection, qtbot):
    listed = shown(qtbot, broken, selection)
    with qtbot.waitSignal(listed.go_to) as went:
        qtbot.mouseClick(listed.area.rows[0].sentence, Qt.MouseButton.LeftButton)
    assert went.args == ["hidden"]
    assert selection.only_node == "hidden"


def test_the_button_repairs_in_one_edit(broken, selection, qtbot):
    listed = shown(qtbot, broken, selection)
    assert listed.area.rows[0].button.text() == "Insert Flatten"
    qtbot.mouseClick(listed.area.rows[0].button, Qt.MouseButton.LeftButton)
    assert broken.findings.problems == ()
    assert broken.undo_stack.undoText() == "Insert Flatten"
    assert listed.area.nothing.isVisible()
    broken.undo()
    assert len(sentences(listed)) == 1


def test_the_keyboard_does_the_same(broken, selection, qtbot):
    broken.edit("add", edits.add(broken.graph, layers().find("add")()))
    listed = shown(qtbot, broken, selection)
    first, second = listed.area.rows[0], listed.area.rows[1]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert selection.only_node == second.about.node
    QTest.keyClick(second, Qt.Key.Key_Up)
    assert first.hasFocus()
    row = next(row for row in listed.area.rows if row.button.isVisible() and row.about.kind == "shape")
    row.button.setFocus()
    QTest.keyClick(row.button, Qt.Key.Key_Space)
    assert broken.undo_stack.undoText() == "Insert Flatten"


def test_a_note_is_no_problem(qtbot, document, selection):
    graph = edits.set_layer(document.graph, "relu", layers().find("threshold")())
    document.edit("deaf", graph)
    listed = shown(qtbot, document, selection)
    assert listed.count == (0, 1)
    assert listed.area.rows[0].accessibleName().startswith("Note: ")


def test_it_counts_even_while_it_is_hidden(listed, document, qtbot):
    listed.hide()
    with qtbot.waitSignal(listed.counted) as counted:
        document.edit("break", edits.remove(document.graph, "flatten"))
    assert counted.args == [1, 0]
    listed.show()
    assert len(sentences(listed)) == 1


def test_a_problem_of_the_whole_model_has_no_layer_to_go_to(qtbot):
    document = Document()
    selection = Selection(document)
    listed = shown(qtbot, document, selection)
    assert sentences(listed) == ["The model is empty. Add an Input and the layers behind it."]
    assert not listed.area.rows[0].where.isVisible()
    listed.go_to.connect(pytest.fail)
    qtbot.mouseClick(listed.area.rows[0], Qt.MouseButton.LeftButton)


def test_a_great_many_problems_are_cut_short(qtbot, document, selection):
    graph = document.graph
    for _ in range(70):
        graph = edits.add(graph, layers().find("add")())
    document.edit("many", graph)
    listed = shown(qtbot, document, selection)
    assert len(sentences(listed)) == MOST
    hidden = len(document.findings.problems) - MOST
    assert listed.area.more.text() == f"… and {hidden} more"
    assert listed.count[0] == MOST + hidden


@pytest.mark.parametrize("width", [240, 900])
def test_sentences_and_buttons_fit_into_any_width(qtbot, broken, selection, width):
    broken.edit("rename", edits.rename(broken.graph, "hidden", "n" * 80))
    listed = shown(qtbot, broken, selection, width)
    row = listed.area.rows[0]
    assert listed.area.horizontalScrollBar().maximum() == 0
    assert row.rect().contains(row.button.geometry())
    assert row.sentence.height() >= row.sentence.heightForWidth(row.sentence.width())
    beside = row.button.y() < row.sentence.geometry().bottom()
    assert beside == (width > 420)
