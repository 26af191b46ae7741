"""Patience: what comes and goes within a moment is not told, and what was told stays until it is really gone."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import inf

from nnstudio.doctor.base import Advice, Severity

PATIENCE = 2.0  # Seconds.


@dataclass
class _Held:
    """An advice, since when it has been seen without a break, and when it was seen last."""

    advice: Advice
    since: float
    seen: float
    told: bool = False
    renewed: float = -inf


class Patience:
    """Takes what was found at a time, and gives back what to tell. What is fatal is told at once: nothing follows."""

    def __init__(self) -> None:
        self._held: dict[Hashable, _Held] = {}
        self._last = 0.0  # When something was taken last.

    @property
    def undecided(self) -> bool:
        """Whether it depends on the next seconds what is told."""
        return any(not held.told or held.seen < self._last for held in self._held.values())

    def forget(self, advice: Advice) -> None:
        """It was heeded: it need not be told any longer."""
        self._held.pop((advice.sign, advice.node), None)

    def take(self, found: Iterable[Advice], now: float) -> tuple[Advice, ...]:
        """What to tell now, the worst first."""
        self._last = now
        for advice in found:
            held = self._held.setdefault((advice.sign, advice.node), _Held(advice, now, now))
            held.seen = now
            held.told = held.told or advice.severity is Severity.FATAL or now - held.since >= PATIENCE
            # Numbers that change three times a second cannot be read.
            if not held.told or now - held.renewed >= PATIENCE:
                held.advice, held.renewed = advice, now
        gone = [key for key, held in self._held.items() if held.seen < now - (PATIENCE if held.told else 0.0)]
        for key in gone:
            del self._held[key]
        told = [held.advice for held in self._held.values() if held.told]
        return tuple(sorted(told, key=lambda advice: -advice.severity))
