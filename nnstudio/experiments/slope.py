"""The slope of the error anywhere in the space of weights: in float64, and apart from the training it is asked of."""

from dataclasses import replace
from functools import partial

import numpy as np

from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.engine.program import Program
from nnstudio.engine.samples import Feed, Picks
from nnstudio.layers.shapes import Array, size_of
from nnstudio.layers.site import Tape
from nnstudio.training.samples import samples_of
from nnstudio.training.session import Session

WORK = 210_000_000  # Products on one way forward that are worth waiting for: some hundredths of a second.
FEWEST = 200  # Samples that it is taken over all the same.
ROOM = 1 << 25  # Bytes of one program.
LONGEST, SHORTEST = 1e-5, 1e-9  # Steps for a difference; rounding makes them inexact by 1e-16 of their inverse.
SAME = 1e-3  # The share by which the two sides of a difference may differ.
ASIDE = 1e-6  # How far one goes from a kink.


class Slope:
    """The gradient of the mean cost over training samples, at any weights.

    Float32 would not do: a difference of two gradients is mostly rounding. Nothing is left out at random, as dropout
    does, and a layer that looks at a whole batch takes all these samples for one.
    """

    def __init__(self, session: Session, samples: int) -> None:
        plan = replace(session.plan, precision="float64")
        layout = session.parameters.layout
        training = session.data.training()
        self.picks = spread(training, min(samples, _worth(plan)))
        self.parameters = Parameters(layout, session.parameters.vector.astype(np.float64))
        self._here = self.parameters.vector[: layout.learned].copy()
        self._weights = self.parameters.vector[: layout.learned]
        self._gradient = Parameters.zeros(layout, np.float64, learned_only=True)
        self._sum = np.zeros(layout.learned)
        penalty, share = session.settings.penalty, session.settings.penalty.strength / len(training)
        self._penalty_bend = layout.decays(np.float64) * penalty.curvature(self._here, share)
        pieces = 1 if plan.whole_batch_at_once else -(-len(self.picks) // _at_once(plan))
        self._pieces = np.array_split(self.picks, pieces)
        samples_there = samples_of(plan, session.data)
        make = partial(Program, plan, parameters=self.parameters, gradient=self._gradient, still=True)
        programs = {len(piece): make(batch=len(piece)) for piece in self._pieces}
        self._feeds = {size: Feed(samples_there, program, 0.5) for size, program in programs.items()}
        self._tapes = {size: [*each.forward, *each.judging, *each.backward] for size, each in programs.items()}
        for program in programs.values():
            program.set_whole_batch(len(self.picks))
        self._loaded = False
        self._unit = max(1.0, float(np.abs(self._here).max(initial=0.0)))
        self._step, self._largest, self._aside = LONGEST, 0.0, False
        self._slope = self._at(self._here).copy()

    def _at(self, weights: Array) -> Array:
        """The gradient of the mean loss there. A view, good until the next call."""
        np.copyto(self._weights, weights)
        self._sum.fill(0)
        for piece in self._pieces:
            self._load(piece)
            _play(self._tapes[len(piece)])
            self._sum += self._gradient.vector
        return self._sum

    def bend(self, direction: Array) -> Array:
        """How the gradient of the cost changes along a direction of length 1: the Hessian times the direction.

        By central differences, with steps so short that both sides tell the same: else there is a kink between them,
        as rectifiers make many, and the difference would show the kink, not the curvature.
        """
        while True:
            ahead, behind = self._changes(direction)
            bent: Array = (ahead + behind) / 2
            size = float(np.linalg.norm(bent))
            self._largest = max(self._largest, size)
            if not np.linalg.norm(ahead - behind) > SAME * max(size, SAME * self._largest):
                break
            if self._step > SHORTEST:
                self._step /= 10
            elif not self._aside:
                self._step_aside()
            else:
                break
        bent += self._penalty_bend * direction
        return bent

    @property
    def rounding(self) -> float:
        """Curvature that may be nothing but rounding."""
        return 1e-14 * max(1.0, float(np.linalg.norm(self._slope))) / self._step

    def _changes(self, direction: Array) -> tuple[Array, Array]:
        """What the gradient changes by on a short step ahead, and on the one from behind; for a step of length 1."""
        step = self._step * self._unit
        ahead = (self._at(self._here + step * direction) - self._slope) / step
        behind = (self._slope - self._at(self._here - step * direction)) / step
        return ahead, behind

    def _step_aside(self) -> None:
        """A kink runs right through here, as where weights are zero. Beside it there is a curvature."""
        self._aside = True
        self._here += ASIDE * self._unit * np.random.default_rng(1).normal(size=len(self._here))
        self._slope = self._at(self._here).copy()
        self._largest = 0.0

    def _load(self, piece: Picks) -> None:
        if self._loaded:
            return
        feed = self._feeds[len(piece)]
        feed.picks[:] = piece
        _play(feed.loading)
        self._loaded = len(self._pieces) == 1


def spread(picks: Picks, count: int) -> Picks:
    """So many of the samples, drawn from all over: a set may be sorted by class. The same ones each time."""
    if len(picks) <= count:
        return picks
    return np.sort(np.random.default_rng(0).choice(picks, count, replace=False))


def _worth(plan: Plan) -> int:
    return max(FEWEST, WORK // max(plan.multiplications, 1))


def _at_once(plan: Plan) -> int:
    """Samples that fit into one program; most values have a derivative and something to work it out with."""
    numbers = 3 * sum(size_of(step.shape) for step in plan.steps)
    return max(1, ROOM // (8 * numbers))


def _play(tape: Tape) -> None:
    for call in tape:
        call()
