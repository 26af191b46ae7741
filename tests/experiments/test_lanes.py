"""Lanes: trainings side by side give the same bits as each of them alone."""

import os
import threading
from dataclasses import replace
from math import isfinite

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.core.errors import StudioError
from nnstudio.experiments.lanes import Lanes
from nnstudio.experiments.rates import with_rate
from nnstudio.graph import edits
from nnstudio.project.templates import load_template
from nnstudio.training.settings import Settings

MNIST = os.environ.get("NNSTUDIO_TEST_MNIST")


def project(name="playground", **settings):
    found = load_template(name)
    return replace(found, settings=Settings.from_fields({**vars(found.settings), **settings}))


def lanes_of(projects, weights=None):
    """Lanes over one data set object, numbered from 0."""
    data = Model(projects[0]).data()
    lanes = Lanes(lambda _: data, weights, len(projects))
    for number, each in enumerate(projects):
        lanes.add(number, each)
    return lanes


def march(lanes, end=float("inf"), turn=3):
    while lane := lanes.behind(end):
        lanes.advance(lane, turn, end)


def bits(lane):
    return lane.session.parameters.vector.tobytes()


@pytest.mark.parametrize("name", ["playground", "digits"])
def test_each_lane_has_the_bits_of_a_training_with_its_rate_alone(name):
    rates = (0.003, 0.03, 0.3)
    wanted = project(name, epochs=2)
    with lanes_of([with_rate(wanted, rate) for rate in rates]) as lanes:
        march(lanes)
        for lane, rate in zip(lanes, rates, strict=True):
            alone = Model(with_rate(wanted, rate))
            session = alone.train()
            assert bits(lane) == session.parameters.vector.tobytes()
            assert lane.session.history.losses == session.history.losses
            assert [replace(epoch, seconds=0) for epoch in lane.session.history.epochs] == [
                replace(epoch, seconds=0) for epoch in alone.project.history
            ]


@pytest.mark.skipif(not MNIST, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
def test_lanes_on_mnist_have_the_bits_of_trainings_with_two_threads():
    wanted = replace(project("mnist-mlp"), data=MNIST)
    rates = (0.0001, 0.01)
    with lanes_of([with_rate(wanted, rate) for rate in rates]) as lanes:
        lanes.step(7)
        for lane, rate in zip(lanes, rates, strict=True):
            with Model(with_rate(wanted, rate)).session(lane.session.data, threads=2) as alone:
                alone.run(7)
                assert bits(lane) == alone.parameters.vector.tobytes()


def test_all_lanes_begin_with_the_same_weights_and_the_same_order():
    with lanes_of([with_rate(project(), rate) for rate in (0.01, 1.0)]) as lanes:
        assert bits(lanes[0]) == bits(lanes[1])
        lanes.step()
        assert lanes[0].session.history.losses[0] == lanes[1].session.history.losses[0]


def test_what_a_project_has_learned_is_no_beginning_unless_it_is_given():
    model = Model(project(epochs=1))
    model.train()
    learned = model.project.weights
    with lanes_of([project(), model.project]) as lanes:
        assert bits(lanes[0]) == bits(lanes[1])
    with lanes_of([project(), model.project], learned) as lanes:
        for lane in lanes:
            named = lane.session.parameters.named()
            assert all(named[name].tobytes() == learned[name].tobytes() for name in learned)


def test_the_data_is_one_object_for_all():
    with lanes_of([with_rate(project(), rate) for rate in (0.01, 0.1, 1.0)]) as lanes:
        first, *others = [lane.session for lane in lanes]
        assert all(other.data is first.data for other in others)
        assert all(np.shares_memory(other.engine.samples.rows, first.data.inputs) for other in others)


def test_lanes_advance_together_and_in_step():
    with lanes_of([project(batch_size=size) for size in (1, 10, 100)]) as lanes:
        for _ in range(50):
            lanes.advance(lanes.behind(), 4)
            steps = [lane.steps for lane in lanes]
            assert max(steps) - min(steps) <= 4
        march(lanes, 200)
        assert [lane.steps for lane in lanes] == [200, 200, 200]


def test_a_lane_that_is_over_does_not_hold_up_the_others():
    with lanes_of([project(epochs=1), project(epochs=2, batch_size=5)]) as lanes:
        march(lanes)
        assert [lane.finished for lane in lanes] == ["all epochs are done"] * 2
        assert lanes[0].steps < lanes[1].steps
        assert lanes.behind() is None


def test_the_lane_that_diverges_says_at_which_step():
    wanted = project("linear-regression", epochs=400)
    with lanes_of([with_rate(wanted, rate) for rate in (0.01, 1e6)]) as lanes:
        march(lanes)
        assert lanes[0].diverged is None
        step = lanes[1].diverged.step
        with Model(with_rate(wanted, 1e6)).session() as alone:
            alone.run()
            assert alone.diverged.step == step
        assert all(isfinite(loss) for loss in lanes[1].session.history.losses)


def test_lanes_stand_at_an_earlier_step_and_go_on_to_the_same_bits():
    with lanes_of([with_rate(project(epochs=8), rate) for rate in (0.03, 0.3)]) as lanes:
        march(lanes, 101)
        then = [bits(lane) for lane in lanes]
        march(lanes, 200)
        later = [bits(lane) for lane in lanes]
        lanes.stand_at(101)
        assert [lane.steps for lane in lanes] == [101, 101]
        assert [bits(lane) for lane in lanes] == then
        assert [len(lane.session.history.losses) for lane in lanes] == [101, 101]
        lanes.stand_at(200)
        assert [bits(lane) for lane in lanes] == later
        lanes.stand_at(50)
        march(lanes, 200)
        assert [bits(lane) for lane in lanes] == later


def test_a_lane_that_ended_before_stands_at_its_end():
    with lanes_of([project(epochs=1), project(epochs=3)]) as lanes:
        march(lanes)
        end = lanes[0].steps
        lanes.stand_at(3)
        assert [lane.finished for lane in lanes] == [None, None]
        lanes.stand_at(2 * end)
        assert [lane.steps for lane in lanes] == [end, 2 * end]
        assert lanes[0].finished


def test_a_diverged_lane_can_be_taken_back_to_where_it_was_sound():
    with lanes_of([with_rate(project("linear-regression", epochs=400), 1e6)]) as lanes:
        march(lanes)
        broken = lanes[0].diverged
        lanes.stand_at(1)
        assert lanes[0].diverged is None
        march(lanes)
        assert lanes[0].diverged == broken


def test_a_lane_that_cannot_be_trained_is_refused_and_the_others_stay():
    wanted = project()
    with lanes_of([wanted]) as lanes:
        with pytest.raises(StudioError, match="Input"):
            lanes.add(1, replace(wanted, graph=edits.remove(wanted.graph, "input")))
        assert [lane.number for lane in lanes] == [0]
        lanes.step(2)
        assert lanes[0].steps == 2


def test_weights_of_another_network_are_refused():
    with pytest.raises(StudioError):
        lanes_of([project()], {"hidden_1/weights": np.zeros((3, 3), np.float32)})


def test_lanes_have_no_threads_of_their_own():
    before = threading.active_count()
    with lanes_of([project("digits")] * 2) as lanes:
        lanes.step(3)
        assert threading.active_count() == before


def test_keyframes_of_all_lanes_share_a_budget(monkeypatch):
    monkeypatch.setattr("nnstudio.experiments.lanes.BUDGET", 1 << 20)
    with lanes_of([project("digits", epochs=3)] * 4) as lanes:
        march(lanes)
        assert sum(lane.recorder.bytes for lane in lanes) <= 1 << 20
        assert all(len(lane.recorder.steps) > 2 for lane in lanes)
