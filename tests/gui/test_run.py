"""The run: the window's side of a training, with a real worker in its thread."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.graph import edits
from nnstudio.live.known import State
from nnstudio.live.probes.weights import Weights
from nnstudio.live.process import ProcessWorker
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from nnstudio.training.settings import Settings
from nnstudio.ui.beginnings import Beginnings
from nnstudio.ui.document import Document
from nnstudio.ui.drawn_points import DrawnPoints
from nnstudio.ui.run import Run


def project(name="playground", **settings):
    found = load_template(name)
    return replace(found, settings=Settings.from_fields({**vars(found.settings), **settings}))


class Desk:
    """A document and its run; remembers what was asked and told."""

    def __init__(self, project, qtbot, worker=ThreadWorker):
        self.document = Document(project)
        self.answer, self.questions, self.told = True, 0, []
        self.run = Run(self.document, self._agree, worker=worker)
        self.again = Beginnings(self.document, self.run)
        self.run.told.connect(self.told.append)
        self._qtbot = qtbot

    def _agree(self):
        self.questions += 1
        return self.answer

    def until(self, true):
        self._qtbot.waitUntil(lambda: bool(true()))

    def stands(self):
        self.until(lambda: self.run.state is State.STANDING and not self.run.going and not self.run._tick.isActive())

    def kept(self):
        """Wait until what was learned is in the project."""
        self.stands()
        done = []
        self.run.collect(lambda: done.append(True))
        self.until(lambda: done)
        return self.document.project


@pytest.fixture
def desk(qtbot):
    made = []

    def make(*arguments, worker=ThreadWorker, **settings):
        made.append(Desk(project(*arguments, **settings), qtbot, worker))
        return made[-1]

    yield make
    for each in made:
        assert each.run.close()
        each.document.deleteLater()
    assert [thread for thread in threading.enumerate() if thread.name == "training"] == []


def bits(weights):
    return {name: array.tobytes() for name, array in weights.items()}


def test_nothing_runs_before_somebody_asks(desk):
    one = desk()
    assert one.run.state is State.WAITING
    assert not [thread for thread in threading.enumerate() if thread.name == "training"]


@pytest.mark.parametrize("worker", [ThreadWorker, ProcessWorker])
def test_the_window_trains_to_the_same_bits_as_the_command_line(desk, worker):
    one = desk(epochs=4, worker=worker)
    one.run.train()
    kept = one.kept()
    model = Model(project(epochs=4))
    model.train()
    assert bits(kept.weights) == bits(model.project.weights)
    assert [replace(each, seconds=0) for each in kept.history] == [
        replace(each, seconds=0) for each in model.project.history
    ]
    assert one.told == ["Training ended: all epochs are done."]


def test_the_curve_has_every_batch(desk):
    one = desk(epochs=100)
    one.run.train()
    one.stands()
    assert len(one.run.record.history.losses) == 100 * one.run.known.ready.steps_per_epoch
    assert np.isfinite(np.asarray(one.run.record.history.losses)).all()


def test_a_pause_halts_and_training_goes_on_to_the_same_bits(desk):
    one = desk(epochs=400)
    one.run.train()
    one.until(lambda: one.run.known.step > 10)
    one.run.pause()
    one.stands()
    assert one.run.known.step < 400 * one.run.known.ready.steps_per_epoch
    one.run.train()
    kept = one.kept()
    model = Model(project(epochs=400))
    model.train()
    assert bits(kept.weights) == bits(model.project.weights)


def test_a_paused_training_is_kept_with_all_it_takes_to_go_on(desk):
    one = desk(epochs=100_000)
    one.run.train()
    one.until(lambda: one.run.known.step > 10)
    one.run.pause()
    kept = one.kept()
    assert kept.checkpoint is not None
    assert one.document.modified
    step = one.run.known.step
    other = desk()
    other.document.change("Open", **{name: getattr(kept, name) for name in ("weights", "checkpoint", "settings")})
    other.run.begin()
    other.stands()
    assert other.run.known.step == step
    assert len(other.run.record.history.losses) == step


def test_reset_gives_the_same_first_weights_and_undo_brings_back_what_was_learned(desk):
    one = desk(epochs=3)
    one.run.train()
    learned = one.kept()
    one.again.reset()
    one.until(lambda: one.document.project.weights is None)
    one.until(lambda: one.run.known.step == 0 and one.run.state is State.STANDING)
    one.run.train()
    again = one.kept()
    assert bits(again.weights) == bits(learned.weights)
    one.document.undo()
    assert bits(one.document.project.weights) == bits(learned.weights)
    one.stands()


def test_new_weights_are_others_for_the_same_samples(desk):
    one = desk(epochs=1)
    one.run.train()
    before = one.kept()
    one.again.new_weights()
    one.until(lambda: one.document.project.settings.seed == 1)
    one.stands()
    one.run.train()
    after = one.kept()
    assert bits(after.weights) != bits(before.weights)
    assert after.data == "circle,seed=0"
    old, new = Model(before).data(), Model(after).data()
    assert np.array_equal(old.inputs, new.inputs)


def test_the_learning_rate_changes_while_it_runs_and_is_marked(desk):
    one = desk(epochs=100_000)
    one.run.train()
    one.until(lambda: one.run.known.step > 10)
    settings = one.document.project.settings
    one.document.change("Rate", settings=replace(settings, optimizer=replace(settings.optimizer, learning_rate=0.02)))
    one.until(lambda: one.run.record.marks)
    one.until(lambda: one.run.known.step > one.run.record.marks[0].step + 5)
    assert one.run.state is State.GOING
    rates = np.asarray(one.run.record.history.rates)
    mark = one.run.record.marks[0].step
    assert set(rates[mark:]) == {0.02}
    assert 0.02 not in rates[:mark]


def test_a_change_of_the_model_asks_once_keeps_what_stayed_and_goes_on(desk):
    one = desk(epochs=100_000)
    one.run.train()
    one.until(lambda: one.run.known.step > 100)
    one.document.edit("Units", edits.set_fields(one.document.graph, "hidden_2", units=5))
    one.until(lambda: one.run.state is State.GOING and one.run.known.ready.parameters != 105)
    assert one.questions == 1
    assert one.run.known.ready.learned
    one.document.edit("Units", edits.set_fields(one.document.graph, "hidden_2", units=6))
    one.until(lambda: one.run.state is State.GOING and one.run.records.all[-1].number == 3)
    assert one.questions == 1


def test_a_change_that_is_not_wanted_is_undone(desk):
    one = desk(epochs=100_000)
    one.answer = False
    one.run.train()
    one.until(lambda: one.run.known.step > 100)
    before = one.document.graph
    one.document.edit("Units", edits.set_fields(before, "hidden_2", units=5))
    one.until(lambda: one.document.graph == before)
    one.stands()
    assert one.questions == 1


def test_a_model_that_cannot_be_trained_says_why_and_goes_on_once_it_can(desk):
    one = desk(epochs=100_000)
    one.run.train()
    one.until(lambda: one.run.known.step > 100)
    one.document.edit("Delete", edits.remove(one.document.graph, "input"))
    one.until(lambda: one.run.state is State.WAITING)
    assert "Input" in one.run.sentence
    one.document.undo()
    one.until(lambda: one.run.state is State.GOING)


def test_data_that_is_not_there_is_told_and_training_works_with_other_data(desk):
    one = desk()
    one.document.change("Data", data="nowhere.csv")
    one.run.train()
    one.until(lambda: one.run.state is State.FAILED)
    assert "nowhere.csv" in one.run.sentence
    one.document.change("Data", data="spiral")
    one.until(lambda: one.run.state is State.STANDING)
    one.run.train(steps=1)
    one.until(lambda: one.run.known.step == 1)


@pytest.mark.parametrize("worker", [ThreadWorker, ProcessWorker])
def test_going_back_shows_what_was_and_going_on_from_there_gives_the_same_bits(desk, worker):
    one = desk(epochs=20, worker=worker)
    one.run.train()
    first = one.kept()
    one.run.go_to(100)
    one.until(lambda: one.run.known.step == 100)
    assert one.run.known.rewound
    one.run.train()
    one.until(lambda: one.run.known.step > 100)
    second = one.kept()
    assert bits(first.weights) == bits(second.weights)
    assert len(one.run.records.all) == 2
    assert [len(each.history.losses) for each in one.run.records.all] == [640, 640]


@pytest.mark.parametrize("worker", [ThreadWorker, ProcessWorker])
def test_a_panel_sees_what_it_wants_and_nothing_when_it_is_hidden(desk, worker):
    one = desk(epochs=100_000, worker=worker)
    seen = []
    one.run.seen.connect(lambda key, what: seen.append((key, what.step)))
    one.run.want("me", {"weights": Weights("hidden_1")})
    one.until(lambda: seen)
    assert seen[0] == ("weights", 0)
    one.run.train()
    one.until(lambda: len(seen) > 5)
    one.run.want("me", {})
    one.run.pause()
    one.stands()
    count = len(seen)
    one.run.train(steps=5)
    one.stands()
    assert len(seen) == count


def test_points_are_drawn_onto_the_data_and_can_be_taken_back(desk):
    one = desk(epochs=2)
    points = DrawnPoints(one.document, one.run)
    points.watch(True)
    one.until(lambda: points.possible)
    points.add_point((0.25, -0.5), 1)
    drawn = one.document.project.points
    assert drawn.inputs[-1] == (0.25, -0.5)
    one.until(lambda: one.run.known.ready.samples["train"] == 321)
    one.run.train()
    assert one.kept().weights is not None
    points.remove_point(0)
    assert len(one.document.project.points) == len(drawn) - 1
    one.document.undo()
    one.document.undo()
    assert one.document.project.points is None
    one.stands()


def test_stopping_ends_the_run_and_the_next_one_begins_with_its_weights(desk):
    one = desk(epochs=100_000)
    one.run.train()
    one.until(lambda: one.run.known.step > 10)
    one.run.stop()
    one.until(lambda: one.run.known.over)
    stopped = one.kept()
    one.run.train(steps=1)
    one.until(lambda: len(one.run.records.all) == 2)
    one.stands()
    assert one.run.known.ready.learned
    assert stopped.weights is not None


def test_a_training_that_is_killed_is_told_and_the_next_one_works(desk):
    one = desk(epochs=100_000, worker=ProcessWorker)
    one.run.want("me", {"weights": Weights("hidden_1")})
    one.run.train()
    one.until(lambda: one.run.known.step > 10)
    one.run.collect(lambda: None)
    one.until(lambda: one.document.project.weights is not None)
    one.run._worker._link._process.kill()
    one.until(lambda: one.run.state is State.FAILED)
    assert "memory" in one.run.sentence
    seen = []
    one.run.seen.connect(lambda key, what: seen.append(key))
    one.run.train()
    one.until(lambda: one.run.state is State.GOING and one.run.known.step > 10)
    # It begins with what was kept, and the panels see again.
    assert one.run.known.ready.learned
    one.until(lambda: seen)


def test_the_process_ends_with_the_window(desk):
    one = desk(epochs=100_000, worker=ProcessWorker)
    one.run.train()
    one.until(lambda: one.run.known.step > 10)
    process = one.run._worker._link._process
    assert one.run.close()
    assert process.poll() == 0
