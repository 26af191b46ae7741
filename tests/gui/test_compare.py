"""Compare: recorded runs in a table, the chosen ones overlaid, and in words what differs between two of them."""

import csv
from dataclasses import replace
from io import StringIO
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from nnstudio.graph import edits
from nnstudio.live.messages import Batches, EpochDone, Halted, Progress
from nnstudio.live.record import MOST, MOST_PINNED
from nnstudio.training.divergence import Divergence
from nnstudio.training.history import Epoch
from nnstudio.ui.panels.compare import Compare
from nnstudio.ui.panels.compare_curves import View
from nnstudio.ui.plots.saving import content
from nnstudio.ui.plots.source import everything
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.run import Run
from nnstudio.ui.theme import DARK

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
NO_KEY = Qt.KeyboardModifier.NoModifier
STEPS = 10  # Of an epoch.


@pytest.fixture
def run(qtbot, document):
    run = Run(document, lambda: True)
    yield run
    assert run.close()


@pytest.fixture
def compare(qtbot, document, selection, run):
    panel = Compare(document, selection, run, DARK)
    qtbot.addWidget(panel)
    panel.resize(1100, 320)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def with_rate(document, rate):
    settings = document.project.settings
    document.change("Rate", settings=replace(settings, optimizer=replace(settings.optimizer, learning_rate=rate)))


def train(run, losses, rate=None, accuracy=0.5):
    """A run with these losses on the validation part, one for each epoch."""
    if rate is not None:
        with_rate(run._document, rate)
    record = run.records.begin()
    run.begun.emit(record)
    for number, loss in enumerate(losses, 1):
        batches = np.full(STEPS, loss * 2)
        run.records.take(Batches(1, len(record.history), batches, batches, batches))
        epoch = Epoch(number * STEPS, 1.0, 0.1, loss * 2, accuracy, loss, accuracy)
        run.records.take(EpochDone(1, number, epoch))
    run.records.take(Progress(1, len(record.history), len(losses), len(losses) / 4, None, None))
    run.changed.emit()
    return record


def place(panel, name, key="run"):
    """Where the cell of a run stands."""
    view = panel.table_view
    names = [row.cells["run"] for row in panel.sorted.shown()]
    column = [column.key for column in panel.model.columns].index(key)
    return view.visualRect(panel.sorted.index(names.index(name), column)).center()


def choose(panel, *names):
    for number, name in enumerate(names):
        keys = CTRL if number else NO_KEY
        QTest.mouseClick(panel.table_view.viewport(), LEFT, keys, place(panel, name))


def names(panel):
    return [row.cells["run"] for row in panel.sorted.shown()]


def column(panel, key):
    """What stands in a column, from the top."""
    column = [column.key for column in panel.model.columns].index(key)
    return [panel.sorted.index(row, column).data() for row in range(panel.sorted.rowCount())]


def titles(panel):
    return [column.title.replace("\n", " ") for column in panel.model.columns]


def sort_by(panel, key):
    header = panel.table_view.horizontalHeader()
    section = [column.key for column in panel.model.columns].index(key)
    panel.table_view.horizontalScrollBar().setValue(header.sectionPosition(section))
    x = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    QTest.mouseClick(header.viewport(), LEFT, NO_KEY, QPoint(x, header.height() // 2))


def drawn(panel):
    """The curves in the plot, by their names."""
    return {layer.name: everything(layer._source) for layer in panel.curves.plot.layers}


def test_before_a_run_it_says_what_to_do(compare):
    assert compare.stage.currentWidget() is compare.stage.nothing
    assert "Press Train" in compare.stage.nothing.sentence


def test_a_run_without_a_batch_is_not_listed(compare, run):
    run.begun.emit(run.records.begin())
    assert compare.stage.currentWidget() is compare.stage.nothing


def test_settings_in_which_runs_differ_are_columns(compare, run):
    train(run, [0.5, 0.3, 0.4], 0.1)
    assert "Learning rate" not in titles(compare)
    train(run, [0.5], 0.01)
    assert titles(compare) == [
        "Run", "Learning rate", "Epochs done", "Validation loss, best", "Validation loss", "Validation accuracy, best",
        "Validation accuracy", "Training loss", "Time",
    ]  # fmt: skip
    assert column(compare, "learning rate") == ["0.1", "0.01"]
    assert column(compare, "done") == ["3", "1"]
    assert column(compare, "best_loss") == ["0.3000", "0.5000"]
    assert column(compare, "validation_loss") == ["0.4000", "0.5000"]
    assert column(compare, "validation_accuracy") == ["50.0%", "50.0%"]
    assert column(compare, "train_loss") == ["0.8000", "1.000"]
    assert column(compare, "time") == ["0.8 s", "0.2 s"]


def test_other_columns_can_be_shown_and_shown_ones_hidden(compare, run):
    train(run, [0.5])
    actions = {action.data(): action for action in compare.bar.menu.actions()}
    assert not actions["batch size"].isChecked()
    actions["batch size"].trigger()
    assert column(compare, "batch size") == [str(run._document.project.settings.batch_size)]
    actions["time"].trigger()
    assert "Time" not in titles(compare)


def test_a_click_on_a_title_sorts_and_what_is_not_known_comes_last(compare, run):
    for rate, losses in ((0.1, [0.3]), (0.01, [0.1]), (0.001, [0.2])):
        train(run, losses, rate)
    unfinished = run.records.begin()
    run.records.take(Batches(1, 0, np.ones(1), np.ones(1), np.ones(1)))
    run.changed.emit()
    sort_by(compare, "validation_loss")
    assert names(compare) == ["Run 2", "Run 3", "Run 1", "Run 4"]
    sort_by(compare, "validation_loss")
    assert names(compare) == ["Run 1", "Run 3", "Run 2", "Run 4"]
    assert unfinished.last is None
    sort_by(compare, "learning rate")
    assert column(compare, "learning rate") == ["0.001", "0.001", "0.01", "0.1"]


def test_run_10_comes_after_run_9(compare, run):
    for _ in range(11):
        train(run, [0.1])
    assert names(compare) == [f"Run {number}" for number in range(1, 12)]


def test_typed_words_filter_the_rows(compare, run):
    train(run, [0.3], 0.1)
    train(run, [0.3], 0.01)
    QTest.keyClicks(compare.bar.filter, "0.01")
    assert names(compare) == ["Run 2"]
    assert compare.curves.records == [run.records.all[1]]
    QTest.keyClicks(compare.bar.filter, " nothing")
    assert names(compare) == []
    compare.bar.filter.clear()
    assert names(compare) == ["Run 1", "Run 2"]


def test_two_runs_are_compared_in_words(compare, run):
    train(run, [0.35], 0.01)
    train(run, [0.21], 0.1, accuracy=0.75)
    assert compare.words.text() == "Choose two runs to read how they differ."
    choose(compare, "Run 1", "Run 2")
    assert compare.words.text() == (
        "Run 2 has learning rate 0.1 instead of 0.01; its validation loss ended at 0.210 instead of 0.350 and "
        "its validation accuracy at 75.0% instead of 50.0%."
    )


def test_of_more_runs_it_says_in_which_settings_they_differ(compare, run):
    for rate in (0.1, 0.01, 0.001):
        train(run, [0.3], rate)
    choose(compare, "Run 1", "Run 2", "Run 3")
    assert compare.words.text() == "These runs differ in learning rate."


def test_a_fork_is_told_to_have_the_past_of_another_run(compare, run):
    train(run, [0.3, 0.2])
    fork = run.records.fork(STEPS)
    run.begun.emit(fork)
    choose(compare, "Run 1", "Run 2")
    assert f"Run 2 is the same as Run 1 up to step {STEPS}." in compare.words.text()


def test_chosen_runs_are_overlaid_each_in_its_colour(compare, run):
    for rate in (0.1, 0.01, 0.001):
        train(run, [rate, rate / 2], rate)
    assert list(drawn(compare)) == ["Run 1", "Run 2", "Run 3"]
    choose(compare, "Run 1", "Run 3")
    curves = drawn(compare)
    assert list(curves) == ["Run 1", "Run 3"]
    assert np.array_equal(curves["Run 3"].positions, [1, 2])
    assert np.array_equal(curves["Run 3"].mean, [0.001, 0.0005])
    inks = [layer.ink for layer in compare.curves.plot.layers]
    assert inks == [compare._ink_of(run.records.all[0]), compare._ink_of(run.records.all[2])]
    assert len(set(inks)) == 2


def test_eight_runs_have_eight_colours_and_keep_them(compare, run):
    for _ in range(8):
        train(run, [0.1])
    inks = {each: compare._ink_of(each) for each in run.records.all}
    assert len(set(inks.values())) == 8
    choose(compare, "Run 3")
    QTest.keyClick(compare.table_view, Qt.Key.Key_Delete)
    train(run, [0.1])
    assert all(compare._ink_of(each) == ink for each, ink in inks.items() if each in run.records.all)
    assert len({compare._ink_of(each) for each in run.records.all}) == 8


def test_accuracy_and_batches_can_be_seen_too(compare, run):
    train(run, [0.4, 0.2], accuracy=0.75)
    QTest.mouseClick(compare.curves.view.button(View.ACCURACY), LEFT)
    assert np.array_equal(drawn(compare)["Run 1"].mean, [0.75, 0.75])
    QTest.mouseClick(compare.curves.view.button(View.BATCHES), LEFT)
    assert np.array_equal(drawn(compare)["Run 1"].mean, [0.8] * STEPS + [0.4] * STEPS)
    assert compare.curves.plot.layers[0].smoothing == compare.curves.smoothing.smoothing > 0


def test_a_run_that_goes_on_grows_in_table_and_plot(compare, run, qtbot):
    record = train(run, [0.4])
    run.records.take(EpochDone(1, 2, Epoch(2 * STEPS, 1.0, 0.1, 0.2, None, 0.1)))
    run.grew.emit()
    qtbot.waitUntil(lambda: column(compare, "done") == ["2"])
    assert np.array_equal(drawn(compare)["Run 1"].mean, [0.4, 0.1])
    assert record.epochs == 2


def test_a_double_click_renames(compare, run, qtbot):
    record = train(run, [0.4])
    train(run, [0.4])
    choose(compare, "Run 1")
    QTest.mouseDClick(compare.table_view.viewport(), LEFT, NO_KEY, place(compare, "Run 1"))
    editor = compare.table_view.findChild(QLineEdit)
    QTest.keyClicks(editor, "large steps")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: record.name == "large steps")
    assert names(compare) == ["large steps", "Run 2"]
    assert "large steps" in drawn(compare)


def test_an_empty_name_gives_the_number_back(compare, run):
    record = train(run, [0.4])
    record.name = "mine"
    compare._rename(record, "")
    assert names(compare) == ["Run 1"]


def test_a_pinned_run_stands_on_top_and_stays_while_newer_ones_come(compare, run):
    for number in range(3):
        train(run, [0.1 + number])
    choose(compare, "Run 2")
    QTest.mouseClick(compare.bar.pin, LEFT)
    assert names(compare) == ["Run 2", "Run 1", "Run 3"]
    sort_by(compare, "validation_loss")
    sort_by(compare, "validation_loss")
    assert names(compare) == ["Run 2", "Run 3", "Run 1"]
    for _ in range(MOST):
        train(run, [1.0])
    assert "Run 2" in names(compare)
    assert "Run 1" not in names(compare)
    choose(compare, "Run 2")
    QTest.keyClick(compare.table_view, Qt.Key.Key_P)
    assert not any(each.pinned for each in run.records.all)


def test_not_all_runs_can_be_pinned(compare, run):
    for _ in range(MOST):
        train(run, [0.1])
    QTest.keyClick(compare.table_view, Qt.Key.Key_A, CTRL)
    QTest.mouseClick(compare.bar.pin, LEFT)
    assert sum(each.pinned for each in run.records.all) == MOST_PINNED


def test_the_delete_key_removes_runs_but_not_the_present_one(compare, run):
    for _ in range(3):
        train(run, [0.1])
    choose(compare, "Run 1", "Run 3")
    QTest.keyClick(compare.table_view, Qt.Key.Key_Delete)
    assert names(compare) == ["Run 2", "Run 3"]
    choose(compare, "Run 3")
    assert not compare.bar.remove.isEnabled()


def test_the_settings_of_a_run_can_be_taken_and_undone(compare, run, document):
    train(run, [0.4], 0.5)
    train(run, [0.4], 0.001)
    choose(compare, "Run 1")
    QTest.mouseClick(compare.bar.take, LEFT)
    assert document.project.settings.optimizer.learning_rate == 0.5
    assert document.undo_stack.undoText() == "Take the settings of Run 1"
    document.undo()
    assert document.project.settings.optimizer.learning_rate == 0.001


def test_the_model_of_a_run_comes_back_without_the_weights_of_another(compare, run, document):
    train(run, [0.4])
    narrow = document.graph
    document.edit("Wider", edits.set_fields(narrow, "hidden", units=77))
    document.change("Learned", weights={"a/b": np.ones(1)})
    train(run, [0.4])
    choose(compare, "Run 1")
    QTest.mouseClick(compare.bar.take, LEFT)
    assert document.graph == narrow
    assert document.project.weights is None
    document.undo()
    assert document.graph.node("hidden").layer.units == 77
    assert document.project.weights is not None


def test_where_a_run_diverged_is_told(compare, run):
    train(run, [0.4])
    run.records.take(Halted(1, 12, "training diverged", Divergence(13, "hidden", "output")))
    run.changed.emit()
    assert column(compare, "ended") == ["diverged at step 13"]


def test_the_file_of_numbers_has_every_digit(compare, run):
    third = 1 / 3
    train(run, [third], 0.1)
    train(run, [0.5], third)
    rows = list(csv.DictReader(StringIO(csv_of(compare.table()).decode())))
    assert [row["Run"] for row in rows] == ["Run 1", "Run 2"]
    assert float(rows[0]["Validation loss"]) == third
    assert float(rows[1]["Learning rate"]) == third
    assert content(compare, ".png")().startswith(b"\x89PNG")


def test_chosen_rows_are_copied_for_a_spreadsheet(compare, run):
    train(run, [0.25], 0.1)
    train(run, [0.5], 0.01)
    choose(compare, "Run 2")
    QTest.keyClick(compare.table_view, Qt.Key.Key_C, CTRL)
    header, row = QGuiApplication.clipboard().text().splitlines()
    assert dict(zip(header.split("\t"), row.split("\t"), strict=True))["Validation loss"] == "0.5"
    assert row.startswith("Run 2\t0.01\t1\t")


def test_its_keys_are_not_taken_by_the_window(window, qtbot):
    window.docks.show("compare")
    panel = window.panels.all["compare"].content
    run = window.run
    with qtbot.waitSignal(run.begun):
        run.begin()
    for _ in range(2):
        train(run, [0.1])
    window.selection.choose([window.document.graph.nodes[0].id])
    before = window.document.graph
    choose(panel, "Run 2")
    panel.table_view.setFocus()
    QTest.keyClick(panel.table_view, Qt.Key.Key_Delete)
    assert window.document.graph == before
    assert "Run 2" not in names(panel)


def test_it_is_known_to_a_screen_reader(compare, run):
    record = train(run, [0.4])
    run.records.pin(record, True)
    run.changed.emit()
    view = compare.table_view
    assert view.accessibleName() == "Runs"
    assert view.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Run 1, pinned"
    for control in (compare.bar.filter, compare.bar.columns, compare.bar.pin, compare.bar.remove, compare.bar.take):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_look_at_a_dozen_runs_is_quick(compare, run):
    for number in range(MOST):
        train(run, [0.1] * 20, 0.01 * (number + 1))
    QApplication.processEvents()
    times = []
    for _ in range(20):
        begun = perf_counter()
        compare.refresh()
        times.append(perf_counter() - begun)
    assert sorted(times)[5] < 0.02
