"""The laboratory: orders in, messages of every lane out."""

import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.experiments.planes import OfChance
from nnstudio.experiments.range_test import RangeTest
from nnstudio.experiments.rates import with_rate
from nnstudio.graph import edits
from nnstudio.live.kinds import kind_of
from nnstudio.live.laboratory.commands import KeepLane, Lay, March, Measure, Rest, StandAt, Survey, TryRates
from nnstudio.live.laboratory.host import LaboratoryHost
from nnstudio.live.laboratory.messages import (
    Laid,
    LaneBatches,
    LaneEpoch,
    LaneFailed,
    LaneProgress,
    Marching,
    Measured,
    NoGround,
    RangeDone,
    RangeSteps,
    Surveyed,
)
from nnstudio.live.messages import Failed, Learned
from nnstudio.live.process import SWITCH, ProcessWorker
from nnstudio.live.worker import ThreadWorker
from tests.live.talk import Talk
from tests.live.test_host import project

PATIENCE = 20
RATES = {0: 0.003, 1: 0.03, 2: 0.3}


@pytest.fixture
def talk():
    with Talk(LaboratoryHost) as talk:
        yield talk


def lanes(wanted=None, rates=RATES, **settings):
    wanted = wanted or project(**settings)
    return {number: with_rate(wanted, rate) for number, rate in rates.items()}


def of_lane(talk, kind, lane):
    return [message for message in talk.all(kind) if message.lane == lane]


def numbers_told(talk, lane):
    return [part.first + place for part in of_lane(talk, LaneBatches, lane) for place in range(len(part.losses))]


def step_of(talk, lane):
    return of_lane(talk, LaneProgress, lane)[-1].step


def test_every_lane_is_laid_and_stands_at_its_beginning(talk):
    talk.say(Lay(1, lanes(epochs=7)))
    assert [(laid.run, laid.lane, laid.epochs) for laid in talk.all(Laid)] == [(1, 0, 7), (1, 1, 7), (1, 2, 7)]
    assert all(laid.steps_per_epoch > 1 for laid in talk.all(Laid))
    assert [step_of(talk, lane) for lane in RATES] == [0, 0, 0]


def test_every_batch_and_every_epoch_of_every_lane_is_told_once(talk):
    talk.say(Lay(1, lanes(epochs=40)), March())
    for lane in RATES:
        assert numbers_told(talk, lane) == list(range(40 * talk.last(Laid).steps_per_epoch))
        assert [message.number for message in of_lane(talk, LaneEpoch, lane)] == list(range(1, 41))
        assert of_lane(talk, LaneProgress, lane)[-1].finished == "all epochs are done"
    assert [message.going for message in talk.all(Marching)] == [False]


def test_a_lane_tells_the_losses_and_keeps_the_weights_of_a_training_alone(talk):
    talk.say(Lay(1, lanes(epochs=3)), March(), KeepLane(5, 1))
    alone = Model(lanes(epochs=3)[1])
    session = alone.train()
    told = np.concatenate([part.losses for part in of_lane(talk, LaneBatches, 1)])
    assert told.tobytes() == np.array(session.history.losses).tobytes()
    kept = talk.last(Learned)
    assert (kept.run, kept.number) == (1, 5)
    assert {name: array.tobytes() for name, array in kept.weights.items()} == {
        name: array.tobytes() for name, array in alone.project.weights.items()
    }
    assert kept.checkpoint is not None


def test_a_march_of_some_steps_ends_with_all_lanes_level(talk):
    talk.say(Lay(1, lanes(epochs=100)), March(5))
    assert [step_of(talk, lane) for lane in RATES] == [5, 5, 5]
    talk.say(March(1))
    assert [step_of(talk, lane) for lane in RATES] == [6, 6, 6]


def test_a_rest_leaves_all_lanes_level_and_going_on_gives_the_same_bits(talk):
    talk.host.handle(Lay(1, lanes(epochs=60)))
    talk.host.handle(March())
    talk.host.work()
    assert talk.host.going
    talk.say(Rest())
    assert talk.last(Marching).going is False
    stood = [step_of(talk, lane) for lane in RATES]
    assert 0 < stood[0] < 60 * talk.last(Laid).steps_per_epoch
    assert len(set(stood)) == 1
    talk.say(March(), KeepLane(1, 2))
    with Talk(LaboratoryHost) as other:
        other.say(Lay(1, lanes(epochs=60)), March(), KeepLane(1, 2))
        for name, array in other.last(Learned).weights.items():
            assert array.tobytes() == talk.last(Learned).weights[name].tobytes()


def test_messages_come_some_thirty_times_a_second_not_with_every_step(talk):
    talk.host.handle(Lay(1, lanes(epochs=100_000)))
    talk.host.handle(March())
    began, looks = time.perf_counter(), 0
    while time.perf_counter() - began < 0.5:
        talk.host.work()
        talk.listen()
    looks = len(of_lane(talk, LaneBatches, 0))
    assert looks <= 0.5 * 30 + 2
    assert len(numbers_told(talk, 0)) > 10 * looks


def test_lanes_go_back_and_forward_and_tell_no_batch_twice(talk):
    talk.say(Lay(1, lanes(epochs=100)), March(120), KeepLane(1, 1))
    talk.say(StandAt(7))
    assert [step_of(talk, lane) for lane in RATES] == [7, 7, 7]
    talk.say(StandAt(120), KeepLane(2, 1))
    first, second = talk.all(Learned)
    assert all(array.tobytes() == second.weights[name].tobytes() for name, array in first.weights.items())
    talk.say(StandAt(50), March(100))
    assert [numbers_told(talk, lane) for lane in RATES] == [list(range(150))] * 3


def test_a_lane_that_diverges_says_where_and_the_others_go_on(talk):
    wanted = project("linear-regression", epochs=300)
    talk.say(Lay(1, lanes(wanted, {0: 0.001, 1: 1e6})), March())
    sound, broken = (of_lane(talk, LaneProgress, lane)[-1] for lane in (0, 1))
    alone = Model(with_rate(wanted, 1e6)).train()
    assert broken.diverged == alone.diverged
    assert "diverged" in broken.finished
    assert sound.diverged is None
    assert sound.step > broken.step


def test_a_lane_that_cannot_be_made_is_told_and_the_others_march(talk):
    wanted = lanes(epochs=1)
    wanted[1] = replace(wanted[1], graph=edits.remove(wanted[1].graph, "input"))
    talk.say(Lay(1, wanted), March())
    failed = talk.last(LaneFailed)
    assert (failed.run, failed.lane, failed.report) == (1, 1, None)
    assert "Input" in failed.sentence
    assert [laid.lane for laid in talk.all(Laid)] == [0, 2]
    assert step_of(talk, 0) == step_of(talk, 2) == talk.last(Laid).steps_per_epoch


@pytest.mark.parametrize(
    ("error", "words", "report"),
    [(MemoryError(), "memory", False), (RuntimeError("a broken layer"), "a broken layer", True)],
)
def test_a_lane_that_breaks_on_the_way_ends_and_the_others_go_on(talk, error, words, report):
    talk.say(Lay(1, lanes(epochs=2)), March(3))

    def breaks(steps):
        raise error

    talk.host._lanes[1].session.run = breaks
    talk.say(March())
    failed = talk.last(LaneFailed)
    assert failed.lane == 1
    assert words in failed.sentence
    assert (failed.report is not None) is report
    end = 2 * talk.last(Laid).steps_per_epoch
    assert [step_of(talk, lane) for lane in RATES] == [end, 3, end]


def test_data_that_is_not_there_is_told_for_each_lane(talk):
    talk.say(Lay(1, lanes(replace(project(), data="/nowhere/at/all"))), March())
    assert [failed.lane for failed in talk.all(LaneFailed)] == [0, 1, 2]
    assert talk.last(Marching).going is False


def test_a_new_experiment_takes_the_place_of_the_one_before(talk):
    talk.host.handle(Lay(1, lanes(epochs=1000)))
    talk.host.handle(March())
    talk.host.work()
    talk.say(Lay(2, lanes(rates={4: 0.1}, epochs=1000)))
    talk.heard.clear()
    talk.say(March(2))
    assert {(message.run, message.lane) for message in talk.all(LaneProgress)} == {(2, 4)}


def test_lanes_begin_with_given_weights(talk):
    model = Model(project(epochs=1))
    model.train()
    talk.say(Lay(1, lanes(), model.project.weights), KeepLane(1, 0))
    kept = talk.last(Learned).weights
    assert all(array.tobytes() == kept[name].tobytes() for name, array in model.project.weights.items())


def test_a_measured_lane_stays_as_it_was(talk):
    talk.say(Lay(1, lanes(epochs=2)), March(5), KeepLane(1, 0), Measure(0), KeepLane(2, 0))
    measured = talk.last(Measured)
    assert (measured.run, measured.lane, measured.step) == (1, 0, 5)
    assert measured.curvature.sentence
    first, second = talk.all(Learned)
    assert all(array.tobytes() == second.weights[name].tobytes() for name, array in first.weights.items())
    talk.say(March(), KeepLane(3, 0))
    alone = Model(lanes(epochs=2)[0])
    alone.train()
    kept = talk.last(Learned).weights
    assert all(array.tobytes() == kept[name].tobytes() for name, array in alone.project.weights.items())


def test_a_survey_that_needs_too_much_memory_does_not_end_the_lanes(talk, monkeypatch):
    talk.say(Lay(1, lanes(epochs=1)), Survey(OfChance(), (5, 5)))
    assert talk.all(Surveyed)

    def hungry(seconds, marching):
        raise MemoryError

    monkeypatch.setattr(talk.host._surveyor, "work", hungry)
    talk.say(March())
    assert "memory" in talk.last(NoGround).sentence
    assert step_of(talk, 0) == talk.last(Laid).steps_per_epoch


def test_a_range_test_tells_every_step_and_its_advice(talk):
    talk.say(TryRates(4, project("digits"), 1e-4, 10.0))
    told = talk.all(RangeSteps)
    losses = np.concatenate([part.losses for part in told])
    rates = np.concatenate([part.rates for part in told])
    assert [part.first for part in told] == [0, *np.cumsum([len(part.losses) for part in told])[:-1]]
    with RangeTest(project("digits"), 1e-4, 10.0) as alone:
        alone.run()
        assert losses.tolist() == alone.losses
        assert rates.tolist() == alone.rates
        done = talk.last(RangeDone)
        assert (done.run, done.advice, done.why) == (4, alone.advice(), alone.finished)
    assert not talk.host.going


def test_lanes_march_while_a_range_test_is_under_way(talk):
    talk.host.handle(Lay(1, lanes(epochs=1000)))
    talk.host.handle(March())
    talk.host.handle(TryRates(2, project("digits"), 1e-4, 10.0))
    while not talk.all(RangeDone):
        talk.host.work()
        talk.listen()
    assert talk.last(RangeDone).run == 2
    assert step_of(talk, 0) > 0
    assert talk.host.going


def test_a_range_test_that_cannot_be_done_says_why(talk):
    talk.say(Lay(1, lanes(epochs=1)), TryRates(2, project("digits"), 1.0, 1e9))
    assert talk.last(Failed).run == 2
    assert "1,000,000" in talk.last(Failed).sentence
    talk.say(TryRates(3, replace(project(), data="/nowhere/at/all"), 0.01, 1.0), March())
    assert talk.last(Failed).run == 3
    assert step_of(talk, 0) == talk.last(Laid).steps_per_epoch


def test_another_range_test_takes_the_place_of_the_one_before(talk):
    talk.host.handle(TryRates(1, project("digits", batch_size=1), 1e-4, 10.0))
    talk.host.work()
    assert talk.host.going
    talk.say(TryRates(2, project("digits"), 1e-3, 1.0))
    assert [done.run for done in talk.all(RangeDone)] == [2]


def test_orders_without_lanes_are_passed_over(talk):
    talk.say(Rest(), StandAt(3), KeepLane(1, 0), Measure(0))
    assert talk.heard == []
    talk.say(March())
    assert talk.last(Marching).going is False
    assert not talk.all(Failed)


def test_of_many_steps_of_a_slider_the_last_one_counts():
    first, second, third = StandAt(1), StandAt(2), StandAt(3)
    laboratory = kind_of("laboratory")
    assert laboratory.without_outdated([first, second, March(), third]) == [second, March(), third]
    assert laboratory.without_outdated([Measure(0), Measure(1)]) == [Measure(0), Measure(1)]


def test_there_are_two_kinds_of_workers():
    with pytest.raises(ValueError, match="kitchen"):
        kind_of("kitchen")


def wait_for(worker, kind, heard, so=lambda message: True):
    """Take messages until there is such a one."""
    end = time.monotonic() + PATIENCE
    while not any(isinstance(message, kind) and so(message) for message in heard):
        heard += worker.take()
        assert time.monotonic() < end, heard


@pytest.mark.parametrize("worker", [ThreadWorker, ProcessWorker])
def test_a_laboratory_works_beside_the_window(worker):
    worker, heard = worker("laboratory"), []
    worker.send(Lay(1, lanes(epochs=3)))
    worker.send(March())
    worker.send(KeepLane(1, 2))
    wait_for(worker, Marching, heard, lambda message: not message.going)
    alone = Model(lanes(epochs=3)[2])
    session = alone.train()
    told = [part.losses for part in heard if isinstance(part, LaneBatches) and part.lane == 2]
    assert np.concatenate(told).tobytes() == np.array(session.history.losses).tobytes()
    assert worker.close()


def test_a_laboratory_that_is_killed_is_told_and_the_next_one_works():
    worker, heard = ProcessWorker("laboratory"), []
    worker.send(Lay(1, lanes(epochs=1_000_000)))
    worker.send(March())
    wait_for(worker, LaneProgress, heard, lambda message: message.step > 10)
    worker._link._process.kill()
    wait_for(worker, Failed, heard)
    failed = heard[-1]
    assert failed.run == 1
    assert "fewer lanes" in failed.sentence
    worker.send(Lay(2, lanes()))
    wait_for(worker, Laid, heard, lambda message: message.run == 2)
    assert worker.close()


def test_a_packaged_program_is_its_own_laboratory(monkeypatch):
    monkeypatch.setattr("nnstudio.live.process._command", lambda: [sys.executable, "-m", "nnstudio", SWITCH])
    worker, heard = ProcessWorker("laboratory"), []
    worker.send(Lay(1, lanes()))
    wait_for(worker, Laid, heard)
    assert worker.close()
