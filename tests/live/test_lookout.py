"""The lookout: which probes are asked, and when."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.live.lookout import Lookout
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.probes.base import Probe, Sight
from nnstudio.project.templates import load_template
from nnstudio.training.recorder import Recorder


@dataclass(frozen=True)
class Before(Probe):
    """Whether it saw what the last step did."""

    wants_before: ClassVar[bool] = True

    def take(self, sight):
        return sight.before is not None


@pytest.fixture
def sight():
    session = Model(load_template("xor")).session()
    yield Sight(session, Recorder(session))
    session.close()


def test_a_probe_that_compares_waits_for_a_step_that_was_watched(sight):
    mailbox = Mailbox()
    lookout = Lookout(mailbox)
    lookout.watch({"a": Before()})
    lookout.look(1, sight, going=True)
    assert mailbox.take() == []
    assert lookout.wants_before
    sight.before = np.zeros(1)
    lookout.look(1, sight, going=True)
    assert [message.value for message in mailbox.take()] == [True]


def test_where_nothing_moves_it_is_asked_all_the_same(sight):
    mailbox = Mailbox()
    lookout = Lookout(mailbox)
    lookout.watch({"a": Before()})
    lookout.look(1, sight, going=False)
    assert [message.value for message in mailbox.take()] == [False]


@dataclass(frozen=True)
class Counted(Probe):
    """How often anybody was asked."""

    name: str
    times: ClassVar[int] = 0

    def take(self, sight):
        type(self).times += 1
        return type(self).times


def test_what_several_want_to_know_is_asked_once(sight, monkeypatch):
    monkeypatch.setattr(Counted, "times", 0)
    mailbox = Mailbox()
    lookout = Lookout(mailbox)
    lookout.watch({"cards": Counted("answer"), "other": Counted("else"), "panel": Counted("answer")})
    lookout.look(1, sight, going=True)
    found = {message.key: message.value for message in mailbox.take()}
    assert found == {"cards": 1, "panel": 1, "other": 2}
    lookout.look(1, sight, going=True)
    assert mailbox.take() == []
