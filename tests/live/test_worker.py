"""The worker: the host in a thread."""

import sys
import threading
import time
from math import inf

from nnstudio.live.commands import Go, GoTo, Pause, Prepare, SetPace, Watch
from nnstudio.live.kinds import TRAINING
from nnstudio.live.messages import Batches, Going, Halted, Ready
from nnstudio.live.process import SWITCH, ProcessWorker
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from tests.live.test_host import project

PATIENCE = 20


def wait_for(worker, kind, heard):
    """Take messages until one of that kind is among them."""
    end = time.monotonic() + PATIENCE
    while not any(isinstance(message, kind) for message in heard):
        heard += worker.mailbox.take()
        assert time.monotonic() < end, heard
    return next(message for message in heard if isinstance(message, kind))


def test_it_stops_within_half_a_second_and_leaves_no_thread():
    worker = ThreadWorker()
    heard = []
    worker.send(Prepare(1, project(epochs=1_000_000)))
    worker.send(Go())
    wait_for(worker, Going, heard)
    assert worker.busy
    began = time.monotonic()
    worker.send(Pause())
    wait_for(worker, Halted, heard)
    assert time.monotonic() - began < 0.5
    worker.send(Go())
    assert worker.close()
    assert [each for each in threading.enumerate() if each.name == "training"] == []


def test_a_worker_that_was_never_asked_has_no_thread():
    worker = ThreadWorker()
    assert not worker.busy
    assert worker.close()
    assert [each for each in threading.enumerate() if each.name == "training"] == []


def test_it_rests_when_nothing_is_asked():
    worker = ThreadWorker()
    heard = []
    worker.send(Prepare(1, load_template("xor")))
    wait_for(worker, Ready, heard)
    end = time.monotonic() + PATIENCE
    while worker.busy:
        assert time.monotonic() < end
    assert worker.close()


def test_no_batch_is_lost_however_seldom_somebody_looks():
    worker = ThreadWorker()
    heard = []
    worker.send(Prepare(1, project(epochs=200)))
    worker.send(Go())
    wait_for(worker, Halted, heard)
    heard += worker.mailbox.take()
    numbers = [part.first + place for part in heard if isinstance(part, Batches) for place in range(len(part.losses))]
    assert numbers == list(range(200 * wait_for(worker, Ready, heard).steps_per_epoch))
    assert worker.close()


def test_a_slow_pace_can_be_watched():
    worker = ThreadWorker()
    heard = []
    worker.send(Prepare(1, project(epochs=100)))
    worker.send(SetPace(50))
    began = time.monotonic()
    worker.send(Go(steps=11))
    wait_for(worker, Halted, heard)
    # The first at once, and ten more, each a fiftieth of a second after the one before.
    assert 0.2 <= time.monotonic() - began < 2
    worker.send(SetPace())
    worker.send(Go(steps=1000))
    heard.clear()
    began = time.monotonic()
    wait_for(worker, Halted, heard)
    assert time.monotonic() - began < 2
    assert worker.close()


def test_a_short_training_is_stretched_and_a_long_one_is_not():
    assert SetPace(seconds=5.0).at_most(1000) == 200.0
    assert SetPace(100.0, seconds=5.0).at_most(1000) == 100.0
    assert SetPace().at_most(1000) == SetPace(seconds=5.0).at_most(inf) == inf
    worker = ThreadWorker()
    heard = []
    worker.send(SetPace(seconds=0.5))
    worker.send(Prepare(1, project(epochs=50)))
    wait_for(worker, Ready, heard)
    began = time.monotonic()
    worker.send(Go())
    wait_for(worker, Halted, heard)
    assert 0.45 <= time.monotonic() - began < 3
    assert worker.close()


def test_of_many_steps_of_a_slider_the_last_one_counts():
    first, second, third = GoTo(1), GoTo(2), GoTo(3)
    without_outdated = TRAINING.without_outdated
    assert without_outdated([first, second, Go(), third]) == [second, Go(), third]
    assert without_outdated([]) == []
    assert without_outdated([Watch({}), Go(), Watch({})]) == [Watch({}), Go(), Watch({})]


def test_a_packaged_program_trains_for_its_own_window(monkeypatch):
    monkeypatch.setattr("nnstudio.live.process._command", lambda: [sys.executable, "-m", "nnstudio", SWITCH])
    worker = ProcessWorker()
    heard = []
    worker.send(Prepare(1, project(epochs=1)))
    worker.send(Go())
    end = time.monotonic() + PATIENCE
    while not any(isinstance(message, Halted) for message in heard):
        heard += worker.take()
        assert time.monotonic() < end, heard
    assert worker.close()
