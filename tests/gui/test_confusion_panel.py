"""The confusion panel: the matrix, the figures of each class, the worst errors, and one through the training."""

import csv
from io import StringIO

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from nnstudio.api import Model
from nnstudio.project.templates import load_template
from nnstudio.training.samples import answers_on
from nnstudio.training.ups_and_downs import UpsAndDowns
from nnstudio.ui.panels.confusion_matrix import ConfusionMatrix
from nnstudio.ui.panels.confusion_past import story
from nnstudio.ui.panels.confusion_scale import Scale, luminance
from nnstudio.ui.plots.saving import content
from nnstudio.ui.sample_query import Order, Query
from nnstudio.ui.theme import DARK, LIGHT
from tests.gui.conftest import roomy, settle

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
EPOCHS = 3


@pytest.fixture
def opened(qtbot, studio):
    """Opens a template in a window with the confusion and the samples in sight."""

    def opened(template):
        window = roomy(studio.open(load_template(template), None))
        window.docks.show("confusion", 440)
        window.docks.show("samples")
        qtbot.waitUntil(lambda: all(window.panels.all[each].content for each in ("confusion", "samples")))
        panel = window.panels.all["confusion"].content
        qtbot.waitUntil(lambda: panel.roll is not None)
        settle(qtbot, window)
        return window, panel

    return opened


@pytest.fixture
def trained(qtbot, opened):
    """The digits after three epochs."""
    window, panel = opened("digits")
    window.run.train(epochs=EPOCHS)
    qtbot.waitUntil(lambda: window.run.known.step > 0 and not window.run.going)
    rest(qtbot, window, panel)
    return window, panel


def rest(qtbot, window, panel):
    """Wait until the panel shows the network as it is."""
    settle(qtbot, window)
    step, part = window.run.known.step, panel.header.part_name
    qtbot.waitUntil(lambda: panel.verdicts is not None and (panel.verdicts.step, panel.verdicts.part) == (step, part))
    qtbot.waitUntil(lambda: panel.errors._past is not None and len(panel.errors._past.epochs) > 0)


@pytest.fixture(scope="module")
def by_itself():
    """Samples, classes and answers of the test part before training and after each epoch, calculated apart."""
    with Model(load_template("digits")).session(threads=1) as session:
        test, found = session.data.part("test"), []
        for epoch in range(EPOCHS + 1):
            if epoch:
                session.run_epoch()
            found.append(answers_on(session.plan, session.parameters, session.data, test))
        return test, session.data.targets[test], np.array(found)


def test_the_matrix_is_that_of_scikit_learn(trained, by_itself):
    _, panel = trained
    _, classes, outputs = by_itself
    expected = confusion_matrix(classes, outputs[-1].argmax(axis=1), labels=range(10))
    assert np.array_equal(panel.matrix.counts, expected)
    assert [text or "0" for text in panel.matrix.texts()[3]] == [str(count) for count in expected[3]]
    right = int(expected.diagonal().sum())
    assert panel.sentence.text().startswith(
        f"{right} of 359 test samples right · accuracy {100 * right / 359:.2f} %"
    )


def test_shares_are_percent_of_each_class(trained):
    _, panel = trained
    QTest.mouseClick(panel.header.counts.button(1), LEFT)
    counts = panel.matrix.counts
    texts = panel.matrix.texts()
    for row, column in zip(*np.nonzero(counts), strict=True):
        assert texts[row][column] == f"{100 * counts[row, column] / counts[row].sum():.1f}"


def test_the_figures_of_the_classes_are_those_of_scikit_learn(trained, by_itself):
    _, panel = trained
    _, classes, outputs = by_itself
    QTest.mouseClick(panel.header.views.button(1), LEFT)
    assert panel.classes.isVisible()
    expected = precision_recall_fscore_support(classes, outputs[-1].argmax(axis=1), zero_division=np.nan)
    for row in panel.classes.model_of_rows.rows:
        cells = [row.cells[key] for key in ("precision", "recall", "f1", "samples")]
        assert cells == pytest.approx([each[row.about] for each in expected])


def test_the_table_of_classes_is_sorted_by_a_click(trained):
    _, panel = trained
    QTest.mouseClick(panel.header.views.button(1), LEFT)
    header = panel.classes.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(2) + 10, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=at)
    recalls = [row.cells["recall"] for row in panel.classes.sorted.shown()]
    assert recalls == sorted(recalls)
    assert len(set(recalls)) > 1


def test_a_click_on_a_cell_shows_its_samples(qtbot, trained, by_itself):
    window, panel = trained
    test, classes, outputs = by_itself
    answers = outputs[-1].argmax(axis=1)
    errors = panel.matrix.counts.copy()
    np.fill_diagonal(errors, 0)
    row, column = (int(each) for each in np.unravel_index(errors.argmax(), errors.shape))
    QTest.mouseClick(panel.matrix, LEFT, pos=panel.matrix.rectangle(row, column).center())
    samples = window.panels.all["samples"].content
    qtbot.waitUntil(lambda: len(samples.grid.numbers) == errors.max())
    cell = (classes == row) & (answers == column)
    assert sorted(samples.grid.numbers.tolist()) == test[cell].tolist()
    sure = outputs[-1].max(axis=1)[cell]
    assert samples.grid.numbers.tolist() == test[cell][np.argsort(-sure, kind="stable")].tolist()
    assert samples.header.wanted.currentText() == f"Class {row}"
    assert samples.header.answered.currentText() == f"Answer {column}"


def test_cells_are_reached_with_the_keyboard(trained):
    window, panel = trained
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down):
        QTest.keyClick(panel.matrix, key)
    assert panel.matrix.current == (1, 1)
    count, whole = panel.matrix.counts[1, 1], panel.matrix.counts[1].sum()
    assert panel.matrix.accessibleDescription().startswith(f"class 1 · answered right: {count} of {whole}")
    QTest.keyClick(panel.matrix, Key.Key_Return)
    assert window.panels.query.query == Query("test", 1, 1, order=Order.UNSURE)


def test_a_cells_tooltip_says_it_in_words(trained):
    _, panel = trained
    row, column = 8, 1
    at = panel.matrix.rectangle(row, column).center()
    QApplication.sendEvent(panel.matrix, QHelpEvent(QHelpEvent.Type.ToolTip, at, panel.matrix.mapToGlobal(at)))
    count, whole = panel.matrix.counts[row, column], panel.matrix.counts[row].sum()
    assert QToolTip.text().startswith(f"class 8 · answered 1: {count} of {whole}")
    QToolTip.hideText()


def test_the_worst_errors_come_first(trained, by_itself):
    _, panel = trained
    test, classes, outputs = by_itself
    wrong = np.flatnonzero(outputs[-1].argmax(axis=1) != classes)
    expected = test[wrong[np.argsort(-outputs[-1][wrong].max(axis=1), kind="stable")]]
    assert panel.errors.strip.numbers.tolist() == expected.tolist()


def test_a_clicked_error_is_watched_through_the_training(qtbot, trained, by_itself):
    window, panel = trained
    test, classes, outputs = by_itself
    strip = panel.errors.strip
    QTest.mouseClick(strip.viewport(), LEFT, pos=strip.rectangle(0).center())
    number = int(strip.numbers[0])
    assert window.sample.number == number
    place = int(np.flatnonzero(test == number)[0])
    rights = outputs[:, place].argmax(axis=1) == classes[place]
    assert panel.errors.bar.isVisible()
    assert panel.errors.bar.epochs.tolist() == [0, 1, 2, 3]
    assert panel.errors.bar.right.tolist() == rights.tolist()
    assert f"Sample {place} of test" in panel.errors.words.text()
    assert panel.errors.story.text().lower() == story(panel.errors._past, number)


def test_what_was_learned_later_is_told_with_its_epoch(trained, by_itself):
    window, panel = trained
    test, classes, outputs = by_itself
    rights = outputs.argmax(axis=2) == classes
    learned = np.flatnonzero(~rights[0] & ~rights[1] & rights[2] & rights[3])
    forgotten = np.flatnonzero(~rights[0] & rights[1] & rights[2] & ~rights[3])
    assert len(learned)
    assert len(forgotten)
    window.sample.choose(int(test[learned[0]]))
    assert panel.errors.story.text() == "Right since epoch 2"
    window.sample.choose(int(test[forgotten[0]]))
    assert panel.errors.story.text() == "Learned at epoch 1, forgotten at epoch 3"


def test_what_is_forgotten_most_often_can_be_listed(trained, by_itself):
    _, panel = trained
    test, classes, outputs = by_itself
    rights = outputs.argmax(axis=2) == classes
    falls = (rights[:-1] & ~rights[1:]).sum(axis=0)
    QTest.keyClick(panel.errors.order, Key.Key_Down)
    expected = sorted(np.flatnonzero(falls), key=lambda place: -falls[place])
    assert panel.errors.strip.numbers.tolist() == test[expected].tolist()


def test_another_part_has_figures_of_its_own(qtbot, trained):
    window, panel = trained
    QTest.keyClick(panel.header.part, Key.Key_Down)
    rest(qtbot, window, panel)
    assert panel.header.part_name == "validation"
    assert panel.verdicts.part == "validation"
    assert f"of {len(panel.roll.parts['validation'])} validation samples right" in panel.sentence.text()
    epoch = window.run.record.last
    assert panel.figures.accuracy == pytest.approx(epoch.validation_accuracy)


def test_a_rewound_training_shows_the_confusion_of_then_and_goes_on_from_there(qtbot, trained, by_itself):
    window, panel = trained
    _, classes, outputs = by_itself
    epoch = window.run.known.step // EPOCHS
    window.run.go_to(epoch)
    rest(qtbot, window, panel)
    assert np.array_equal(panel.matrix.counts, confusion_matrix(classes, outputs[1].argmax(axis=1), labels=range(10)))
    window.run.train(epochs=1)
    qtbot.waitUntil(lambda: window.run.known.step == 2 * epoch and not window.run.going)
    rest(qtbot, window, panel)
    assert np.array_equal(panel.matrix.counts, confusion_matrix(classes, outputs[2].argmax(axis=1), labels=range(10)))
    assert panel.stage.currentWidget() is not panel.stage.nothing


def test_other_data_leave_nothing_of_those_before(qtbot, opened):
    window, panel = opened("playground")
    rest(qtbot, window, panel)
    window.document.change("Data", data="spiral")
    with Model(window.document.project).session(threads=1) as session:
        test, classes = session.data.part("test"), session.data.targets
        expected = np.bincount(classes[test], minlength=2)
    before = panel.roll
    qtbot.waitUntil(lambda: panel.roll is not None and panel.roll is not before)
    rest(qtbot, window, panel)
    assert np.array_equal(panel.roll.classes, classes)
    assert np.array_equal(panel.matrix.counts.sum(axis=1), expected)


def test_data_that_the_network_cannot_read_are_not_confused(qtbot, trained):
    window, panel = trained
    window.document.change("Data", data="circle")
    qtbot.waitUntil(lambda: panel.stage.currentWidget() is panel.stage.nothing)
    assert panel.stage.nothing.sentence == window.run.sentence != ""


def test_where_numbers_are_predicted_there_is_nothing_to_confuse(opened):
    _, panel = opened("linear-regression")
    assert panel.stage.currentWidget() is panel.stage.nothing
    assert panel.stage.nothing.sentence == "The network predicts numbers, not classes: there is nothing to confuse."
    assert set(panel.probes()) == {"roll"}


def test_two_classes_are_confused_too(qtbot, opened):
    window, panel = opened("playground")
    rest(qtbot, window, panel)
    assert panel.matrix.counts.shape == (2, 2)
    assert panel.matrix.counts.sum() == panel.verdicts.of


def test_a_hidden_panel_asks_for_nothing(trained):
    window, panel = trained
    window.docks["confusion"].hide()
    assert not [owner for owner in window.run._wishes._wanted if owner is panel]


def test_the_matrix_and_the_figures_are_saved_with_all_digits(trained):
    _, panel = trained
    head, *lines = csv.reader(StringIO(content(panel, ".csv")().decode()))
    assert head == ["class", *(f"answered {name}" for name in range(10)), "precision", "recall", "f1", "samples"]
    assert [[int(cell) for cell in line[1:11]] for line in lines] == panel.matrix.counts.tolist()
    assert [float(line[11]) for line in lines] == panel.figures.precision.tolist()
    assert content(panel, ".png")().startswith(b"\x89PNG")
    assert b"<svg" in content(panel, ".svg")()


# The matrix by itself


def matrix(qtbot, count, names=None, size=420):
    widget = ConfusionMatrix()
    qtbot.addWidget(widget)
    widget.resize(size, size)
    counts = np.random.default_rng(0).integers(0, 60, (count, count))
    widget.show_table(counts, names or tuple(map(str, range(count))))
    widget.show()
    return widget


@pytest.mark.parametrize("count", [2, 3, 10, 26, 62, 120])
def test_however_many_classes_all_cells_can_be_clicked(qtbot, count):
    widget = matrix(qtbot, count)
    with qtbot.waitSignal(widget.asked) as asked:
        QTest.mouseClick(widget, LEFT, pos=widget.rectangle(count - 1, 1).center())
    assert asked.args == [count - 1, 1]
    assert widget.rect().contains(widget.inside())


def test_long_names_stand_upright_and_within_the_matrix(qtbot):
    names = tuple(f"a very long name of class {number}" for number in range(10))
    widget = matrix(qtbot, 10, names)
    assert widget.rect().contains(widget.inside())
    assert widget.inside().height() > 200
    assert not widget.grab().isNull()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_numbers_can_be_read_on_every_cell(theme):
    counts = np.random.default_rng(1).integers(0, 100, (20, 20)) ** 2
    scale = Scale.of(counts, theme)
    for row, column in np.ndindex(counts.shape):
        packed, ink = int(scale.colours[row, column]), scale.ink(row, column)
        lights = sorted((
            luminance(packed >> 16 & 255, packed >> 8 & 255, packed & 255),
            luminance(ink.red(), ink.green(), ink.blue()),
        ))  # fmt: skip
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.2


# The story


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        ([0], "wrong before the training"),
        ([1, 1, 1], "right after every epoch"),
        ([0, 0, 0], "not learned so far"),
        ([0, 0, 1, 1], "right since epoch 2"),
        ([1, 0, 0], "right at first, forgotten at epoch 1"),
        ([0, 1, 0, 1], "learned at epoch 1, forgotten at epoch 2, right since epoch 3"),
        ([0, 1, 0, 1, 0, 1], "forgotten 2 times, right since epoch 5"),
    ],
)
def test_stories(rights, words):
    bits = np.packbits(np.array(rights, bool)[:, None], axis=1)
    past = UpsAndDowns("test", np.array([5]), np.arange(len(rights)), bits)
    assert story(past, 5) == words
