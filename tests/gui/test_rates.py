"""The rates panel: lanes beside each other, what they came to, and the range test, by mouse and keys."""

import csv
from dataclasses import replace
from functools import partial
from io import StringIO
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from nnstudio.core.errors import FieldError
from nnstudio.engine.optimizers import SGD, Adam, GradientDescent
from nnstudio.experiments.curvature import Curvature
from nnstudio.experiments.range_advice import Advice
from nnstudio.live.laboratory.commands import KeepLane, Lay, March, Measure
from nnstudio.live.laboratory.messages import (
    Laid,
    LaneBatches,
    LaneProgress,
    Marching,
    Measured,
    RangeDone,
    RangeSteps,
)
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from nnstudio.training.divergence import Divergence
from nnstudio.ui.document import Document
from nnstudio.ui.laboratory import Laboratory
from nnstudio.ui.panels.rates import RatesPanel
from nnstudio.ui.panels.rates_curves import Blown
from nnstudio.ui.panels.rates_fields import OneRate, RatesEditor, SomeRates
from nnstudio.ui.plots.rate_colours import scale_colour
from nnstudio.ui.plots.saving import content
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK, LIGHT
from tests.gui.scripted_laboratory import Told, say
from tests.gui.test_plots import least_distance

LEFT = Qt.MouseButton.LeftButton
RATES = 0.01, 0.1, 1.0


@pytest.fixture
def document():
    project = load_template("linear-regression")
    return Document(replace(project, settings=replace(project.settings, optimizer=GradientDescent(0.1), epochs=10)))


@pytest.fixture
def run(qtbot, document):
    run = Run(document, lambda: True, worker=ThreadWorker)
    yield run
    assert run.close()


def made(qtbot, document, run, laboratory):
    panel = RatesPanel(document, Selection(document), run, DARK, laboratory=laboratory)
    qtbot.addWidget(panel)
    panel.resize(1200, 480)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def workers():
    return []


@pytest.fixture
def panel(qtbot, document, run, workers):
    """With a laboratory in which the test says what happens."""
    laboratory = Laboratory(document, partial(Told, workers), processes=1)
    yield made(qtbot, document, run, laboratory)
    assert laboratory.close()


@pytest.fixture
def real(qtbot, document, run):
    """With a laboratory that trains."""
    laboratory = Laboratory(document, partial(ThreadWorker, "laboratory"), processes=2)
    yield made(qtbot, document, run, laboratory)
    assert laboratory.close()


def click(button):
    QTest.mouseClick(button, LEFT)


def type_into(line, text):
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def start(panel, workers, *rates):
    """Lanes with these rates stand at their beginning; gives back the number of the experiment."""
    panel.bar.show_rates(rates)
    click(panel.header.start)
    lay = next(order for order in reversed(workers[0].orders) if isinstance(order, Lay))
    say(panel.laboratory, workers[0], *(Laid(lay.run, lane, 300, 1, ()) for lane in lay.lanes))
    return lay.run


def measured(run, limit=0.5, step=0, lane=0, sentence=""):
    return Measured(run, lane, step, Curvature(2 / limit if limit else 3.0, 0.0, limit, sentence))


def grow(panel, workers, run, **losses):
    """Lanes have these losses: _0=[…], _1=[…]."""
    for name, row in losses.items():
        lane = int(name[1:])
        batches = LaneBatches(run, lane, 0, np.array(row, np.float64))
        say(panel.laboratory, workers[0], batches, LaneProgress(run, lane, len(row), 0, 0.1))
    panel.refresh()


def pixel(plot, x, y):
    """Where a place in the data is on the plot's widget."""
    frame, inside = plot.frame, plot.axes.inside
    return (QPointF(float(frame.across(x)), float(frame.down(y))) + inside.topLeft()).toPoint()


def rows(panel):
    return list(csv.DictReader(StringIO(csv_of(panel.table()).decode())))


# What is tried.


def test_before_the_start_it_says_what_will_happen(panel):
    assert panel.stage.currentWidget() is panel.stage.nothing
    assert panel.stage.nothing.sentence.startswith("Press Start: the same network learns side by side")
    assert not panel.header.save_button.isEnabled()
    assert not panel.header.clear.isEnabled()


def test_at_first_eight_rates_lie_around_the_models_own(panel):
    assert len(panel.bar.rates) == 8
    assert panel.bar.rates[0] == pytest.approx(0.1 / 30, rel=0.2)
    assert panel.bar.rates[-1] == pytest.approx(0.1 * 30, rel=0.2)


def test_the_rates_are_spaced_by_equal_factors(panel):
    factors = [after / before for before, after in pairwise(panel.bar.rates)]
    assert factors == pytest.approx([factors[0]] * 7, rel=0.12)


def test_a_handle_is_drawn_with_the_mouse(panel):
    handle = panel.bar.axis.low
    middle = QPoint(handle.width() // 2, handle.height() // 2)
    target = handle.mapFrom(panel.bar.axis, QPoint(round(panel.bar.axis.x_of(1e-4)), middle.y()))
    QTest.mousePress(handle, LEFT, pos=middle)
    QTest.mouseMove(handle, target)
    QTest.mouseRelease(handle, LEFT, pos=middle)
    assert panel.bar.rates[0] == pytest.approx(1e-4, rel=0.1)
    assert panel.bar.least.line.text() == f"{panel.bar.rates[0]:.4g}"
    assert len(panel.bar.rates) == 8


@pytest.mark.parametrize(
    ("key", "rate"),
    [(Qt.Key.Key_Right, 5.0), (Qt.Key.Key_Left, 2.0), (Qt.Key.Key_PageUp, 20.0), (Qt.Key.Key_End, 100.0)],
)
def test_a_handle_is_moved_with_the_keys(panel, key, rate):
    QTest.keyClick(panel.bar.axis.high, key)
    assert panel.bar.rates[-1] == rate
    assert panel.bar.axis.high.accessibleName() == f"Largest rate: {rate:.4g}"


def test_handles_do_not_pass_one_another(panel):
    QTest.keyClick(panel.bar.axis.high, Qt.Key.Key_Home)
    assert panel.bar.rates[-1] > panel.bar.rates[0]
    assert len(set(panel.bar.rates)) == 8


def test_a_press_beside_the_handles_brings_the_nearer_one(panel):
    axis = panel.bar.axis
    QTest.mouseClick(axis, LEFT, pos=QPoint(round(axis.x_of(30.0)), 15))
    assert panel.bar.rates[-1] == pytest.approx(30.0, rel=0.1)


def test_the_ends_can_be_typed(panel):
    type_into(panel.bar.least.line, "1e-4")
    type_into(panel.bar.greatest.line, "1")
    assert (panel.bar.rates[0], panel.bar.rates[-1]) == (1e-4, 1.0)


def test_the_number_of_lanes_can_be_typed(panel):
    type_into(panel.bar.count.line, "3")
    assert len(panel.bar.rates) == 3
    type_into(panel.bar.count.line, "40")
    assert len(panel.bar.rates) == 3
    assert panel.bar.count.reason == "must be a whole number from 2 to 16, but is 40"


def test_every_rate_can_be_typed(panel):
    type_into(panel.bar.typed.line, "1, 0.01 0.1")
    assert panel.bar.rates == RATES
    assert panel.bar.count.value == 3
    assert panel.bar.axis.low.accessibleName() == "Smallest rate: 0.01"


@pytest.mark.parametrize("text", ["0", "-1", "nan", "1e9", "inf", "abc"])
def test_a_rate_that_is_none_says_why_and_changes_nothing(panel, text):
    before = panel.bar.rates
    type_into(panel.bar.typed.line, f"0.1 {text}")
    assert panel.bar.rates == before
    assert "rate" in panel.bar.typed.reason.lower()
    assert panel.bar.typed.reason.endswith(".")
    with pytest.raises(FieldError, match="rate"):
        OneRate("").check(text)


@pytest.mark.parametrize("text", ["-1", "0", "1e9"])
def test_an_end_that_is_no_rate_says_why(panel, text):
    before = panel.bar.rates
    type_into(panel.bar.greatest.line, text)
    assert panel.bar.rates == before
    assert panel.bar.greatest.reason.startswith("A learning rate must be a number greater than 0")


def test_a_largest_rate_below_the_smallest_is_refused(panel):
    before = panel.bar.rates
    type_into(panel.bar.greatest.line, "1e-5")
    assert panel.bar.rates == before
    assert "greater" in panel.bar.greatest.reason


def test_one_rate_alone_or_too_many_are_refused():
    with pytest.raises(FieldError, match="2 to 16 different rates"):
        SomeRates("").check((0.1, 0.1))
    with pytest.raises(FieldError, match="here are 17"):
        SomeRates("").check(tuple(range(1, 18)))


# The lanes.


def test_start_lays_the_same_model_with_each_rate_and_predicts_before_it_goes(panel, workers, document):
    panel.bar.show_rates(RATES)
    click(panel.header.start)
    lay, measure = workers[0].orders
    assert [each.settings.optimizer.learning_rate for each in lay.lanes.values()] == list(RATES)
    assert all(each.graph is document.graph for each in lay.lanes.values())
    assert measure == Measure(0)
    assert panel.header.start.text() == "Pause"
    say(panel.laboratory, workers[0], measured(lay.run))
    assert workers[0].orders[-1] == March()


def test_the_number_of_epochs_is_the_lanes_own(panel, workers, document):
    type_into(panel.header.epochs.line, "3")
    click(panel.header.start)
    assert {each.settings.epochs for each in workers[0].orders[0].lanes.values()} == {3}
    assert document.project.settings.epochs == 10


def test_pause_and_go_on(panel, workers):
    run = start(panel, workers, *RATES)
    say(panel.laboratory, workers[0], measured(run))
    grow(panel, workers, run, _0=[1.0], _1=[1.0], _2=[1.0])
    click(panel.header.start)
    say(panel.laboratory, workers[0], Marching(run, False))
    assert panel.header.start.text() == "Go on"
    assert "paused" in panel.state.text()
    count = len(workers[0].orders)
    click(panel.header.start)
    assert workers[0].orders[count:] == [March()]


def test_with_other_rates_start_begins_anew(panel, workers):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _0=[1.0], _1=[1.0], _2=[1.0])
    say(panel.laboratory, workers[0], measured(run), Marching(run, False))
    panel.bar.show_rates((0.2, 0.3))
    assert panel.header.start.text() == "Start"


def test_clear_forgets_everything(panel, workers):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _0=[1.0, 0.5])
    click(panel.header.clear)
    assert panel.laboratory.lanes == {}
    assert panel.lanes.curves.curves == {}
    assert panel.stage.currentWidget() is panel.stage.nothing


def test_the_file_has_every_batch_of_every_lane(panel, workers):
    run = start(panel, workers, *RATES)
    panel.header.smoothing.smoothing = 0.0
    grow(panel, workers, run, _0=[2.0, 1.0 / 3.0], _1=[2.0, 0.25])
    found = rows(panel)
    assert [float(row["Rate 0.01"]) for row in found] == [2.0, 1.0 / 3.0]
    assert [float(row["Rate 0.1"]) for row in found] == [2.0, 0.25]


def test_the_second_plot_has_the_mean_in_which_older_batches_count_less(panel, workers):
    run = start(panel, workers, *RATES)
    losses = [4.0, 2.0, 1.0]
    panel.header.smoothing.smoothing = 0.9
    grow(panel, workers, run, _1=losses)
    weights = np.array([0.81, 0.9, 1.0])
    final = next(each for each in panel.lanes.finals.dots._finals if each.rate == 0.1)
    assert final.loss == pytest.approx(weights @ losses / weights.sum())


def test_the_band_and_its_words(panel, workers):
    run = start(panel, workers, *RATES)
    panel.header.smoothing.smoothing = 0.0
    grow(panel, workers, run, _0=[2.0, 1.0], _1=[2.0, 0.0], _2=[2.0, 3.0])
    # 0.2 is a fifth of the decade below 0.1; above it, half way in the logarithm.
    assert panel.lanes.band.low == pytest.approx(0.1 * 10**-0.2)
    assert panel.lanes.band.high == pytest.approx(0.1 * 10**0.5)
    assert panel.words.text().startswith("Too small below 0.063 · just right from 0.063 to 0.32 · too large from 0.32")


def test_a_lane_that_diverges_ends_with_a_cross_and_its_step(panel, workers):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _0=[2.0, 1.0], _2=[2.0, 50.0])
    over = LaneProgress(run, 2, 37, 0, 0.1, "training diverged", Divergence(37, "line", "output"))
    say(panel.laboratory, workers[0], over)
    panel.refresh()
    assert panel.lanes.curves.crosses.blown == (Blown(1.0, 37),)
    assert panel.lanes.key.entries[2].accessibleName() == "Rate 1, blew up at step 37"
    assert "1 of 3 lanes blew up" in panel.state.text()
    assert panel.lanes.finals.dots.series()[0].columns[1].cells == [None, None, 37]


def test_a_lane_that_climbs_before_it_falls_is_told_apart(panel, workers):
    run = start(panel, workers, *RATES)
    down, over = np.linspace(2.0, 0.5, 60), np.r_[2.0, np.linspace(2.5, 4.0, 10), np.linspace(4.0, 0.3, 49)]
    noisy = np.where(np.arange(60) % 5, 1.9, 2.6)
    grow(panel, workers, run, _0=down, _1=noisy, _2=over)
    panel.refresh()
    assert "climbed at first: 1" in panel.state.text()
    assert "blew up" not in panel.state.text()
    # Taken back to before it climbed, nobody knows yet.
    say(panel.laboratory, workers[0], LaneBatches(run, 2, 1, np.array([1.0, 0.9, 0.8, 0.7, 0.6])))
    panel.refresh()
    assert "climbed" not in panel.state.text()


def test_a_little_way_down_the_line_is_measured_again_in_the_slowest_lane(panel, workers):
    run = start(panel, workers, *RATES)
    asked = [order for order in workers[0].orders if isinstance(order, Measure)]
    say(panel.laboratory, workers[0], Marching(run, True), LaneProgress(run, 0, 99, 0, 0.1))
    assert [order for order in workers[0].orders if isinstance(order, Measure)] == asked
    for step in (100, 150):
        say(panel.laboratory, workers[0], LaneProgress(run, 0, step, 0, 0.1))
    assert [order for order in workers[0].orders if isinstance(order, Measure)] == [*asked, Measure(0)]
    say(panel.laboratory, workers[0], Measured(run, 0, 100, Curvature(2.0, 0.0, 1.0, "It is stable up to 1.")))
    assert panel.lanes.finals.stability._limits[-1].words == "2/λmax = 1 after step 100"


def test_what_runs_away_does_not_set_the_range(panel, workers, qtbot):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _0=[2.0, 1.0], _2=[2.0, 1e30])
    panel.lanes.curves.fit()
    assert panel.lanes.curves.frame.top < 10


def test_few_steps_are_not_smoothed_until_a_hand_says_so(panel, workers):
    panel.bar.show_rates(RATES)
    click(panel.header.start)
    run = workers[0].orders[0].run
    say(panel.laboratory, workers[0], Laid(run, 0, 1, 10, ()))
    panel.refresh()
    assert panel.header.smoothing.smoothing == 0.0
    QTest.keyClick(panel.header.smoothing.slider, Qt.Key.Key_PageUp)
    chosen = panel.header.smoothing.smoothing
    panel.refresh()
    assert panel.header.smoothing.smoothing == chosen > 0


# The stability line.


def test_the_stability_line_stands_in_every_plot(panel, workers):
    run = start(panel, workers, *RATES)
    say(panel.laboratory, workers[0], measured(run, 0.5))
    for line in (panel.lanes.finals.stability, panel.range_plot.stability):
        assert [limit.words for limit in line._limits] == ["2/λmax = 0.5 at the first weights"]
    assert panel.lanes.key._limit.rate == 0.5
    assert panel.bar.axis._limit == 0.5
    # Between the lanes that it parts, counted from the largest rate.
    assert panel.lanes.key._line_before() == 1
    assert "2/λmax = 0.5 at the first weights" in panel.words.text()


def test_a_later_measurement_says_its_step(panel, workers):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _0=[2.0] * 40)
    say(panel.laboratory, workers[0], measured(run, 0.5), measured(run, 0.3, step=40))
    panel.choose(0)
    assert [limit.words for limit in panel.lanes.finals.stability._limits] == [
        "2/λmax = 0.5 at the first weights", "2/λmax = 0.3 after step 40",
    ]  # fmt: skip


def test_without_a_stable_rate_a_sentence_says_why(panel, workers):
    run = start(panel, workers, *RATES)
    say(panel.laboratory, workers[0], measured(run, None, sentence="Adam divides by the size of its gradients."))
    panel.refresh()
    assert panel.lanes.finals.stability._limits == ()
    assert "Adam divides by the size of its gradients." in panel.words.text()


# Choosing a lane.


def test_a_click_on_a_curve_chooses_the_lane_and_escape_lets_it_go(panel, workers):
    run = start(panel, workers, *RATES)
    panel.header.smoothing.smoothing = 0.0
    grow(panel, workers, run, _0=[2.0, 1.8, 1.6], _1=[2.0, 1.0, 0.2], _2=[2.0, 1.5, 1.1])
    plot = panel.lanes.curves
    plot.fit()
    QTest.mouseClick(plot.axes.viewport(), LEFT, pos=pixel(plot, 2, 1.0))
    assert panel.chosen == 1
    assert panel.choice.isVisible()
    assert panel.choice.words.text() == "Rate 0.1: loss 0.2 after 3 steps"
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert panel.chosen is None
    assert not panel.choice.isVisible()


def test_a_click_on_a_dot_or_the_key_chooses_the_lane(panel, workers):
    run = start(panel, workers, *RATES)
    panel.header.smoothing.smoothing = 0.0
    grow(panel, workers, run, _0=[2.0, 1.5], _1=[2.0, 0.2], _2=[2.0, 1.1])
    plot = panel.lanes.finals
    plot.fit()
    QTest.mouseClick(plot.axes.viewport(), LEFT, pos=pixel(plot, 0.1, 0.2))
    assert panel.chosen == 1
    click(panel.lanes.key.entries[2])
    assert panel.chosen == 2
    assert panel.lanes.key.entries[2].isChecked()
    QTest.keyClick(panel.lanes.key.entries[0], Qt.Key.Key_Space)
    assert panel.chosen == 0


def test_its_rate_becomes_the_models_and_can_be_undone(panel, workers, document):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _2=[2.0, 1.1])
    panel.choose(2)
    click(panel.choice.use_rate)
    assert document.project.settings.optimizer == GradientDescent(1.0)
    document.undo()
    assert document.project.settings.optimizer == GradientDescent(0.1)


def test_a_lane_becomes_the_model_and_undo_brings_the_model_back(real, document, qtbot):
    real.bar.show_rates(RATES)
    click(real.header.start)
    qtbot.waitUntil(lambda: real.laboratory.lanes != {} and real.laboratory.over and not real.experiment.going)
    before = document.project
    real.choose(1)
    click(real.choice.use_lane)
    qtbot.waitUntil(lambda: document.project is not before)
    project = document.project
    assert project.settings == before.settings
    assert [epoch.train_loss for epoch in project.history] == list(real.laboratory.lanes[1].losses)
    assert project.weights is not None
    assert document.undo_stack.undoText() == "Take over the lane with rate 0.1"
    document.undo()
    assert document.project.weights is None
    assert document.project.history == ()


def test_the_lanes_are_those_of_a_training_with_that_rate(real, document, run, qtbot):
    real.bar.show_rates((0.1, 0.2))
    click(real.header.start)
    qtbot.waitUntil(lambda: real.laboratory.lanes != {} and real.laboratory.over)
    run.train()
    qtbot.waitUntil(lambda: run.known.over)
    assert list(run.record.history.losses) == list(real.laboratory.lanes[0].losses)


def test_a_diverged_lane_offers_its_rate_but_no_weights(panel, workers):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _2=[2.0, 50.0])
    over = LaneProgress(run, 2, 3, 0, 0.1, "training diverged", Divergence(3, "line", "output"))
    say(panel.laboratory, workers[0], over)
    panel.choose(2)
    assert not panel.choice.use_lane.isEnabled()
    assert panel.choice.words.text() == "Rate 1: blew up at step 3"


def test_the_curvature_of_a_lane_is_measured_on_demand(panel, workers):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _1=[2.0, 1.0])
    panel.choose(1)
    click(panel.choice.measure)
    assert workers[0].orders[-1] == Measure(1)


# Beside the training, and beside other edits.


def test_the_training_pauses_for_the_lanes_and_the_lanes_for_the_training(real, document, run, qtbot):
    settings = replace(document.project.settings, epochs=1_000_000, stops=())
    document.change("Epochs", settings=settings)
    real.header.epochs.show_value(10_000)
    run.train()
    qtbot.waitUntil(lambda: run.known.step > 5)
    click(real.header.start)
    assert real.state.text() == "The training of the model is paused for the lanes."
    qtbot.waitUntil(lambda: real.laboratory.going)
    assert not run.going
    run.train()
    qtbot.waitUntil(lambda: not real.laboratory.going)
    assert "The lanes stand still while the model is trained." in real.state.text()
    run.pause()
    qtbot.waitUntil(lambda: run.known.halted is not None and not run.going)


def test_a_later_edit_of_the_model_is_told(panel, workers, document):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _0=[2.0])
    panel.experiment.use_rate(0.3)
    assert "changed" not in panel.state.text()
    document.change("Seed", settings=replace(document.project.settings, seed=5))
    assert "The model has changed since" in panel.state.text()


def test_a_model_with_a_problem_is_not_begun_and_says_why(panel, workers, document):
    document.change("Data", data="circle")
    settings = replace(document.project.settings, optimizer=SGD())
    document.change("x", settings=settings, graph=replace(document.graph, wires=()))
    click(panel.header.start)
    assert workers == []
    assert panel.state.text() == document.findings.problems[0].sentence


def test_a_hidden_panel_draws_nothing(panel, workers, monkeypatch):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _0=[2.0])
    panel.hide()
    drawn = []
    monkeypatch.setattr(panel.lanes, "grow", lambda: drawn.append(1))
    say(panel.laboratory, workers[0], LaneBatches(run, 0, 1, np.array([1.0])))
    assert drawn == []
    panel.show()
    assert drawn


# The range test.


def tried(panel, workers, advice=None, count=60):
    click(panel.header.view.button(1))
    panel.bar.greatest.edited.emit(1.0)
    click(panel.header.start)
    run = workers[0].orders[-1].run
    rates = np.geomspace(1e-5, 1.0, count)
    losses = np.concatenate((np.linspace(2.0, 0.5, count // 2), np.linspace(0.5, 6.0, count - count // 2)))
    say(panel.laboratory, workers[0], RangeSteps(run, 0, rates, losses), RangeDone(run, advice, "one pass is done"))
    return losses


ADVICE = Advice(0.002, 0.002, 0.05, "The loss falls most steeply at 0.002.")


def test_the_range_test_shows_its_losses_and_its_suggestion_with_the_reason(panel, workers):
    losses = tried(panel, workers, ADVICE)
    found = rows(panel)
    assert np.array_equal([float(row["Batches"]) for row in found if row["Batches"]], losses)
    assert panel.words.text().startswith("The loss falls most steeply at 0.002.")
    assert panel.choice.words.text() == "Suggested rate: 0.002"
    words = {sign.words: sign.rate for sign in panel.range_plot.signs._signs}
    assert words == {"try 0.002: steepest": 0.002, "a tenth of the lowest": pytest.approx(0.005), "lowest": 0.05}


def test_the_suggested_rate_becomes_the_models(panel, workers, document):
    tried(panel, workers, ADVICE)
    click(panel.choice.use_rate)
    assert document.project.settings.optimizer.learning_rate == 0.002


def test_without_a_suggestion_it_says_so(panel, workers):
    tried(panel, workers)
    assert panel.words.text().startswith("The losses do not clearly fall, so they suggest no rate: one pass is done.")
    assert not panel.choice.isVisible()


def test_lanes_stand_ready_for_the_stability_line_of_a_range_test(panel, workers):
    click(panel.header.view.button(1))
    click(panel.header.start)
    assert [type(order).__name__ for order in workers[0].orders] == ["Lay", "Measure", "TryRates"]
    say(panel.laboratory, workers[0], measured(workers[0].orders[0].run, 0.5))
    assert panel.range_plot.stability._limits


def test_the_range_test_goes_further_than_the_lanes_and_leaves_their_rates(panel):
    lanes = panel.bar.rates
    click(panel.header.view.button(1))
    assert panel.bar.ends[0] < lanes[0]
    assert panel.bar.ends[1] > lanes[-1]
    QTest.keyClick(panel.bar.axis.high, Qt.Key.Key_Left)
    click(panel.header.view.button(0))
    assert panel.bar.rates == lanes
    assert not panel.bar.typed.isHidden()


def test_a_real_range_test_ends_with_a_suggestion(real, document, qtbot):
    click(real.header.view.button(1))
    click(real.header.start)
    qtbot.waitUntil(lambda: real.laboratory.range is not None and real.laboratory.range.done is not None)
    advice = real.laboratory.range.advice
    assert advice is not None
    assert real.laboratory.range.rates[0] == pytest.approx(real.bar.ends[0])
    assert real.choice.words.text() == f"Suggested rate: {advice.rate:.2g}"


# Colours and files.


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_each_larger_rate_is_further_from_the_background(theme):
    def away(colour):
        return abs(colour.lightnessF() - theme.color("panel").lightnessF())

    def luminance(colour):
        parts = np.array([colour.redF(), colour.greenF(), colour.blueF()])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    scale = [luminance(scale_colour(theme, place)) for place in np.linspace(0, 1, 33)]
    steps = np.diff(scale)
    assert (steps > 0).all() if theme is DARK else (steps < 0).all()
    assert away(QColor(scale_colour(theme, 0.0))) > 0.1


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_eight_rates_can_be_told_apart_with_any_eyes(theme):
    assert least_distance([scale_colour(theme, place).name() for place in np.linspace(0, 1, 8)]) > 5


@pytest.mark.parametrize("view", [0, 1])
@pytest.mark.parametrize("ending", [".png", ".svg", ".csv"])
def test_it_can_be_saved(panel, workers, ending, view):
    if view:
        tried(panel, workers, ADVICE)
    else:
        run = start(panel, workers, *RATES)
        grow(panel, workers, run, _0=[2.0, 1.0], _1=[2.0, 0.5], _2=[2.0, 90.0])
        say(panel.laboratory, workers[0], measured(run))
    assert len(content(panel, ending)()) > 100


def test_every_control_has_a_name(panel, workers):
    start(panel, workers, *RATES)
    controls = [
        panel.bar.axis.low, panel.bar.axis.high, panel.bar.least.line, panel.bar.greatest.line, panel.bar.typed.line,
        panel.header.start, panel.header.clear, panel.choice.use_lane, *panel.lanes.key.entries.values(),
    ]  # fmt: skip
    assert [control for control in controls if not control.accessibleName()] == []


def test_adams_lanes_are_adams(panel, workers, document):
    document.change("Optimizer", settings=replace(document.project.settings, optimizer=Adam()))
    panel.bar.show_rates(RATES)
    click(panel.header.start)
    optimizers = [each.settings.optimizer for each in workers[0].orders[0].lanes.values()]
    assert optimizers == [Adam(rate) for rate in RATES]


def test_a_row_of_rates_reads_as_it_was_typed(qtbot):
    editor = RatesEditor("")
    qtbot.addWidget(editor)
    editor.show_value(RATES)
    assert editor.line.text() == "0.01  0.1  1"


def test_a_kept_lane_is_asked_of_its_worker(panel, workers):
    run = start(panel, workers, *RATES)
    grow(panel, workers, run, _1=[2.0, 1.0])
    panel.choose(1)
    click(panel.choice.use_lane)
    assert workers[0].orders[-1] == KeepLane(1, 1)
