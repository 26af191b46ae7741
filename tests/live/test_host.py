"""The host: commands in, messages out."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.graph import edits
from nnstudio.live.commands import Adjust, Fork, Go, GoTo, Keep, Pause, Prepare, SetWeights, Watch
from nnstudio.live.messages import (
    Batches,
    EpochDone,
    Failed,
    Going,
    Halted,
    Learned,
    Mark,
    Progress,
    Read,
    Ready,
    Recorded,
    Seen,
)
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.weights import Weights
from nnstudio.project.templates import load_template
from nnstudio.training.settings import Settings
from tests.live.talk import Talk


@pytest.fixture
def talk():
    with Talk() as talk:
        yield talk


def project(name="playground", **settings):
    found = load_template(name)
    return replace(found, settings=Settings.from_fields({**vars(found.settings), **settings}))


def test_a_project_is_made_ready_and_told(talk):
    talk.say(Prepare(1, project()))
    ready = talk.last(Ready)
    assert ready.run == 1
    assert ready.steps_per_epoch > 1
    assert ready.samples["train"] > 0
    assert ready.class_names
    assert not ready.learned


def test_the_same_bits_as_a_training_without_a_window(talk):
    wanted = project(epochs=3)
    talk.say(Prepare(1, wanted), Go(), Keep(1))
    model = Model(wanted)
    model.train()
    kept = talk.last(Learned)
    assert {name: array.tobytes() for name, array in kept.weights.items()} == {
        name: array.tobytes() for name, array in model.project.weights.items()
    }
    assert [replace(epoch, seconds=0) for epoch in kept.epochs] == [
        replace(epoch, seconds=0) for epoch in model.project.history
    ]


def test_every_batch_and_every_epoch_is_told_once(talk):
    talk.say(Prepare(1, project(epochs=40)), Go())
    parts = talk.all(Batches)
    numbers = [part.first + place for part in parts for place in range(len(part.losses))]
    assert numbers == list(range(40 * talk.last(Ready).steps_per_epoch))
    assert [message.number for message in talk.all(EpochDone)] == list(range(1, 41))
    assert talk.last(Halted).reason == "all epochs are done"


def test_one_batch_and_one_epoch(talk):
    talk.say(Prepare(1, project()), Go(steps=1))
    assert talk.last(Progress).step == 1
    talk.say(Go(epochs=1))
    assert talk.last(Progress).step == talk.last(Ready).steps_per_epoch
    talk.say(Go(epochs=1))
    assert talk.last(Progress).epoch == 2
    assert talk.last(Halted).reason is None


def test_a_pause_halts_and_going_on_gives_the_same_bits(talk):
    wanted = project(epochs=4)
    talk.host.handle(Prepare(1, wanted))
    talk.host.handle(Go())
    for _ in range(3):
        talk.host.work()
    talk.say(Pause())
    assert talk.last(Halted).reason is None
    halted = talk.last(Halted).step
    assert halted > 0
    talk.say(Go(), Keep(1))
    with Talk() as other:
        other.say(Prepare(1, wanted), Go(), Keep(1))
        for name, array in other.last(Learned).weights.items():
            assert array.tobytes() == talk.last(Learned).weights[name].tobytes()


def test_the_learning_rate_changes_while_it_runs(talk):
    wanted = project(epochs=2)
    talk.say(Prepare(1, wanted), Go(epochs=1))
    optimizer = replace(wanted.settings.optimizer, learning_rate=0.5)
    talk.say(Adjust(replace(wanted.settings, optimizer=optimizer)), Go(epochs=1))
    rates = np.concatenate([part.rates for part in talk.all(Batches)])
    half = talk.last(Ready).steps_per_epoch
    assert set(rates[half:]) == {0.5}
    assert 0.5 not in rates[:half]
    assert talk.last(Mark).step == half


def test_rewinding_shows_the_network_as_it_was(talk):
    talk.say(Prepare(1, project(epochs=3)), Watch({"w": Weights("hidden_1")}), Go(steps=7), Keep(1))
    then = talk.last(Learned).weights
    talk.say(Go(steps=30))
    talk.say(GoTo(7))
    assert talk.last(Progress).step == 7
    assert talk.last(Recorded).furthest == 37
    seen = talk.last(Seen)
    assert seen.step == 7
    name = next(iter(seen.value))
    assert seen.value[name].tobytes() == then[f"hidden_1/{name}"].tobytes()


def test_going_on_from_an_earlier_step_gives_the_same_bits_as_the_first_time(talk):
    talk.say(Prepare(1, project(epochs=30)), Go(), Keep(1))
    first = talk.last(Learned)
    talk.say(GoTo(101), Fork(2), Go(), Keep(2))
    second = talk.last(Learned)
    assert second.run == 2
    assert {name: array.tobytes() for name, array in first.weights.items()} == {
        name: array.tobytes() for name, array in second.weights.items()
    }
    assert talk.all(Batches)[-1].run == 2
    assert min(part.first for part in talk.all(Batches) if part.run == 2) == 101


def test_weights_set_by_hand_count_from_the_next_batch(talk):
    talk.say(Prepare(1, project()), Go(steps=5), Keep(1))
    weights = {name: array * 0 for name, array in talk.last(Learned).weights.items()}
    talk.say(SetWeights(weights), Keep(2))
    assert not any(array.any() for array in talk.last(Learned).weights.values())
    talk.say(Go(steps=1), Keep(3))
    assert any(array.any() for array in talk.last(Learned).weights.values())


def test_another_model_keeps_the_weights_of_the_layers_that_stayed(talk):
    wanted = project(epochs=5)
    talk.say(Prepare(1, wanted), Go(), Keep(1))
    before = talk.last(Learned).weights
    graph = edits.set_fields(wanted.graph, "hidden_2", units=5)
    talk.say(Prepare(2, replace(wanted, graph=graph), keep=True), Keep(2))
    after = talk.last(Learned).weights
    same = [name for name in before if name.startswith("hidden_1/")]
    assert same
    assert all(after[name].tobytes() == before[name].tobytes() for name in same)
    assert after["hidden_2/weights"].shape != before["hidden_2/weights"].shape


def test_a_resumed_project_stands_where_it_was_left_with_its_curve(talk):
    wanted = project(epochs=4)
    talk.say(Prepare(1, wanted), Go(epochs=2), Go(steps=3), Keep(1))
    kept = talk.last(Learned)
    left = replace(
        wanted, weights=kept.weights, history=kept.epochs, preparation=kept.preparation,
        class_names=kept.class_names, checkpoint=kept.checkpoint,
    )  # fmt: skip
    with Talk() as later:
        later.say(Prepare(1, left))
        assert later.last(Ready).learned
        assert later.last(Progress).step == talk.last(Progress).step
        assert sum(len(part.losses) for part in later.all(Batches)) == talk.last(Progress).step
        assert len(later.all(EpochDone)) == 2


def test_a_model_with_a_problem_is_told_in_its_own_words(talk):
    wanted = project()
    talk.say(Prepare(1, replace(wanted, graph=edits.remove(wanted.graph, "input"))))
    assert talk.last(Failed).report is None
    assert "Input" in talk.last(Failed).sentence
    talk.say(Prepare(2, wanted), Go(steps=1))
    assert talk.last(Progress).step == 1


class Broken(Probe):
    def take(self, sight):
        raise RuntimeError("a broken probe")


class Hungry(Probe):
    def take(self, sight):
        raise MemoryError


def test_a_bug_is_told_with_its_traceback_and_the_training_can_go_on(talk):
    talk.say(Prepare(1, project()), Watch({"broken": Broken()}))
    failed = talk.last(Failed)
    assert "a broken probe" in failed.sentence
    assert "RuntimeError" in failed.report
    talk.say(Watch({}), Go(steps=2))
    assert talk.last(Progress).step == 2


def test_no_memory_is_told_in_plain_words(talk):
    talk.say(Prepare(1, project()), Watch({"hungry": Hungry()}))
    assert "memory" in talk.last(Failed).sentence
    assert talk.last(Failed).report is None


def test_diverged_training_halts_with_the_reason(talk):
    talk.say(Prepare(1, project("linear-regression", epochs=400)))
    rate = replace(project("linear-regression").settings.optimizer, learning_rate=1e6)
    talk.say(Adjust(replace(project("linear-regression").settings, optimizer=rate)), Go())
    halted = talk.last(Halted)
    assert halted.diverged is not None
    assert "diverged at step" in halted.reason


def test_commands_before_a_project_are_passed_over(talk):
    talk.say(Go(), Pause(), GoTo(3), Keep(1), Fork(2))
    assert talk.heard == []
    assert not talk.all(Going)


def test_what_is_read_is_told_even_if_the_network_cannot_learn_it(talk):
    talk.say(Prepare(1, replace(project(), data="digits,test=0.5")))
    assert talk.last(Failed)
    read = talk.last(Read)
    assert read.source.values()["test"] == 0.5
    assert read.sample_shape == (8, 8, 1)
    assert read.samples["test"] in (898, 899)
    assert [step.kind for step in read.preparation] == ["scale"]
