"""The recorder: keeps moments of a training, so that it can stand at any of its steps again, with the same bits."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from time import perf_counter
from typing import NamedTuple

import numpy as np

from nnstudio.engine.samples import Picks
from nnstudio.layers.shapes import Array
from nnstudio.training.history import History
from nnstudio.training.session import Session
from nnstudio.training.settings import Settings
from nnstudio.training.standing import Keyframe

BUDGET = 256 << 20
MOST = 512
SHARE = 0.01  # Of the time that the steps take, for keeping.
GRACE = 0.1  # Seconds of training in which that does not matter: the first steps are the most instructive.
BESIDE = 2048  # Bytes of a keyframe beside its numbers, roughly.
AT_A_TIME = 64  # Steps of a replay between two questions whether it is still wanted.


@dataclass(frozen=True, eq=False)
class Change:
    """What no batch did: from a step on other settings and another rate, or other numbers in some places."""

    step: int
    settings: Settings
    learning_rate: float
    places: Picks | None = None
    numbers: Array | None = None

    def apply(self, session: Session) -> None:
        """Do it again."""
        if session.settings != self.settings:
            session.adjust(self.settings)
        session.learning_rate = self.learning_rate
        if self.places is not None and self.numbers is not None:
            session.set_numbers(self.places, self.numbers)

    @property
    def bytes(self) -> int:
        """The memory it takes, roughly."""
        arrays = (self.places, self.numbers)
        return BESIDE // 8 + sum(array.nbytes for array in arrays if array is not None)


class Furthest(NamedTuple):
    """How far the training had come when it was rewound, and what led there."""

    keyframe: Keyframe
    history: History


class Recorder:
    """Keeps a keyframe of a session at every step at first; at every second when there are many, and so on.

    What lies between two keyframes is found by training again, so the recorder must know of everything else that
    changes the session: call `keep` after it was given other settings or another rate, and set weights by
    `set_weights`. While the session is rewound its history is what led to the step that is shown.
    """

    def __init__(self, session: Session, budget: int = BUDGET, most: int = MOST, share: float = SHARE) -> None:
        self._budget, self._most, self._share = budget, most, share
        self._keyframes: dict[int, Keyframe] = {}
        self._changes: list[Change] = []
        self._bytes_of_changes = 0
        self._spare: list[Array] = []
        self._size = session.keyframe().numbers.nbytes + BESIDE
        self._spacing = self._grid = 1
        self._cost = inf
        self._furthest: Furthest | None = None
        self._reached = self.first = session.steps_done
        self._known = session.settings, session.learning_rate
        self.keep(session, forced=True)

    @property
    def steps(self) -> list[int]:
        """The steps with a keyframe, in order: a rewind to one of them takes no time."""
        return sorted(self._keyframes)

    @property
    def furthest(self) -> int:
        """The latest step that was reached, as `due` or `keep` saw it."""
        return self._reached

    @property
    def spacing(self) -> int:
        """A keyframe is wanted at every multiple of so many steps."""
        return self._spacing

    @property
    def bytes(self) -> int:
        """The memory that is taken, roughly."""
        return len(self._keyframes) * self._size + self._bytes_of_changes

    def due(self, session: Session) -> int:
        """In how many steps a keyframe is wanted; 0 for now."""
        self._see(session)
        ahead = -session.steps_done % self._spacing
        return self._spacing if not ahead and session.steps_done in self._keyframes else ahead

    def keep(self, session: Session, forced: bool = False) -> None:
        """Keep a keyframe if one is due, or `forced`; and take note of other settings or another rate."""
        self._see(session)
        if self._known != (session.settings, session.learning_rate):
            self._note(Change(session.steps_done, session.settings, session.learning_rate))
            forced = True
        if forced or not self.due(session):
            began = perf_counter()
            self._take(session)
            self._cost = min(self._cost, perf_counter() - began)
            self._thin()
            self._space(session)

    def set_weights(self, session: Session, weights: Mapping[str, Array]) -> None:
        """Set some parameters by their full names, in a way that can be replayed."""
        before = session.parameters.vector.copy()
        session.set_weights({**session.parameters.named(), **weights})
        after = session.parameters.vector
        # By their bits: 0 is not −0, and what is no number equals itself.
        places = np.flatnonzero((before.view(np.uint8) != after.view(np.uint8)).reshape(len(after), -1).any(axis=1))
        settings, rate = session.settings, session.learning_rate
        self._note(Change(session.steps_done, settings, rate, places, after[places]))
        self.keep(session, forced=True)

    def go_to(self, session: Session, step: int, wanted: Callable[[], bool] = lambda: True) -> int:
        """Stand where the training stood after so many steps; gives back that step.

        It may take a while where keyframes are far apart: as soon as it is not `wanted` any more, it stays where it is.
        """
        self.keep(session)
        step = min(max(step, self.first), self._reached)
        if self._furthest is None:
            if step == session.steps_done:
                return step
            self._furthest = Furthest(session.keyframe(), session.history)
        if step == self._reached:
            session.stand_at(*self._furthest)
            self._furthest = None
        else:
            self._approach(session, step, self._furthest.history, wanted)
        self._known = session.settings, session.learning_rate
        return session.steps_done

    def fork(self, session: Session) -> None:
        """Forget everything after the step that is shown: what is trained from here is another future."""
        self._forget_after(session.steps_done)
        self.keep(session, forced=True)

    def weights_at(self, places: int | slice | Picks) -> tuple[Picks, Array]:
        """What some places of the parameters' vector held: the steps of the keyframes, and one row for each of them,
        or one number for a single place."""
        steps = self.steps
        rows = [self._keyframes[step].numbers[places] for step in steps]
        return np.array(steps, np.intp), np.array([row.ravel() if row.ndim else row for row in rows])

    def histograms_at(self, places: slice | Picks, bins: int = 40, most: int = 60) -> tuple[Picks, Array, Array]:
        """How some places were spread over time: the steps of at most so many keyframes, the edges of the bins, and
        how many numbers fell into each, one row for a step."""
        steps = self.steps
        steps = [steps[number] for number in np.linspace(0, len(steps) - 1, min(most, len(steps))).round().astype(int)]
        rows = [self._keyframes[step].numbers[places].ravel() for step in steps]
        rows = [row[np.isfinite(row)] for row in rows]
        ends = [end for row in rows if len(row) for end in (row.min(), row.max())] or [0.0]
        edges = np.histogram_bin_edges(ends, bins)
        counts = [np.histogram(row, bins, (edges[0], edges[-1]))[0] for row in rows]
        return np.array(steps, np.intp), edges, np.array(counts)

    def _see(self, session: Session) -> None:
        """Know how far it has come."""
        if session.steps_done >= self._reached:
            self._reached, self._furthest = session.steps_done, None

    def _note(self, change: Change) -> None:
        if self._furthest is not None:
            self._forget_after(change.step)
        self._changes.append(change)
        self._bytes_of_changes += change.bytes
        self._known = change.settings, change.learning_rate

    def _forget_after(self, step: int) -> None:
        self._reached, self._furthest = step, None
        self._changes = [change for change in self._changes if change.step <= step]
        self._bytes_of_changes = sum(change.bytes for change in self._changes)
        for later in [each for each in self._keyframes if each > step]:
            self._drop(later)

    def _take(self, session: Session) -> None:
        self._drop(session.steps_done)
        self._keyframes[session.steps_done] = session.keyframe(self._spare.pop() if self._spare else None)

    def _drop(self, step: int) -> None:
        if step in self._keyframes:
            self._spare.append(self._keyframes.pop(step).numbers)

    def _thin(self) -> None:
        """Keep every second one, if there are too many; two stay, however large."""
        while len(self._keyframes) > 2 and (len(self._keyframes) > self._most or self.bytes > self._budget):
            self._grid *= 2
            for odd in [step for step in self._keyframes if step % self._grid and step != self.first]:
                self._drop(odd)
        self._spacing = max(self._spacing, self._grid)

    def _space(self, session: Session) -> None:
        """Keep more seldom, if it takes too great a share of the time."""
        one_step = session.seconds / max(session.steps_done, 1)
        if session.seconds > GRACE and self._cost > self._share * one_step * self._spacing:
            self._spacing *= 2

    def _approach(self, session: Session, step: int, whole: History, wanted: Callable[[], bool]) -> None:
        """From the nearest keyframe, or from where it stands, to a step between."""
        steps = self.steps
        start = self._keyframes[steps[bisect_right(steps, step) - 1]]
        if not start.step <= session.steps_done <= step:
            session.stand_at(start, whole.until(start.step))
        for change in self._changes:
            if session.steps_done <= change.step <= step:
                self._replay(session, change.step, wanted)
                if session.steps_done == change.step:
                    change.apply(session)
        self._replay(session, step, wanted)
        # As they were the first time, which took another time.
        session.history.epochs[:] = whole.epochs_until(session.steps_done)

    def _replay(self, session: Session, step: int, wanted: Callable[[], bool]) -> None:
        while session.steps_done < step and not session.finished and wanted():
            session.run(min(AT_A_TIME, step - session.steps_done))
