"""The lookout: asks the probes that panels want, as often as the training can spare the time."""

import traceback
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from nnstudio.core.plugged import plugin_of
from nnstudio.live.answering import Answering
from nnstudio.live.commands import SetMeans
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Faulty, Partly, Probe, Sight

LIVELY = 0.05  # Seconds; a probe whose period is no longer is worth asking as often as the window looks.
SHARE = 0.06  # Of the time, for all probes together: the training keeps at least nine tenths, and panels cost too.


class Lookout:
    """Knows which probe is due. A probe that takes long is asked less often."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._probes: Mapping[str, Probe] = {}
        self._due: dict[str, float] = {}
        self._fresh: set[str] = set()
        self._begun: set[str] = set()  # Answered in part.
        self.follow(SetMeans().looks)

    @property
    def busy(self) -> bool:
        """Whether a probe has more to answer about a network that does not change."""
        return bool(self._begun)

    def rest(self) -> None:
        """Ask nobody for the rest of an answer."""
        self._begun.clear()

    def follow(self, looks: int) -> None:
        """The window looks so many times a second."""
        # A little less than it waits, or every second answer would come too late for its look.
        self._rest = 0.8 / looks

    def watch(self, probes: Mapping[str, Probe]) -> None:
        """Take these probes instead of those before; what is known of one that stays is known."""
        same = {key for key, probe in probes.items() if self._probes.get(key) == probe}
        self._fresh &= same
        self._begun &= same
        self._due = {key: due for key, due in self._due.items() if key in same}
        self._probes = dict(probes)

    def outdate(self, everything: bool = False) -> None:
        """The network has changed, or even the data."""
        self._fresh = set() if everything else {key for key in self._fresh if self._probes[key].constant}

    @property
    def wants_before(self) -> bool:
        """Whether a probe that is due must see what the next step does."""
        now = perf_counter()
        return any(probe.wants_before and self._due.get(key, 0.0) <= now for key, probe in self._probes.items())

    def look(self, run: int, sight: Sight | Answering, going: bool) -> None:
        """Ask what is due; when the training stands still everything that is not known of this state."""
        began, sight.going = perf_counter(), going
        for key, probe in self._probes.items():
            if key in self._fresh or not sight.can_tell(probe) or (going and self._due.get(key, 0.0) > began):
                continue
            # What became due during the last steps is asked after the next ones, which are watched for it.
            if not (going and probe.wants_before and sight.before is None):
                self._ask(run, probe, sight)

    def _ask(self, run: int, probe: Probe, sight: Sight | Answering) -> None:
        """Once, for all who want to know the same."""
        began = perf_counter()
        value = _told(probe, sight)
        ended = perf_counter()
        part = isinstance(value, Partly)
        told = value.value if isinstance(value, Partly) else value
        # What is constant is asked once, and takes no share.
        rest = (ended - began) * len({each for each in self._probes.values() if not each.constant}) / SHARE
        period = probe.period if probe.period > LIVELY else self._rest
        for key, each in self._probes.items():
            if each == probe:
                (self._begun if part else self._fresh).add(key)
                (self._fresh if part else self._begun).discard(key)
                self._due[key] = began + (rest if part else max(period, self._rest, rest))
                if told is not None or not part:
                    self._mailbox.put(Seen(run, key, sight.steps_done, told))


def _told(probe: Probe, sight: Sight | Answering) -> Any:
    """The answer; of a plugin's probe that fails, that it did: the training goes on."""
    try:
        return sight.tell(probe)
    except Exception as bug:
        if plugin_of(type(probe).__module__) is None:
            raise
        return Faulty(f"{type(bug).__name__}: {bug}", "".join(traceback.format_exception(bug)))
