"""What a sign is: a question to the figures of a training, answered with evidence, an explanation and a remedy."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property
from statistics import median
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.compiler.problems import find_problems
from nnstudio.core.fields import Configured
from nnstudio.core.registry import Family
from nnstudio.graph.graph import Graph
from nnstudio.layers.shapes import Array
from nnstudio.project.project import Project
from nnstudio.training.health import Health, LayerHealth
from nnstudio.training.history import Epoch

log = logging.getLogger(__name__)

OURS = "nnstudio.doctor."
EARLY = 20  # Steps within which much comes and goes by itself.
HASTY = 60.0  # Times the usual learning rate; the templates go up to 50 times.


class Severity(IntEnum):
    """How much it matters: worth knowing; learns badly; does not learn."""

    HINT = 1
    SERIOUS = 2
    FATAL = 3


@dataclass(frozen=True)
class Remedy:
    """A change of the project that mends what is wrong, with the words for its button."""

    title: str
    apply: Callable[[Project], Project]


@dataclass(frozen=True)
class Advice:
    """What one sign found: where, the numbers that show it, why that is bad, and what to do.

    `sign` is the kind of the sign, `node` the layer it is about, if it is about one.
    """

    sign: str
    title: str
    node: str | None
    evidence: str
    explanation: str
    remedy: Remedy | None
    severity: Severity


@dataclass(frozen=True, eq=False)
class Case:
    """All that a sign may look at. `losses` are those of the batches, the oldest first."""

    health: Health
    losses: NDArray[np.float64]
    epochs: Sequence[Epoch]
    project: Project

    @property
    def graph(self) -> Graph:
        """The model as it is drawn now, which may have changed since the training began."""
        return self.project.graph

    @cached_property
    def weighing(self) -> tuple[LayerHealth, ...]:
        """The layers that weigh their inputs and learn, in the order of computation, if they are still there."""
        return tuple(
            each for each in self.health.layers
            if each.weighs and each.gradient is not None and each.id in self.graph
        )  # fmt: skip

    @cached_property
    def hidden(self) -> tuple[LayerHealth, ...]:
        """All layers but the last."""
        return tuple(each for each in self.health.layers if each.id != self.health.output and each.id in self.graph)

    @cached_property
    def ratio(self) -> float | None:
        """The usual length of an update for each unit of the weights' length, at the full learning rate.

        A schedule that has made the rate small does so on purpose.
        """
        ratios = [each.ratio for each in self.weighing if each.ratio is not None]
        if not ratios or not self.health.rate:
            return None
        return median(ratios) * self.health.learning_rate / self.health.rate

    @property
    def early(self) -> bool:
        """Whether the training has hardly begun."""
        return self.health.step < EARLY

    @property
    def usual_rate(self) -> float:
        """The learning rate that the optimizer starts with where nobody chose one."""
        return type(self.project.settings.optimizer)().learning_rate

    @property
    def hasty(self) -> bool:
        """Whether the learning rate is far above the usual one."""
        return self.health.learning_rate >= HASTY * self.usual_rate

    @cached_property
    def told(self) -> frozenset[str]:
        """The kinds of problems that are shown in the drawing already."""
        return frozenset(each.kind for each in find_problems(self.graph, self.project.settings.loss))


@dataclass(frozen=True)
class Sign(Configured):
    """One thing that may be wrong with a training."""

    explanation: ClassVar[str] = ""
    """Why it is bad, in two sentences at most."""
    others: ClassVar[tuple[str, ...]] = ()
    """Why it is bad where it came about in another way."""
    remedies: ClassVar[tuple[str, ...]] = ()
    """What is offered against it, the first that fits."""
    example: ClassVar[str] = ""
    """How to bring it about, to see what it looks like."""
    severity: ClassVar[Severity] = Severity.SERIOUS
    follows: ClassVar[tuple[str, ...]] = ()
    """Signs of which this one may be a mere consequence: where one of them is seen, this one is not told."""

    def look(self, case: Case) -> Iterator[Advice]:
        """Whatever is wrong, or nothing."""
        raise NotImplementedError

    def advice(self, evidence: str, remedy: Remedy | None = None, node: str | None = None, why: str = "") -> Advice:
        """What was found, in this sign's words unless other ones say why."""
        return Advice(self.kind, self.title, node, evidence, why or self.explanation, remedy, self.severity)


@cache
def signs() -> Family[Sign]:
    """All signs, ours and the plugins'."""
    return Family(Sign, "nnstudio.doctor", "nnstudio.signs", "sign of a bad training")


def diagnose(health: Health, losses: Array, epochs: Sequence[Epoch], project: Project) -> tuple[Advice, ...]:
    """All that goes wrong in a training, the worst first; nothing where it goes well.

    `losses` are those of the batches, the oldest first: of a long training the last ones do.
    """
    recent = np.asarray(losses, np.float64)
    case = Case(health, recent[np.isfinite(recent)], epochs, project)
    found = {kind: _looked(sign(), case) for kind, sign in sorted(signs().kinds().items())}
    seen = {kind for kind, advice in found.items() if advice}
    told = [each for kind, advice in found.items() if not seen.intersection(signs().find(kind).follows)
            for each in advice]  # fmt: skip
    return tuple(sorted(told, key=lambda each: -each.severity))


def _looked(sign: Sign, case: Case) -> tuple[Advice, ...]:
    if type(sign).__module__.startswith(OURS):
        return tuple(sign.look(case))
    try:
        return tuple(sign.look(case))
    # A plugin may fail in any way; it is named and left out, the rest goes on.
    except Exception:
        log.exception("The sign %s of a plugin failed and is left out.", sign.kind)
        return ()
