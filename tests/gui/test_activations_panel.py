"""The activations panel: a sample through every layer, to the very numbers, and the way to choose it."""

import csv
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.api import Model
from nnstudio.project.templates import load_template
from nnstudio.training.samples import answers_on
from nnstudio.ui.panels.activation_rows import LABELS
from nnstudio.ui.panels.answer_row import AnswerRow
from nnstudio.ui.panels.rows import Numbers, Photograph, Tiles
from nnstudio.ui.panels.verdict import Verdict
from nnstudio.ui.plots.saving import content
from tests.gui.conftest import roomy, settle

LEFT = Qt.MouseButton.LeftButton
TEST = 2


@pytest.fixture
def opened(qtbot, studio):
    """Opens a template in a window, with the activations in sight."""

    def opened(project):
        window = roomy(studio.open(load_template(project) if isinstance(project, str) else project, None))
        window.docks.show("activations")
        qtbot.waitUntil(lambda: window.panels.all["activations"].content is not None)
        panel = window.panels.all["activations"].content
        qtbot.waitUntil(lambda: panel.isVisible() and panel.seen is not None and panel.choice._parts != {})
        settle(qtbot, window)
        return window, panel

    return opened


def train(qtbot, window, steps):
    end = window.run.known.step + steps
    window.run.train(steps=steps)
    qtbot.waitUntil(lambda: window.run.known.step >= end)
    settle(qtbot, window)


def choose(qtbot, window, panel, number):
    window.sample.choose(number)
    qtbot.waitUntil(lambda: panel.seen.sample == number)


def row_of(panel, id):
    """The last row of a layer."""
    return next(row for row in reversed(panel.rows.rows) if row.id == id)


def session_of(window):
    model = Model(replace(window.document.project, weights=None, history=(), checkpoint=None))
    return model.session(threads=1)


def test_every_layer_has_a_row_in_the_order_of_computation(opened):
    _, panel = opened("digits")
    assert [row.label for row in panel.rows.rows] == [
        "sample", "Input", "Flatten", "hidden", "ReLU", "scores", "output",
    ]  # fmt: skip
    assert [type(row) for row in panel.rows.rows] == [
        Photograph, Tiles, Numbers, Numbers, Numbers, Numbers, AnswerRow,
    ]  # fmt: skip


def test_the_numbers_are_those_of_a_calculation_by_hand(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 25)
    choose(qtbot, window, panel, 100)
    with session_of(window) as session:
        session.run(25)
        named = {name: array.astype(np.float64) for name, array in session.parameters.named().items()}
        stored = session.data.inputs[100]
    assert np.array_equal(panel.rows.rows[0].values, stored)
    x = row_of(panel, "input").values.astype(np.float64).ravel()
    hidden = named["hidden/weights"] @ x + named["hidden/bias"]
    scores = named["scores/weights"] @ np.maximum(hidden, 0) + named["scores/bias"]
    output = np.exp(scores - scores.max())
    for id, expected in (("hidden", hidden), ("relu", np.maximum(hidden, 0)), ("scores", scores),
                         ("output", output / output.sum())):  # fmt: skip
        np.testing.assert_allclose(row_of(panel, id).values, expected, rtol=1e-5, atol=1e-6)


def test_a_rewound_training_shows_the_answers_of_then(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 30)
    late = row_of(panel, "output").values.copy()
    window.run.go_to(9)
    qtbot.waitUntil(lambda: window.run.known.step == 9)
    settle(qtbot, window)
    with session_of(window) as session:
        session.run(9)
        expected = answers_on(session.plan, session.parameters, session.data, np.array([0]))
    np.testing.assert_allclose(row_of(panel, "output").values, expected[0], rtol=1e-5)
    assert not np.array_equal(row_of(panel, "output").values, late)


def test_the_sentence_names_part_class_and_answer(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 100)
    with session_of(window) as session:
        session.run(100)
        number = int(session.data.part("test")[17])
        wanted = int(session.data.targets[number])
        outputs = answers_on(session.plan, session.parameters, session.data, np.array([number]))[0]
    choose(qtbot, window, panel, number)
    answer = int(outputs.argmax())
    expected = f"Sample 17 of test · class {wanted} · answered {answer} ({outputs[answer]:.0%})".replace("%", " %")
    assert panel.sentence.text() == expected
    assert panel.choice.part_name == "test"
    assert panel.choice.field.text() == "17"


def test_numbers_to_predict_are_told_with_what_was_wanted(qtbot, opened):
    window, panel = opened("linear-regression")
    choose(qtbot, window, panel, 3)
    with session_of(window) as session:
        wanted = session.data.targets[3]
    assert f"wanted {np.float32(wanted[0])!s}".replace("-", "−") in panel.sentence.text()
    answered = str(row_of(panel, "output").values[0]).replace("-", "−")
    assert panel.sentence.text().endswith(f"answered {answered}")
    assert panel.choice.only_mistakes.isHidden()


@pytest.mark.parametrize(
    ("answer", "output", "names", "words"),
    [
        (1, [0.8], ("no", "yes"), "Sample 4 of training · class no · answered yes (80 %)"),
        (0, [0.2], ("no", "yes"), "Sample 4 of training · class no · answered no (80 %)"),
        (2, [0.1, 0.2, 0.7], ("a", "b", "c"), "Sample 4 of training · class a · answered c (70 %)"),
    ],
)
def test_verdicts(answer, output, names, words):
    assert Verdict("train", 4, 0, answer, np.array(output), True, names).words() == words


def test_an_answer_that_is_no_probability_has_no_percentage():
    verdict = Verdict("train", 4, 1, 1, np.array([0.98]), False, ("no", "yes"))
    assert verdict.words() == "Sample 4 of training · class yes · answered yes"


def test_next_and_previous_go_through_the_part_and_around(qtbot, opened):
    window, panel = opened("digits")
    train_part = panel.choice._parts["train"]
    choose(qtbot, window, panel, int(train_part[0]))
    QTest.mouseClick(panel.choice.next, LEFT)
    assert window.sample.number == train_part[1]
    qtbot.waitUntil(lambda: panel.seen.sample == train_part[1])
    for _ in range(2):
        QTest.mouseClick(panel.choice.previous, LEFT)
        qtbot.waitUntil(lambda: panel.seen.sample == window.sample.number)
    assert window.sample.number == train_part[-1]


def test_a_typed_number_is_that_of_the_sample_in_its_part(qtbot, opened):
    window, panel = opened("digits")
    panel.choice.part.setFocus()
    panel.choice.part.setCurrentIndex(TEST)
    panel.choice.part.activated.emit(TEST)
    test_part = panel.choice._parts["test"]
    qtbot.waitUntil(lambda: panel.seen.sample == test_part[0])
    field = panel.choice.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.sample.number == test_part[12]
    field.selectAll()
    QTest.keyClicks(field, "999999")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.sample.number == test_part[-1]
    qtbot.waitUntil(lambda: panel.seen.sample == test_part[-1])
    assert field.text() == str(len(test_part) - 1)


def test_any_sample_is_one_of_the_part(qtbot, opened):
    window, panel = opened("digits")
    found = set()
    for _ in range(5):
        QTest.mouseClick(panel.choice.any, LEFT)
        found.add(window.sample.number)
    assert len(found) > 1
    assert found <= set(panel.choice._parts["train"].tolist())


def test_only_mistakes_shows_none_but_the_misclassified(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 60)
    QTest.mouseClick(panel.choice.only_mistakes, LEFT, pos=QPoint(8, panel.choice.only_mistakes.height() // 2))
    qtbot.waitUntil(lambda: len(panel.choice.choices) > 0)
    with session_of(window) as session:
        session.run(60)
        picks = session.data.part("train").astype(np.intp)[:2000]
        answers = answers_on(session.plan, session.parameters, session.data, picks).argmax(axis=1)
        expected = picks[answers != session.data.targets[picks]]
    assert panel.choice.choices.tolist() == expected.tolist()
    for _ in range(4):
        QTest.mouseClick(panel.choice.next, LEFT)
        assert window.sample.number in expected
        qtbot.waitUntil(lambda: panel.seen.sample == window.sample.number)
        assert panel.seen.wanted != panel.seen.answer


def test_the_right_class_and_a_wrong_answer_are_told_apart(qtbot, opened):
    _, panel = opened("digits")
    row = row_of(panel, "output")
    row.judge(3, 5)
    assert [row.verdict(number) for number in range(10)] == ["", "", "", "good", "", "problem", "", "", "", ""]
    row.judge(3, 3)
    assert row.verdict(3) == "good"


def test_the_mouse_reads_exact_values(qtbot, opened):
    _, panel = opened("digits")
    rows = panel.rows
    for number, row in enumerate(rows.rows):
        index = tuple(int(each) for each in np.unravel_index(row.values.size // 2, row.values.shape))
        spot = rows.place(number).topLeft() + row.rectangle(index).center()
        panel.area.ensureVisible(spot.x(), spot.y())
        # Two moves to one place on the screen, of which one was scrolled away, would be one.
        QTest.mouseMove(rows, spot - QPoint(1, 0))
        QTest.mouseMove(rows, spot)
        value = row.values[index]
        told = rows.accessibleDescription()
        assert told.startswith(f"{row.label}[{', '.join(map(str, index))}] = ")
        assert np.array(told.rpartition("= ")[2].replace("−", "-"), np.float64).astype(value.dtype) == value


def test_a_click_on_a_row_selects_its_layer(opened):
    window, panel = opened("digits")
    place = panel.rows.place(4)
    QTest.mouseClick(panel.rows, LEFT, pos=place.topLeft() + QPoint(40, 5))
    assert window.selection.only_node == "relu"
    QTest.mouseClick(panel.rows, LEFT, pos=QPoint(LABELS // 2, panel.rows.place(5).top() + 4))
    assert window.selection.only_node == "scores"


def test_the_keys_walk_through_rows_and_numbers_and_select(opened):
    window, panel = opened("digits")
    panel.rows.setFocus()
    for _ in range(4):
        QTest.keyClick(panel.rows, Qt.Key.Key_Down)
    QTest.keyClick(panel.rows, Qt.Key.Key_Right)
    QTest.keyClick(panel.rows, Qt.Key.Key_Right)
    assert panel.rows.accessibleDescription().startswith("hidden[2] = ")
    QTest.keyClick(panel.rows, Qt.Key.Key_Return)
    assert window.selection.only_node == "hidden"


def test_the_csv_has_every_number_of_every_layer(opened):
    _, panel = opened("digits")
    head, *lines = csv.reader(StringIO(content(panel, ".csv")().decode()))
    assert head == ["layer", "place", "value"]
    assert len(lines) == sum(row.values.size for row in panel.rows.rows)
    hidden = np.array([line[2] for line in lines if line[0] == "hidden"], np.float64).astype(np.float32)
    assert hidden.tobytes() == row_of(panel, "hidden").values.tobytes()


def test_it_is_saved_as_a_picture(opened):
    _, panel = opened("digits")
    assert content(panel, ".png")().startswith(b"\x89PNG")
    assert b"<svg" in content(panel, ".svg")()


def test_other_data_brings_other_samples(qtbot, opened):
    window, panel = opened("playground")
    window.document.change("Data", data="circle,samples=40", preparation=None)
    qtbot.waitUntil(lambda: sum(map(len, panel.choice._parts.values())) == 40)
    settle(qtbot, window)
    choose_last = int(max(numbers.max(initial=0) for numbers in panel.choice._parts.values()))
    window.sample.choose(10_000)
    qtbot.waitUntil(lambda: window.sample.number == choose_last)


def test_a_model_with_a_problem_says_so(qtbot, opened):
    window, panel = opened("digits")
    graph = window.document.graph
    window.document.edit("Cut", replace(graph, wires=graph.wires[1:]))
    qtbot.waitUntil(lambda: panel.stage.currentWidget() is panel.stage.nothing)
    assert panel.stage.nothing.sentence == window.run.sentence
    window.document.undo()
    qtbot.waitUntil(lambda: panel.stage.currentWidget() is not panel.stage.nothing)


def test_every_control_has_a_name(opened):
    _, panel = opened("digits")
    choice = panel.choice
    for control in (choice.part, choice.field, choice.previous, choice.next, choice.any, panel.rows, panel.sentence):
        assert control.accessibleName()
    assert choice.only_mistakes.text()


def test_a_part_that_is_looked_through_for_mistakes_stays_chosen(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 60)
    panel.choice.only_mistakes.setChecked(True)
    qtbot.waitUntil(lambda: len(panel.choice.choices) > 0)
    panel.choice.part.setCurrentIndex(TEST)
    panel.choice.part.activated.emit(TEST)
    qtbot.waitUntil(lambda: len(panel.choice.choices) > 0)
    assert panel.choice.part_name == "test"
    assert set(panel.choice.choices) <= set(panel.choice._parts["test"])
    qtbot.waitUntil(lambda: panel.seen.sample in panel.choice.choices)
    assert "of test" in panel.sentence.text()
