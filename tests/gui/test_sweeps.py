"""Sweeps: what is varied is read from the form, trials come in as they are done, and the best can be taken over."""

import csv
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from time import monotonic

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.api import Model
from nnstudio.experiments.halving import Halving
from nnstudio.experiments.trials import Result
from nnstudio.experiments.variation import varied
from nnstudio.live.sweeping import GRACE, PATIENCE
from nnstudio.project.templates import load_template
from nnstudio.ui.document import Document
from nnstudio.ui.panels.sweeps import Sweeps, adopt_trial
from nnstudio.ui.panels.sweeps_form import Plan
from nnstudio.ui.plots.saving import content
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.run import Run
from nnstudio.ui.sweeping import Sweeping, estimated_seconds
from nnstudio.ui.theme import DARK

LEFT = Qt.MouseButton.LeftButton
EPOCHS = "5"
LONG = "1000000"


@pytest.fixture
def document():
    return Document(load_template("xor"))


@pytest.fixture
def run(document):
    run = Run(document, lambda: True)
    yield run
    assert run.close()


@pytest.fixture
def sweeping(qtbot):
    sweeping = Sweeping()
    yield sweeping
    assert sweeping.close()


@pytest.fixture
def sweeps(qtbot, document, selection, run, sweeping):
    panel = Sweeps(document, selection, run, DARK, sweeping=sweeping)
    qtbot.addWidget(panel)
    panel.resize(1200, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    write(panel.form.epochs, EPOCHS)
    write(panel.form.workers, "2")
    return panel


@pytest.fixture
def at_home(monkeypatch):
    """Trials in a thread of the test's own process: what is looked at here is the window."""

    @contextmanager
    def pool(*_):
        with ThreadPoolExecutor(1) as pool:
            yield pool

    monkeypatch.setattr("nnstudio.live.sweeping.open_pool", pool)


def write(line, text):
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def rates(panel, least, greatest, count):
    for line, text in zip((panel.form.rate.least, panel.form.rate.greatest, panel.form.rate.count),
                          (least, greatest, count), strict=True):  # fmt: skip
        write(line, text)


def field(panel, name):
    return next(each for each in panel.form.fields if each.name == name)


def check(panel, name):
    QTest.mouseClick(field(panel, name).box, LEFT)


def plan(panel):
    return panel.form.plan(panel.document.project)


def start(panel):
    QTest.mouseClick(panel.start, LEFT)
    assert panel.sweeping.going


def finish(panel, qtbot):
    qtbot.waitUntil(lambda: not panel.sweeping.going, timeout=30_000)


def alone(project, changes, epochs=int(EPOCHS)):
    """What a training by itself comes to."""
    project = varied(project, changes)
    model = Model(replace(project, settings=replace(project.settings, epochs=epochs)))
    return model.train().history.epochs[-1]


def cells(panel, key):
    return [row.cells[key] for row in panel.sorted.shown()]


def test_the_rates_go_from_the_least_to_the_greatest_by_factors(sweeps):
    rates(sweeps, "0.001", "1", "4")
    assert plan(sweeps).choices == tuple({"learning_rate": rate} for rate in (0.001, 0.01, 0.1, 1.0))
    assert sweeps.sentence.text() == "4 trainings of 5 epochs."


def test_every_combination_with_every_seed(sweeps):
    rates(sweeps, "0.1", "1", "2")
    check(sweeps, "batch_size")
    write(field(sweeps, "batch_size").line, "2, 4")
    write(sweeps.form.seeds, "3")
    choices = plan(sweeps).choices
    assert len(choices) == 12
    assert choices[0] == {"learning_rate": 0.1, "batch_size": 2, "seed": 0}
    assert sweeps.sentence.text() == "12 trainings of 5 epochs."


def test_optimizers_are_checked_in_a_menu(sweeps):
    check(sweeps, "learning_rate")
    check(sweeps, "optimizer")
    kinds = field(sweeps, "optimizer")
    next(action for action in kinds.menu.actions() if action.data() == "momentum").trigger()
    assert [choice["optimizer"] for choice in plan(sweeps).choices] == ["sgd", "momentum", "adam"]


def test_combinations_are_drawn_at_random_between_two_rates(sweeps):
    rates(sweeps, "0.001", "1", "9")
    sweeps.form.search.setFocus()
    QTest.keyClick(sweeps.form.search, Qt.Key.Key_Down)
    write(sweeps.form.count, "50")
    drawn = [choice["learning_rate"] for choice in plan(sweeps).choices]
    assert len(set(drawn)) == 50
    assert 0.001 <= min(drawn) < 0.01 < 0.1 < max(drawn) <= 1
    assert plan(sweeps).choices == plan(sweeps).choices


@pytest.mark.parametrize(
    ("control", "text", "words"),
    [
        ("rate.least", "0", "0"), ("rate.least", "nan", "nan"), ("rate.greatest", "1e9", "1e9"),
        ("rate.least", "-1", "-1"), ("seeds", "0", "number of seeds"), ("epochs", "x", "number of epochs"),
        ("workers", "", "number of processes"), ("cluster", "nowhere", "nowhere"),
        ("cluster", "tcp://example.org:8786", "TLS"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_not_begun(sweeps, control, text, words):
    line = sweeps.form
    for name in control.split("."):
        line = getattr(line, name)
    line.setText(text)
    assert not sweeps.start.isEnabled()
    assert words in sweeps.sentence.text()
    assert sweeps.sentence.property("tone") == "problem"


def test_nothing_varied_is_nothing_to_do(sweeps):
    check(sweeps, "learning_rate")
    assert not sweeps.start.isEnabled()
    assert sweeps.sentence.text() == "Nothing is varied yet. Check what the trainings are to differ in."


def test_with_halving_fewer_epochs_are_trained():
    choices = tuple({"learning_rate": rate / 100} for rate in range(1, 10))
    # 9 combinations for 3 epochs, 3 of them up to 9, one up to 27: 27 + 18 + 18.
    assert Plan(choices, Halving(3), 27, 2, None).passes == 9 * 3 + 3 * 6 + 1 * 18
    assert Plan(choices, None, 27, 2, None).passes == 9 * 27


def test_how_long_it_takes_is_what_the_workers_share():
    assert estimated_seconds(9, 10, 0.5, 3) == 15
    # One training cannot be shared.
    assert estimated_seconds(1, 10, 0.5, 3) == 5


def test_results_come_into_table_and_plot_and_the_best_stands_on_top(sweeps, qtbot, at_home):
    rates(sweeps, "0.001", "1", "4")
    assert sweeps.stage.currentWidget() is sweeps.stage.nothing
    start(sweeps)
    finish(sweeps, qtbot)
    project = sweeps.document.project
    wanted = {rate: alone(project, {"learning_rate": rate}) for rate in (0.001, 0.01, 0.1, 1.0)}
    found = dict(zip(cells(sweeps, "learning_rate"), cells(sweeps, "train_loss"), strict=True))
    assert found == {rate: epoch.train_loss for rate, epoch in wanted.items()}
    scores = cells(sweeps, "best_loss")
    assert scores == sorted(scores)
    assert sweeps.sorted.index(0, 0).data().endswith("★")
    assert sorted(sweeps.plot.dots._x) == sorted(wanted)
    assert sweeps.plot.plot.frame.log_x
    assert sweeps.sentence.text().startswith(f"Trial {cells(sweeps, 'trial')[0]} was the best.")


def test_the_line_goes_through_the_means_over_the_seeds(sweeps, qtbot, at_home):
    rates(sweeps, "0.01", "0.1", "2")
    write(sweeps.form.seeds, "2")
    start(sweeps)
    finish(sweeps, qtbot)
    means = sweeps.plot.means._source.between(-1, 2, 100)
    project = sweeps.document.project
    trials = [[alone(project, {"learning_rate": rate, "seed": seed}) for seed in (0, 1)] for rate in (0.01, 0.1)]
    wanted = [np.mean([epoch.validation_loss for epoch in each]) for each in trials]
    assert np.allclose(means.mean, wanted, rtol=1e-12)


def test_the_file_of_numbers_has_every_digit(sweeps, qtbot, at_home):
    rates(sweeps, "0.001", "0.3", "3")
    start(sweeps)
    finish(sweeps, qtbot)
    rows = list(csv.DictReader(StringIO(csv_of(sweeps.table()).decode())))
    by_trial = {int(row["Trial"]): row for row in rows}
    for number, result in sweeps.sweeping.results.items():
        assert float(by_trial[number]["Learning rate"]) == result.changes["learning_rate"]
        assert float(by_trial[number]["Training loss"]) == result.train_loss
    assert content(sweeps, ".svg")().startswith(b"<?xml")


def test_the_settings_of_a_trial_can_be_taken_and_undone(sweeps, qtbot, at_home, document):
    rates(sweeps, "0.001", "1", "2")
    start(sweeps)
    finish(sweeps, qtbot)
    view = sweeps.table_view
    row = cells(sweeps, "learning_rate").index(1.0)
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(sweeps.sorted.index(row, 1)).center())
    before = document.project.settings
    QTest.mouseClick(sweeps.take, LEFT)
    assert document.project.settings.optimizer.learning_rate == 1.0
    assert document.project.settings.epochs == before.epochs
    document.undo()
    assert document.project.settings == before


def test_another_width_brings_no_weights_that_do_not_fit(document):
    document.change("Learned", weights={"a/b": np.ones(1)})
    adopt_trial(document, Result(1, {"learning_rate": 0.5}, 5))
    assert document.project.weights is not None
    adopt_trial(document, Result(2, {"width": 9}, 5))
    assert document.graph.node("hidden").layer.units == 9
    assert document.project.weights is None


def test_a_sweep_that_was_cancelled_goes_on_where_it_stood(sweeps, qtbot, at_home, monkeypatch):
    rates(sweeps, "0.001", "1", "6")
    write(sweeps.form.epochs, "400")
    start(sweeps)
    qtbot.waitUntil(lambda: len(sweeps.sweeping.results) >= 2, timeout=30_000)
    QTest.mouseClick(sweeps.cancel, LEFT)
    finish(sweeps, qtbot)
    kept = dict(sweeps.sweeping.results)
    assert 2 <= len(kept) < 6
    assert sweeps.sentence.text().startswith(f"Cancelled with {len(kept)} of 6 done.")
    assert sweeps.resume.isVisible()
    QTest.mouseClick(sweeps.resume, LEFT)
    finish(sweeps, qtbot)
    assert len(sweeps.sweeping.results) == 6
    # The very same, with their times: they were not trained again.
    assert all(sweeps.sweeping.results[number] is result for number, result in kept.items())
    assert not sweeps.resume.isVisible()


def test_a_model_that_cannot_be_trained_is_told_in_words(sweeps, qtbot, at_home, document):
    document.change("Data", data="digits")
    start(sweeps)
    finish(sweeps, qtbot)
    assert sweeps.sweeping.sentence
    assert sweeps.sentence.text() == sweeps.sweeping.sentence
    assert sweeps.sentence.property("tone") == "problem"
    assert sweeps.start.isEnabled()


def test_trials_run_in_processes_and_come_to_the_same(sweeps, qtbot):
    rates(sweeps, "0.01", "0.1", "2")
    start(sweeps)
    assert sweeps.cancel.isVisible()
    assert not sweeps.form.isEnabled()
    finish(sweeps, qtbot)
    for result in sweeps.sweeping.results.values():
        assert result.train_loss == alone(sweeps.document.project, result.changes).train_loss
    assert len(sweeps.sweeping.results) == 2
    assert multiprocessing.active_children() == []


def test_closing_ends_the_processes_soon(sweeps, qtbot):
    write(sweeps.form.epochs, LONG)
    start(sweeps)
    qtbot.waitUntil(lambda: len(multiprocessing.active_children()) == 2, timeout=30_000)
    begun = monotonic()
    assert sweeps.sweeping.close()
    assert monotonic() - begun < GRACE + PATIENCE
    assert multiprocessing.active_children() == []


def test_the_window_ends_its_sweep_when_it_closes(window, qtbot):
    window.docks.show("sweeps")
    panel = window.panels.all["sweeps"].content
    write(panel.form.epochs, LONG)
    QTest.mouseClick(panel.start, LEFT)
    qtbot.waitUntil(lambda: bool(multiprocessing.active_children()), timeout=30_000)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert multiprocessing.active_children() == []
