"""The means of a training: threads and how often it is told of. They never change what is learned."""

import io
import pickle
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import ClassVar

import pytest

import nnstudio as nn
from nnstudio.engine import engine as engine_module
from nnstudio.live.child import Post, _listen
from nnstudio.live.commands import Go, Keep, Prepare, SetMeans, Watch
from nnstudio.live.host import Host
from nnstudio.live.kinds import TRAINING
from nnstudio.live.lookout import Lookout
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Learned, Progress, Seen
from nnstudio.live.probes.base import Probe
from nnstudio.project.templates import load_template
from tests.live.talk import Talk


@pytest.fixture
def crews(monkeypatch):
    """With how many threads each engine began."""
    begun = []
    real = engine_module.Crew

    def crew(threads):
        begun.append(threads)
        return real(threads)

    monkeypatch.setattr(engine_module, "Crew", crew)
    monkeypatch.setattr(engine_module, "threads_of_machine", lambda: 2)
    return begun


def flat():
    """A network whose matrix products are cut in halves."""
    return load_template("digits")


def convolving():
    """A network that works through each batch in two lanes."""
    layers = nn.Input((8, 8, 1)), nn.Conv2D(filters=8), nn.ReLU(), nn.Flatten(), nn.Dense(10), nn.Softmax()
    digits = load_template("digits")
    return replace(digits, graph=nn.chain(*layers))


def learned_with(threads, project):
    with Talk(lambda mailbox, threads: Host(mailbox)) as talk:
        talk.say(SetMeans(threads=threads), Prepare(1, project), Go(steps=6), Keep(1))
        return {name: array.tobytes() for name, array in talk.last(Learned).weights.items()}


@pytest.mark.parametrize("made", [flat, convolving])
def test_other_threads_learn_the_same_bits(made, crews):
    assert learned_with(1, made()) == learned_with(2, made()) == learned_with(0, made())
    assert crews == [1, 2, 2]


def test_they_hold_from_the_next_preparation_on(crews):
    project = load_template("xor")
    with Talk(lambda mailbox, threads: Host(mailbox)) as talk:
        talk.say(Prepare(1, project), SetMeans(threads=1), Go(steps=3))
        assert crews == [2]
        talk.say(Prepare(2, project))
        assert crews == [2, 1]


def test_a_worker_that_begins_anew_is_told_again():
    assert SetMeans in TRAINING.lasting
    first, last = SetMeans(1, 5), SetMeans(2, 5)
    assert TRAINING.without_outdated([first, last]) == [last]


@dataclass(frozen=True)
class Quick(Probe):
    """One that is worth asking all the time."""

    period: ClassVar[float] = 0.02

    def take(self, sight):
        return sight.session.steps_done


@dataclass(frozen=True)
class Slow(Probe):
    """One that is worth asking twice a second."""

    period: ClassVar[float] = 0.5

    def take(self, sight):
        return sight.session.steps_done


class Clock:
    """Time as the test says."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(("looks", "quick", "slow"), [(1, 3, 3), (16, 40, 4), (60, 100, 4)])
def test_probes_are_asked_as_often_as_the_window_looks(looks, quick, slow, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("nnstudio.live.lookout.perf_counter", clock)
    with Talk() as talk:
        talk.say(Prepare(1, load_template("xor")))
        sight, mailbox = talk.host._place.sight, Mailbox()
        lookout = Lookout(mailbox)
        lookout.follow(looks)
        lookout.watch({"quick": Quick(), "slow": Slow()})
        seen = []
        for _ in range(200):
            clock.now += 0.01
            lookout.outdate()
            lookout.look(1, sight, going=True)
            seen += [message.key for message in mailbox.take()]
    assert (seen.count("quick"), seen.count("slow")) == (quick, slow)


@pytest.mark.parametrize(("looks", "told"), [(2, (9, 12)), (16, (70, 81))])
def test_the_training_is_told_of_a_little_oftener_than_the_window_looks(looks, told, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("nnstudio.live.host.perf_counter", clock)
    with Talk() as talk:
        talk.host.handle(SetMeans(looks=looks))
        talk.host.handle(Prepare(1, load_template("xor")))
        talk.host.handle(Go())
        talk.listen()
        talk.heard.clear()
        for _ in range(2000):
            clock.now += 0.001
            talk.host._look()
            talk.listen()
    assert told[0] <= len(talk.all(Progress)) <= told[1]


def test_what_stands_still_is_answered_at_once_however_seldom_the_window_looks():
    with Talk() as talk:
        talk.say(SetMeans(looks=1), Prepare(1, load_template("xor")), Watch({"quick": Quick()}))
        assert talk.last(Seen).value == 0
        talk.say(Watch({"other": Quick()}))
        assert talk.last(Seen).key == "other"


def test_letters_of_another_process_come_as_often_as_the_window_looks():
    post, queue = Post(io.BytesIO(), Mailbox()), SimpleQueue()
    usual = post._rest
    _listen(io.BytesIO(pickle.dumps(SetMeans(looks=4)) + pickle.dumps(Go())), queue, post)
    assert [queue.get(), queue.get(), queue.get()] == [SetMeans(looks=4), Go(), None]
    assert post._rest == pytest.approx(4 * usual)
    post.close()
