"""Judging: the answers to many samples, a few at a time, by a network that may meanwhile go on learning."""

from time import perf_counter

import numpy as np

from nnstudio.engine import metrics
from nnstudio.engine.engine import CHUNK, quiet
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Feed, Picks
from nnstudio.layers.shapes import Array, to_samples
from nnstudio.training.session import Session
from nnstudio.training.verdicts import Verdicts


class Desk:
    """A network of its own beside a session, with the same samples; the session's parameters are not touched."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._parameters = Parameters(session.parameters.layout, session.parameters.vector.copy())
        self._loaded = self._parameters.vector
        self._programs: dict[int, tuple[Program, Feed]] = {}

    def load(self, numbers: Array) -> None:
        """Answer as a network with these parameters; the array must stay as it is."""
        if self._loaded is not numbers:
            np.copyto(self._parameters.vector, numbers)
            self._loaded = numbers

    def outputs(self, picks: Picks) -> Array:
        """The outputs for some samples, at most `CHUNK`, one row each. A copy."""
        program, feed = self._programs.get(len(picks)) or self._set_up(len(picks))
        feed.picks[:] = picks
        with quiet():
            for call in (*feed.loading, *program.forward):
                call()
        shape = program.plan.steps[program.plan.output].shape
        return to_samples(program.output, shape).reshape(len(picks), -1).copy()

    def _set_up(self, batch: int) -> tuple[Program, Feed]:
        plan = self._session.plan
        program = Program(plan, batch, self._parameters, judged=False)
        feed = Feed(self._session.engine.samples, program, plan.encoding.middle)
        self._programs[batch] = program, feed
        return program, feed


class Judge:
    """Judges the samples of one part. `begin`, then `go_on` until it is `done`."""

    def __init__(self, session: Session, desk: Desk, part: str, picks: Picks) -> None:
        plan = session.plan
        self.part, self.picks = part, picks
        self._desk, self._middle = desk, plan.encoding.middle
        self._classes = session.data.outputs
        self._probable = plan.steps[plan.output].layer.makes_probabilities
        self._wanted = session.data.targets[picks].astype(np.intp)
        self._numbers: Array | None = None
        self._step = 0
        self._at = 0
        self._forget()

    @property
    def done(self) -> bool:
        """Whether all samples are judged, or nothing was begun."""
        return self._numbers is None or self._at >= len(self.picks)

    @property
    def verdicts(self) -> Verdicts:
        """What is known so far."""
        known = slice(0, self._at)
        return Verdicts(
            self.part, self._step, len(self.picks), self._classes, self._probable,
            self.picks[known], self._wanted[known], self._answers[known], self._certainty[known], self._rightful[known],
        )  # fmt: skip

    @property
    def numbers(self) -> Array | None:
        """The parameters that are judged."""
        return self._numbers

    def begin(self, numbers: Array, step: int) -> None:
        """Judge a network with these parameters, which stood at that step; the array must stay as it is."""
        self._numbers, self._step, self._at = numbers, step, 0
        # Fresh memory: what was told before is still looked at.
        self._forget()

    def is_about(self, numbers: Array) -> bool:
        """Whether it judges, or has judged, a network with the very same parameters."""
        return self._numbers is not None and np.array_equal(self._numbers, numbers)

    def go_on(self, until: float) -> None:
        """Judge some more samples, until that time is over; at least a few."""
        if self._numbers is not None:
            self._desk.load(self._numbers)
        while not self.done:
            self._answer(slice(self._at, self._at + CHUNK))
            if perf_counter() >= until:
                return

    def _answer(self, some: slice) -> None:
        picks = self.picks[some]
        outputs = self._desk.outputs(picks)
        answers = self._answers[some] = metrics.decide(outputs, self._middle)
        self._certainty[some], self._rightful[some] = self._sure(outputs, answers, self._wanted[some])
        self._at += len(picks)

    def _sure(self, outputs: Array, answers: Picks, wanted: Picks) -> tuple[Array, Array]:
        if outputs.shape[1] == 1:
            # A single output speaks for the second class.
            beyond = outputs[:, 0] if self._probable else outputs[:, 0] - self._middle
            against = 1 - beyond if self._probable else -beyond
            return np.where(answers, beyond, against), np.where(wanted, beyond, against)
        rows = np.arange(len(outputs))
        rightful = outputs[rows, wanted]
        if self._probable:
            return outputs[rows, answers], rightful
        best = np.partition(outputs, -2, axis=1)
        return best[:, -1] - best[:, -2], rightful

    def _forget(self) -> None:
        count = len(self.picks)
        self._answers = np.zeros(count, np.intp)
        self._certainty, self._rightful = np.zeros(count, np.float32), np.zeros(count, np.float32)
