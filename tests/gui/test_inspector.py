"""The inspector: it shows what is selected, and every change is one edit that can be undone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.ui.document import Document
from nnstudio.ui.forms.values import SEVERAL
from nnstudio.ui.inspector import Inspector
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK, LIGHT, apply, theme_of


def made(document, selection):
    """An inspector in a window where nothing is trained."""
    return Inspector(document, selection, Run(document, bool), lambda: None)


@pytest.fixture
def inspector(qtbot, document, selection):
    inspector = made(document, selection)
    qtbot.addWidget(inspector)
    inspector.resize(260, 700)
    with qtbot.waitExposed(inspector):
        inspector.show()
    return inspector


def type_into(widget, words):
    widget.setFocus()
    widget.selectAll()
    QTest.keyClicks(widget, words)


def test_nothing_selected_shows_the_model(inspector):
    page = inspector.model_page
    assert inspector.page is page
    assert page.cost.texts()["Parameters"] == "2,410"
    assert page.cost.texts()["Layers"] == "6"
    assert page.data.picker.currentText() == "digits"
    assert page.head.kind.text() == "Ready to be trained"


def test_an_empty_model_says_how_to_begin(qtbot):
    document = Document()
    inspector = made(document, Selection(document))
    qtbot.addWidget(inspector)
    assert "Drag a layer" in inspector.model_page.hint.text()
    assert inspector.model_page.head.kind.text() == "1 problem"


def test_a_layer_is_shown_with_its_fields_shapes_and_formula(inspector, selection):
    selection.choose(["hidden"])
    page = inspector.layer_page
    assert inspector.page is page
    assert page.head.kind.text() == "Dense · Neurons"
    assert page.form.editor("units").box.text() == "32"
    assert page.figures.texts() == {
        "Goes in": "64", "Comes out": "32", "Parameters": "2,080", "Multiplications": "2,048",
    }  # fmt: skip
    assert page.formula.text() == "a = W·x + b"
    assert page.about.text().startswith("A layer of neurons")


def test_typing_a_number_is_one_edit_with_a_readable_name(inspector, document, selection):
    before = document.graph
    selection.choose(["hidden"])
    type_into(inspector.layer_page.form.editor("units").box, "128")
    assert document.graph.node("hidden").layer.units == 128
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Change units of hidden"
    document.undo()
    assert document.graph == before
    assert inspector.layer_page.form.editor("units").box.text() == "32"


def test_a_refused_value_leaves_the_model_untouched(inspector, document, selection):
    before = document.graph
    selection.choose(["hidden"])
    type_into(inspector.layer_page.form.editor("units").box, "0")
    assert document.graph is before
    assert "must be a whole number" in inspector.layer_page.form.row("units").alarm.text()


def test_another_layer_of_the_same_kind_does_not_inherit_what_was_refused(inspector, selection):
    selection.choose(["hidden"])
    type_into(inspector.layer_page.form.editor("units").box, "0")
    selection.choose(["scores"])
    row = inspector.layer_page.form.row("units")
    assert row.editor.box.text() == "10"
    assert not row.alarm.isVisible()
    selection.choose(["hidden"])
    assert inspector.layer_page.form.editor("units").box.text() == "32"


def test_two_picks_are_two_edits(inspector, document, selection):
    selection.choose(["hidden"])
    combo = inspector.layer_page.form.editor("weights_start").combo
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert document.undo_stack.count() == 2
    assert document.undo_stack.undoText() == "Change weights start of hidden"


def test_typing_into_a_part_is_one_edit(inspector, document, selection):
    document.edit("start", edits.set_fields(document.graph, "hidden", weights_start="normal"))
    selection.choose(["hidden"])
    nested = inspector.layer_page.form.editor("weights_start").nested.form
    type_into(nested.editor("deviation").box, "0.25")
    assert document.graph.node("hidden").layer.weights_start.deviation == 0.25
    assert document.undo_stack.count() == 2


def test_renaming_is_one_edit_and_blanks_around_a_name_go(inspector, document, selection):
    selection.choose(["hidden"])
    line = inspector.layer_page.name.line
    assert line.placeholderText() == "hidden"
    type_into(line, "my neurons ")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert document.graph.node("hidden").name == "my neurons"
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Rename hidden"


def test_a_name_can_be_taken_away_again(inspector, document, selection):
    document.edit("name", edits.rename(document.graph, "hidden", "Brain"))
    selection.choose(["hidden"])
    line = inspector.layer_page.name.line
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert document.graph.node("hidden").name == ""


def test_a_name_too_long_is_refused_in_place(inspector, document, selection):
    selection.choose(["hidden"])
    type_into(inspector.layer_page.name.line, "n" * 81)
    assert len(document.graph.node("hidden").name) == 80
    assert inspector.layer_page.alarm.isVisible()


def test_several_layers_of_a_kind_are_edited_together(inspector, document, selection):
    before = document.graph
    selection.choose(["hidden", "scores"])
    form = inspector.layers_page.form
    assert form.editor("units").value is SEVERAL
    type_into(form.editor("units").box, "20")
    assert [document.graph.node(id).layer.units for id in ("hidden", "scores")] == [20, 20]
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Change units of 2 layers"
    document.undo()
    assert document.graph == before
    assert inspector.layers_page.form.editor("units").value is SEVERAL


def test_layers_with_nothing_in_common_say_so(inspector, selection):
    selection.choose(["hidden", "relu"])
    assert inspector.page is inspector.layers_page
    assert inspector.layers_page.form is None
    assert "no field in common" in inspector.layers_page.hint.text()
    assert inspector.layers_page.names.text() == "hidden, ReLU"


def test_a_wire_tells_what_flows(inspector, document, selection):
    selection.choose((), [document.graph.wires[0]])
    page = inspector.wires_page
    assert inspector.page is page
    assert page.facts.texts() == {"From": "Input", "To": "Flatten", "Carries": "8×8×1", "Per sample": "64 numbers"}
    selection.choose((), document.graph.wires[:2])
    assert page.title.text() == "2 wires"


def test_a_problem_is_shown_on_its_layer_and_mended_with_one_click(inspector, document, selection, qtbot):
    document.edit("break", edits.remove(document.graph, "flatten"))
    selection.choose(["hidden"])
    note = inspector.layer_page.problem
    assert note.isVisible()
    assert "Put a Flatten before it" in note.sentence.text()
    qtbot.mouseClick(note.button, Qt.MouseButton.LeftButton)
    assert document.undo_stack.undoText() == "Insert Flatten"
    assert document.findings.problems == ()
    assert not note.isVisible()


def test_colours_follow_the_theme(inspector, document, selection, qapp):
    document.edit("break", edits.remove(document.graph, "flatten"))
    selection.choose(["hidden"])
    sentence = inspector.layer_page.problem.sentence
    try:
        for theme in (LIGHT, DARK):
            apply(qapp, theme)
            assert sentence.palette().color(sentence.foregroundRole()).name() == theme.problem
            assert theme_of(inspector.palette()) is theme
    finally:
        apply(qapp, DARK)


def test_it_follows_undo_and_the_end_of_a_layer(inspector, document, selection):
    selection.choose(["hidden"])
    document.edit("Delete", edits.remove(document.graph, "hidden"))
    assert inspector.page is inspector.model_page
    document.undo()
    assert inspector.page is inspector.model_page


def test_a_hidden_inspector_waits_until_it_is_seen(inspector, document, selection):
    inspector.hide()
    selection.choose(["hidden"])
    assert inspector.page is inspector.model_page
    inspector.show()
    assert inspector.page is inspector.layer_page


@pytest.mark.parametrize("kind", layers().kinds())
def test_no_kind_of_layer_is_wider_than_260_pixels(inspector, document, selection, kind):
    layer = layers().find(kind)()
    document.edit("add", edits.add(document.graph, layer, "it", "a_very_long_name_without_a_blank_" * 2))
    selection.choose(["it"])
    inspector.area.widget().layout().activate()
    assert inspector.area.widget().minimumSizeHint().width() <= inspector.area.viewport().width()


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def beside_another(qtbot, document, selection, window):
    """An inspector in a window with something behind it, which was there before any form was made."""
    row = QHBoxLayout(window)
    inspector = made(document, selection)
    row.addWidget(inspector)
    row.addWidget(QLineEdit("behind"))
    with qtbot.waitActive(window):
        window.show()
    return inspector


def tab(times):
    for _ in range(times):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)


def test_tab_goes_from_the_name_through_all_fields_and_on(beside_another, selection):
    selection.choose(["hidden"])
    page = beside_another.layer_page
    page.name.line.setFocus()
    start = page.form.editor("weights_start")
    expected = [
        page.form.editor("units").box, start.combo, start.nested.form.editor("distribution").combo,
        page.form.editor("bias_start").combo, page.form.editor("frozen").box,
    ]  # fmt: skip
    for control in expected:
        tab(1)
        assert control.hasFocus()


def test_tab_goes_into_a_part_that_was_just_picked(beside_another, selection):
    selection.choose(["hidden"])
    editor = beside_another.layer_page.form.editor("bias_start")
    editor.combo.setFocus()
    QTest.keyClicks(editor.combo, "Normal")
    tab(1)
    assert editor.nested.form.editor("deviation").box.hasFocus()


def test_tab_goes_into_the_form_of_several_layers(beside_another, selection):
    selection.choose(["hidden", "scores"])
    beside_another.layers_page.names.setFocus()
    tab(1)
    assert beside_another.layers_page.form.editor("units").box.hasFocus()


def test_select_all_in_a_number_marks_the_number(beside_another, selection, window):
    selection.choose(["hidden"])
    every = QAction(window)
    every.setShortcut("Ctrl+A")
    every.triggered.connect(selection.choose_all)
    window.addAction(every)
    box = beside_another.layer_page.form.editor("units").box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selection.nodes == {"hidden"}
    assert box.lineEdit().selectedText() == "32"
