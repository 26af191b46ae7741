"""The curves: every batch and epoch of the run, over earlier runs, with what the user changed on the way."""

import csv
from dataclasses import replace
from io import StringIO
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.api import Model
from nnstudio.live.epoch_figures import MOST, EpochFigures
from nnstudio.live.messages import Batches, EpochDone, Halted, Mark, Progress, Recorded
from nnstudio.project.templates import load_template
from nnstudio.training.divergence import Divergence
from nnstudio.training.history import Epoch, History
from nnstudio.ui.document import Document
from nnstudio.ui.panels.curves import Curves, View
from nnstudio.ui.panels.run_curves import Figure
from nnstudio.ui.plots.saving import content
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK

RATE = 0.01


@pytest.fixture
def run(qtbot, document):
    run = Run(document, lambda: True)
    yield run
    assert run.close()


@pytest.fixture
def curves(qtbot, document, selection, run):
    panel = Curves(document, selection, run, DARK)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def begin(run):
    """A new run, as when a worker says that it is ready."""
    record = run.records.begin()
    run.begun.emit(record)
    return record


def batches(run, losses, rate=RATE):
    """The run has learned from batches with these losses."""
    losses = np.asarray(losses, np.float64)
    run.record.take(Batches(1, len(run.record.history.losses), losses, np.full(len(losses), rate), losses))
    run.grew.emit()


def epoch(run, steps, **figures):
    run.record.take(EpochDone(1, 1, Epoch(steps, 1.0, RATE, **figures)))
    run.grew.emit()


def read(panel):
    """The file of numbers as rows of cells by their titles."""
    return list(csv.DictReader(StringIO(csv_of(panel.table()).decode())))


def show(panel, view):
    QTest.mouseClick(panel.view.button(view), Qt.MouseButton.LeftButton)


def test_before_a_run_it_says_what_to_do(curves):
    assert curves.stage.currentWidget() is curves.stage.nothing
    assert curves.stage.nothing.sentence == "Press Train to see how loss and accuracy change."
    assert not curves.header.save_button.isEnabled()


def test_every_batch_is_in_the_file_with_all_its_digits(curves, run):
    begin(run)
    losses = np.random.default_rng(0).random(200_000)
    for part in np.split(losses, 400):
        batches(run, part)
    rows = read(curves)
    assert [row["Step"] for row in rows] == [str(step) for step in range(1, 200_001)]
    assert np.array_equal([float(row["Loss: Batches"]) for row in rows], losses)


def test_the_cursor_reads_the_exact_figures(curves, run):
    begin(run)
    batches(run, [2.0, 1.0 / 3.0, 0.25])
    epoch(run, 3, train_loss=0.8611111111111112, train_accuracy=0.5, validation_loss=0.7, validation_accuracy=0.625)
    curves.smoothing.smoothing = 0.0
    curves.plots.loss.show_cursor(2.1, 0.3)
    assert "Step 2" in curves.plots.loss.read
    assert "0.3333333333" in curves.plots.loss.read
    curves.plots.loss.show_cursor(3, 0.3)
    assert all(figure in curves.plots.loss.read for figure in ("0.25", "0.8611111111", "0.7"))
    curves.plots.accuracy.show_cursor(3, 0.3)
    assert all(figure in curves.plots.accuracy.read for figure in ("0.5", "0.625"))


def test_the_strong_line_is_the_mean_in_which_older_batches_count_less(curves, run):
    begin(run)
    losses = [4.0, 2.0, 1.0]
    batches(run, losses)
    curves.smoothing.smoothing = 0.9
    weights = np.array([0.81, 0.9, 1.0])
    smooth = [float(row["Loss: Batches, smoothed"]) for row in read(curves)]
    assert smooth[-1] == pytest.approx(weights @ losses / weights.sum())
    assert smooth[0] == 4.0


def test_loss_accuracy_or_both(curves, run):
    begin(run)
    batches(run, [1.0])
    epoch(run, 1, train_loss=1.0, train_accuracy=0.5)
    loss, accuracy, rate = curves.plots
    assert loss.isVisible()
    assert accuracy.isVisible()
    assert not rate.isVisible()
    show(curves, View.LOSS)
    assert loss.isVisible()
    assert not accuracy.isVisible()
    assert "Accuracy: Training" not in read(curves)[0]
    show(curves, View.ACCURACY)
    assert not loss.isVisible()
    assert accuracy.isVisible()
    QTest.mouseClick(curves.with_rate, Qt.MouseButton.LeftButton)
    assert rate.isVisible()
    assert float(read(curves)[0]["Learning rate: Learning rate"]) == RATE


def test_without_an_epoch_the_accuracy_says_when_it_is_known(curves, run):
    begin(run)
    batches(run, [1.0])
    assert not curves.plots.accuracy.isVisible()
    assert curves.accuracy_stage.nothing.sentence == "The accuracy is known at the end of the first epoch."


def test_earlier_runs_stand_behind_and_the_legend_hides_them(curves, run, qtbot):
    for number in range(3):
        begin(run)
        batches(run, [3.0 - number, 1.0])
        epoch(run, 2, train_loss=2.0, train_accuracy=0.5, validation_loss=2.5)
    names = [entry.text() for entry in curves.legend.entries]
    assert names == ["Batches", "Training", "Validation", "Run 1", "Run 2"]
    assert [each.loss.faint for each in curves.earlier] == [True, True]
    assert read(curves)[0]["Loss: Run 2"] == "2"
    assert read(curves)[1]["Loss: Run 2, validation"] == "2.5"
    qtbot.mouseClick(curves.legend[curves.earlier[1]], Qt.MouseButton.LeftButton)
    assert not any("Run 2" in title for title in read(curves)[0])
    qtbot.mouseClick(curves.legend[curves.earlier[1]], Qt.MouseButton.LeftButton)
    assert read(curves)[0]["Loss: Run 2"] == "2"


def test_the_legend_hides_a_figure_in_all_plots_and_in_the_next_run_too(curves, run, qtbot):
    begin(run)
    batches(run, [1.0])
    epoch(run, 1, train_loss=1.0, train_accuracy=0.5)
    qtbot.mouseClick(curves.legend[Figure.TRAINING], Qt.MouseButton.LeftButton)
    assert list(read(curves)[0]) == ["Step", "Loss: Batches", "Loss: Batches, smoothed"][: len(read(curves)[0])]
    begin(run)
    batches(run, [1.0])
    epoch(run, 1, train_loss=1.0, train_accuracy=0.5)
    assert "Accuracy: Training" not in read(curves)[0]
    qtbot.mouseClick(curves.legend[Figure.TRAINING], Qt.MouseButton.LeftButton)
    assert all(title in read(curves)[0] for title in ("Loss: Training", "Accuracy: Training"))


def test_at_most_a_dozen_runs_are_drawn(curves, run):
    for _ in range(15):
        begin(run)
        batches(run, [1.0, 2.0])
    assert len(curves.earlier) == 11
    assert [entry.text() for entry in curves.legend.entries] == ["Batches", *(f"Run {n}" for n in range(4, 15))]


def test_a_run_that_began_while_it_was_hidden_is_there(curves, run):
    begin(run)
    batches(run, [1.0])
    curves.hide()
    begin(run)
    batches(run, [5.0, 6.0])
    curves.show()
    assert [float(row["Loss: Batches"]) for row in read(curves)] == [5.0, 6.0]
    assert [each.record.number for each in curves.earlier] == [1]


def test_changes_of_the_learning_rate_are_marked(curves, run):
    begin(run)
    batches(run, [1.0, 0.9])
    run.record.take(Mark(1, 2, "0.05"))
    run.record.take(Mark(1, 2, "0.003"))
    batches(run, [0.8])
    assert [row["New learning rate"] for row in read(curves)] == ["", "0.003", ""]
    curves.plots.loss.show_cursor(2, 0.9)
    assert "rate 0.003" in curves.plots.loss.read


def test_while_rewound_a_line_stands_at_the_shown_step(curves, run):
    begin(run)
    batches(run, np.ones(100))
    run.known.take(Recorded(1, (0, 40, 100), 100))
    run.known.take(Progress(1, 40, 0, 1.0, 1.0, None))
    run.grew.emit()
    curves.plots.loss.show_cursor(40, 1.0)
    assert "shown: 40" in curves.plots.loss.read
    run.known.take(Progress(1, 100, 0, 1.0, 1.0, None))
    run.grew.emit()
    curves.plots.loss.show_cursor(40, 1.0)
    assert "shown" not in curves.plots.loss.read


@pytest.mark.parametrize("wild", [np.nan, np.inf, -np.inf])
def test_losses_that_are_no_numbers_leave_the_axes_alone(curves, run, wild):
    begin(run)
    batches(run, [1.0, 2.0, wild, 3.0])
    curves.plots.loss.fit()
    curves.grab()
    frame = curves.plots.loss.frame
    assert 0 <= frame.bottom < 1
    assert 3 < frame.top < 4
    curves.plots.loss.set_log(x=True, y=True)
    curves.grab()
    assert np.isfinite(curves.plots.loss.frame.top)


def test_the_end_is_marked_where_training_diverged(curves, run):
    begin(run)
    batches(run, [1.0, 1e30])
    run.known.take(Halted(1, 2, "training diverged", Divergence(3, "hidden", "output")))
    run.changed.emit()
    curves.plots.loss.show_cursor(2, 1.0)
    assert "diverged" in curves.plots.loss.read
    run.known.halted = None
    begin(run)
    batches(run, [1.0, 1.0, 1.0])
    curves.plots.loss.show_cursor(2, 1.0)
    assert "diverged" not in curves.plots.loss.read


def test_it_is_saved_as_picture_and_numbers(curves, run):
    begin(run)
    batches(run, [1.0, 0.5])
    assert content(curves, ".png")().startswith(b"\x89PNG")
    assert b"<svg" in content(curves, ".svg")()
    assert content(curves, ".csv")().startswith(b"Step,Loss: Batches,")


def test_the_keyboard_reaches_every_control(curves, run):
    begin(run)
    batches(run, [1.0, 0.5])
    slider, before = curves.smoothing.slider, curves.smoothing.smoothing
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert curves.smoothing.smoothing > before
    QTest.keyClick(curves.with_rate, Qt.Key.Key_Space)
    assert curves.plots.rate.isVisible()
    controls = (slider, curves.with_rate, curves.view.button(0), curves.header.save_button)
    assert all(control.accessibleName() or control.text() for control in controls)


def test_a_frame_with_a_million_batches_costs_little(curves, run):
    begin(run)
    random = np.random.default_rng(0)
    batches(run, random.random(1_000_000))
    QCoreApplication.processEvents()
    costs = []
    for _ in range(60):
        new = random.random(600)
        began = perf_counter()
        batches(run, new)
        curves.plots.loss.axes.viewport().repaint()
        costs.append(perf_counter() - began)
    # 2 ms where nothing else runs; a bound that a busy machine keeps too.
    assert np.median(costs) < 0.012


def test_epochs_are_followed_however_many_there_are():
    history, figures = History(), EpochFigures()
    for number in range(1, MOST + 3000):
        history.end_epoch(Epoch(2 * number, 1.0, RATE, 1.0 / number))
        if number % 500 == 0:
            figures.follow(history)
    figures.follow(history)
    steps, losses = figures.rows("train_loss")
    assert len(steps) <= MOST
    assert (np.diff(steps) > 0).all()
    assert np.array_equal(losses, 2.0 / steps)
    assert steps[-1] == 2 * (MOST + 2999)
    assert len(figures.rows("validation_loss")[0]) == 0


def test_a_real_run_is_drawn_batch_by_batch_as_it_was(window, qtbot):
    window.document.change("e", settings=replace(window.document.project.settings, epochs=2))
    window.docks.use("train")
    window.run.train()
    qtbot.waitUntil(lambda: window.run.known.over)
    panel = window.panels.all["curves"].content
    rows = read(panel)
    alone = Model(replace(load_template("digits"), settings=window.document.project.settings))
    session = alone.session()
    session.run()
    session.close()
    assert [float(row["Loss: Batches"]) for row in rows] == session.history.losses.since(0).tolist()
    assert [float(row["Accuracy: Batches"]) for row in rows] == session.history.accuracies.since(0).tolist()
    last = session.history.epochs[-1]
    assert float(rows[-1]["Loss: Validation"]) == last.validation_loss
    assert float(rows[-1]["Accuracy: Validation"]) == last.validation_accuracy
    assert panel.stage.currentWidget() is not panel.stage.nothing


def test_the_mouse_reads_off_too(curves, run, qtbot):
    begin(run)
    batches(run, [1.0, 0.5, 0.25])
    axes = curves.plots.loss.axes
    inside = axes.inside
    QTest.mouseMove(axes.viewport(), QPoint(round(inside.center().x()), round(inside.center().y())))
    qtbot.waitUntil(lambda: "Step 2" in curves.plots.loss.read)


def test_numbers_that_are_predicted_have_no_accuracy(qtbot):
    document = Document(load_template("linear-regression"))
    run = Run(document, lambda: True)
    panel = Curves(document, Selection(document), run, DARK)
    qtbot.addWidget(panel)
    panel.show()
    run.train(steps=3)
    qtbot.waitUntil(lambda: panel.present is not None and panel.plots.loss.isVisible())
    assert not panel.accuracy_stage.isVisible()
    show(panel, View.ACCURACY)
    assert panel.accuracy_stage.nothing.sentence == "There are no classes here that could be right or wrong."
    assert run.close()
