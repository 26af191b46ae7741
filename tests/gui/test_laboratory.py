"""The laboratory of a panel: lanes dealt round workers, what it hears of them, and how it ends."""

import os
import signal
from dataclasses import replace
from functools import partial
from time import perf_counter

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.engine.optimizers import GradientDescent
from nnstudio.experiments.curvature import Curvature
from nnstudio.experiments.rates import with_rate
from nnstudio.live.laboratory.commands import KeepLane, Lay, March, Measure, Rest, StandAt, TryRates
from nnstudio.live.laboratory.kind import LABORATORY
from nnstudio.live.laboratory.messages import (
    Laid,
    LaneBatches,
    LaneFailed,
    LaneProgress,
    Marching,
    Measured,
    RangeDone,
    RangeSteps,
)
from nnstudio.live.messages import Failed, Learned
from nnstudio.live.process import ProcessWorker
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from nnstudio.training.divergence import Divergence
from nnstudio.ui.laboratory import Laboratory
from tests.gui.scripted_laboratory import Told, say


@pytest.fixture
def workers():
    return []


@pytest.fixture
def laboratory(qtbot, workers):
    laboratory = Laboratory(None, partial(Told, workers), processes=2)
    yield laboratory
    assert laboratory.close()
    laboratory.deleteLater()


@pytest.fixture
def threaded(qtbot):
    laboratory = Laboratory(None, partial(ThreadWorker, "laboratory"), processes=2)
    yield laboratory
    assert laboratory.close()
    laboratory.deleteLater()


def projects(*rates, template="linear-regression", epochs=10):
    project = load_template(template)
    project = replace(project, settings=replace(project.settings, epochs=epochs))
    return {number: with_rate(project, rate) for number, rate in enumerate(rates)}


def test_lanes_are_dealt_round_the_workers(laboratory, workers):
    laboratory.lay(projects(0.1, 0.2, 0.3, 0.4, 0.5))
    assert [sorted(worker.orders[0].lanes) for worker in workers] == [[0, 2, 4], [1, 3]]
    assert all(isinstance(worker.orders[0], Lay) for worker in workers)


def test_no_more_workers_than_lanes(laboratory, workers):
    laboratory.lay(projects(0.1))
    assert len(workers) == 1


def test_an_order_for_a_lane_goes_to_whoever_has_it(laboratory, workers):
    laboratory.lay(projects(0.1, 0.2))
    laboratory.measure(1)
    assert workers[1].orders[-1] == Measure(1)
    assert not any(isinstance(order, Measure) for order in workers[0].orders)


def test_what_all_lanes_are_to_do_goes_to_all_workers(laboratory, workers):
    laboratory.lay(projects(0.1, 0.2))
    laboratory.march(3)
    laboratory.rest()
    laboratory.stand_at(1)
    for worker in workers:
        assert worker.orders[1:] == [March(3), Rest(), StandAt(1)]


def test_losses_grow_without_holes(laboratory, workers):
    laboratory.lay(projects(0.1))
    run = workers[0].orders[0].run
    say(laboratory, workers[0], Laid(run, 0, 5, 10, ()), LaneBatches(run, 0, 0, np.array([3.0, 2.0])))
    say(laboratory, workers[0], LaneBatches(run, 0, 2, np.array([1.0])), LaneProgress(run, 0, 3, 0, 0.1))
    lane = laboratory.lanes[0]
    assert list(lane.losses) == [3.0, 2.0, 1.0]
    assert (lane.step, lane.over, lane.rate) == (3, False, 0.1)


def test_batches_that_are_told_again_take_the_place_of_the_former(laboratory, workers):
    laboratory.lay(projects(0.1))
    run = workers[0].orders[0].run
    say(laboratory, workers[0], LaneBatches(run, 0, 0, np.array([3.0, 2.0, 1.0])))
    say(laboratory, workers[0], LaneBatches(run, 0, 1, np.array([2.5])))
    assert list(laboratory.lanes[0].losses) == [3.0, 2.5]


def test_what_belongs_to_an_experiment_that_was_given_up_is_dropped(laboratory, workers):
    laboratory.lay(projects(0.1))
    before = workers[0].orders[0].run
    laboratory.lay(projects(0.2))
    say(laboratory, workers[0], LaneBatches(before, 0, 0, np.array([3.0])))
    assert len(laboratory.lanes[0].losses) == 0


def test_it_goes_until_the_last_worker_stands_still(laboratory, workers):
    laboratory.lay(projects(0.1, 0.2))
    run = workers[0].orders[0].run
    laboratory.march()
    assert laboratory.going
    say(laboratory, workers[0], Marching(run, False))
    assert laboratory.going
    say(laboratory, workers[1], Marching(run, False))
    assert not laboratory.going


def test_it_looks_into_the_mailboxes_only_while_something_may_come(laboratory, workers):
    laboratory.lay(projects(0.1))
    assert laboratory._tick.isActive()
    workers[0].busy = False
    laboratory._look()
    assert not laboratory._tick.isActive()


def test_a_lane_that_ends_is_told_once(laboratory, workers, qtbot):
    laboratory.lay(projects(0.1))
    run = workers[0].orders[0].run
    ended = []
    laboratory.lane_ended.connect(ended.append)
    for _ in range(2):
        say(laboratory, workers[0], LaneProgress(run, 0, 3, 0, 0.1, "diverged", Divergence(3, "output", "loss")))
    assert ended == [0]
    assert laboratory.lanes[0].blown_up(None) == 3


def test_a_lane_that_cannot_be_trained_says_why_and_the_others_go_on(laboratory, workers, qtbot):
    laboratory.lay(projects(0.1, 0.2, 0.3))
    run = workers[0].orders[0].run
    with qtbot.waitSignal(laboratory.told) as told:
        say(laboratory, workers[0], LaneFailed(run, 0, "There is no such file."))
    assert told.args == ["There is no such file."]
    assert laboratory.lanes[0].over
    assert not laboratory.lanes[1].over
    assert not laboratory.lanes[2].over


def test_of_a_lost_process_only_its_own_lanes_end(laboratory, workers):
    laboratory.lay(projects(0.1, 0.2, 0.3, 0.4))
    laboratory.march()
    say(laboratory, workers[0], Failed(99, LABORATORY.lost))
    assert [lane.over for lane in laboratory.lanes.values()] == [True, False, True, False]
    laboratory.march(1)
    assert workers[0].orders[-1] == March()
    assert workers[1].orders[-1] == March(1)


def test_a_bug_tells_its_traceback_and_ends_no_lane(laboratory, workers, qtbot):
    laboratory.lay(projects(0.1))
    with qtbot.waitSignal(laboratory.bug_met) as met:
        say(laboratory, workers[0], Failed(workers[0].orders[0].run, "A bug.", "Traceback …"))
    assert met.args == ["Traceback …"]
    assert not laboratory.lanes[0].over


def test_a_curvature_is_awaited_until_it_is_there(laboratory, workers, qtbot):
    laboratory.lay(projects(0.1))
    laboratory.measure(0)
    assert laboratory.measuring
    told = Measured(workers[0].orders[0].run, 0, 0, Curvature(4.0, 0.0, 0.5, ""))
    with qtbot.waitSignal(laboratory.measured):
        say(laboratory, workers[0], told)
    assert not laboratory.measuring
    assert laboratory.lanes[0].measured == {0: told}


def test_a_curvature_that_never_comes_is_not_awaited_for_ever(laboratory, workers):
    laboratory.lay(projects(0.1))
    laboratory.measure(0)
    workers[0].busy = False
    laboratory._look()
    assert not laboratory.measuring


def test_what_is_kept_of_a_lane_goes_to_whoever_asked(laboratory, workers):
    laboratory.lay(projects(0.1, 0.2))
    found = []
    laboratory.keep(1, found.append)
    assert workers[1].orders[-1] == KeepLane(1, 1)
    learned = Learned(workers[1].orders[0].run, 1, {}, (), (), (), None, None)
    say(laboratory, workers[1], learned, learned)
    assert found == [learned]


def test_a_range_test_grows_beside_the_lanes(laboratory, workers, qtbot):
    laboratory.lay(projects(0.1))
    laboratory.try_rates(projects(0.1)[0], 1e-3, 1.0)
    run = workers[0].orders[-1].run
    assert isinstance(workers[0].orders[-1], TryRates)
    assert laboratory.trying
    say(laboratory, workers[0], RangeSteps(run, 0, np.array([0.001, 0.01]), np.array([2.0, 1.0])))
    assert (laboratory.range.rates, laboratory.range.losses) == ([0.001, 0.01], [2.0, 1.0])
    with qtbot.waitSignal(laboratory.range_done):
        say(laboratory, workers[0], RangeDone(run, None, "the loss rose"))
    assert not laboratory.trying


def test_a_range_test_can_be_stopped(laboratory, workers, qtbot):
    laboratory.try_rates(projects(0.1)[0], 1e-3, 1.0)
    run = workers[0].orders[-1].run
    laboratory.rest()
    assert workers[0].orders[-1] == Rest()
    say(laboratory, workers[0], RangeSteps(run, 0, np.array([0.001]), np.array([2.0])))
    assert laboratory.range.rates == []
    assert not laboratory.trying


def test_nothing_is_sent_after_the_end(laboratory, workers):
    laboratory.lay(projects(0.1))
    laboratory.close()
    laboratory.march()
    assert workers[0].closed
    assert len(workers[0].orders) == 1


def test_a_lane_that_rose_far_above_its_first_loss_has_blown_up_unless_it_came_back(laboratory, workers):
    laboratory.lay(projects(0.1))
    run = workers[0].orders[0].run
    say(laboratory, workers[0], LaneBatches(run, 0, 0, np.array([2.0, 7.9, 8.1, 9.0, 3.0])))
    lane = laboratory.lanes[0]
    assert lane.blown_up(3.0) == 3
    assert lane.blown_up(1.9) is None


def test_a_lane_gives_the_same_losses_as_a_training_alone(threaded, qtbot):
    rates = 0.01, 0.05, 0.1
    laid = projects(*rates)
    threaded.lay(laid)
    threaded.march()
    qtbot.waitUntil(lambda: threaded.over and not threaded.going)
    for number, project in laid.items():
        with Model(project).session() as session:
            session.run()
            assert list(threaded.lanes[number].losses) == list(session.history.losses)


def test_beyond_the_stability_line_the_lane_diverges(threaded, qtbot):
    """The curvature of a mean of squares is the largest eigenvalue of factor · 2/m · XᵀX, by NumPy."""
    project = load_template("linear-regression")
    project = replace(project, settings=replace(project.settings, optimizer=GradientDescent(0.1), epochs=4000))
    with Model(project).session() as session:
        data = session.data
        inputs = np.asarray(data.inputs[data.part("train")], np.float64).reshape(len(data.part("train")), -1)
    design = np.column_stack((inputs, np.ones(len(inputs))))
    factor = {"1": 2.0, "1/2": 1.0}[project.settings.loss.factor]
    exact = 2 / float(np.linalg.eigvalsh(factor * design.T @ design / len(design))[-1])
    threaded.lay({0: with_rate(project, 0.1)})
    threaded.measure(0)
    qtbot.waitUntil(lambda: not threaded.measuring)
    limit = threaded.lanes[0].measured[0].curvature.limit
    assert limit == pytest.approx(exact, rel=1e-3)
    threaded.lay({0: with_rate(project, 0.99 * limit), 1: with_rate(project, 1.01 * limit)})
    threaded.march()
    qtbot.waitUntil(lambda: threaded.over)
    below, beyond = threaded.lanes.values()
    assert below.losses[-1] < below.losses[0]
    assert beyond.blown_up(beyond.losses[-1]) is not None
    assert below.blown_up(below.losses[-1]) is None


def test_a_killed_process_is_told_in_a_sentence_and_the_other_lanes_go_on(qtbot):
    laboratory = Laboratory(None, partial(ProcessWorker, "laboratory"), processes=2)
    told = []
    laboratory.told.connect(told.append)
    laboratory.lay(projects(0.01, 0.02, template="playground", epochs=1_000_000))
    laboratory.march()
    qtbot.waitUntil(lambda: all(lane.step for lane in laboratory.lanes.values()))
    os.kill(laboratory._team._workers[0]._link._process.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [LABORATORY.lost]
    step = laboratory.lanes[1].step
    qtbot.waitUntil(lambda: laboratory.lanes[1].step > step)
    assert laboratory.lanes[0].failure == LABORATORY.lost
    began = perf_counter()
    assert laboratory.close()
    assert perf_counter() - began < 3
    laboratory.deleteLater()
