"""The lookout: asks the probes that panels want, as often as the training can spare the time."""

from collections.abc import Mapping
from time import perf_counter

from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Probe, Sight

SHARE = 0.06  # Of the time, for all probes together: the training keeps at least nine tenths, and panels cost too.


class Lookout:
    """Knows which probe is due. A probe that takes long is asked less often."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._probes: Mapping[str, Probe] = {}
        self._due: dict[str, float] = {}
        self._fresh: set[str] = set()

    def watch(self, probes: Mapping[str, Probe]) -> None:
        """Take these probes instead of those before; what is known of one that stays is known."""
        same = {key for key, probe in probes.items() if self._probes.get(key) == probe}
        self._fresh &= same
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

    def look(self, run: int, sight: Sight, going: bool) -> None:
        """Ask what is due; when the training stands still everything that is not known of this state."""
        began = perf_counter()
        for key, probe in self._probes.items():
            if key in self._fresh or (going and self._due.get(key, 0.0) > began):
                continue
            # What became due during the last steps is asked after the next ones, which are watched for it.
            if not (going and probe.wants_before and sight.before is None):
                self._ask(run, probe, sight)

    def _ask(self, run: int, probe: Probe, sight: Sight) -> None:
        """Once, for all who want to know the same."""
        began = perf_counter()
        value = probe.take(sight)
        ended = perf_counter()
        # What is constant is asked once, and takes no share.
        rest = (ended - began) * len({each for each in self._probes.values() if not each.constant}) / SHARE
        for key, each in self._probes.items():
            if each == probe:
                self._fresh.add(key)
                self._due[key] = began + max(probe.period, rest)
                self._mailbox.put(Seen(run, key, sight.session.steps_done, value))
