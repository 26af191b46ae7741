"""The walk: the lanes of the descent, laid for a model, that go on, go back and begin again."""

from dataclasses import dataclass, replace
from math import floor, isfinite, log10

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.experiments.line_ups import Entrant, as_it_is, by_batch, by_rate, plain, usual_rate
from nnstudio.layers.shapes import Array
from nnstudio.live.changes import model_of
from nnstudio.live.laboratory.messages import Located, Measured
from nnstudio.project.project import Project
from nnstudio.ui.laboratory import Laboratory
from nnstudio.ui.panels.descent_controls import LineUp

BEAT = 20  # Milliseconds between two strides.
LONGER = 8  # Strides grow with the way: by one step for so many that are done.
CAREFUL = 8  # So many times smaller than the greatest stable rate is one for single samples too.
HEAVY = 5_000  # Weights of a network that is not measured unasked.


@dataclass(frozen=True, eq=False)
class Wanted:
    """What lanes are laid for."""

    project: Project
    line_up: LineUp
    rate: float
    samples: int
    weights: int
    """How many the network has."""

    def like(self, other: "Wanted | None") -> bool:
        """Whether the same lanes would be laid."""
        if other is None or (self.line_up, self.rate, self.samples) != (other.line_up, other.rate, other.samples):
            return False
        one, two = self.project, other.project
        # What a training puts into the project is no other preparation.
        prepared = two.preparation is not None and one.preparation != two.preparation
        return not prepared and _task(one) == _task(two)


class Walk(QObject):
    """Tells the laboratory; what comes of it, the panel follows itself."""

    laid = Signal()
    """Other lanes, or the same ones at their beginning."""
    rate_found = Signal(float)
    """A rate that suits the model better than the one that was wanted."""
    walking_changed = Signal(bool)

    def __init__(self, laboratory: Laboratory, parent: QObject) -> None:
        super().__init__(parent)
        self.laboratory = laboratory
        self.wanted: Wanted | None = None
        self.entrants: tuple[Entrant, ...] = ()
        self.walking = False
        self._weights: dict[str, Array] | None = None  # Where they begin; None: the first ones of the seed.
        self._limit: float | None = None
        self._beat = QTimer(self, singleShot=True, interval=BEAT)
        self._beat.timeout.connect(self._stride)
        laboratory.changed.connect(self._go_on)
        laboratory.lane_ended.connect(self._go_on)
        laboratory.located.connect(self._begin_at)
        laboratory.measured.connect(self._take_limit)

    @property
    def step(self) -> int:
        """How far the furthest lane has come."""
        return max((lane.step for lane in self.laboratory.lanes.values()), default=0)

    @property
    def over(self) -> bool:
        """Whether no lane can go further."""
        return bool(self.laboratory.lanes) and self.laboratory.over

    def lay_for(self, wanted: Wanted) -> None:
        """Lay lanes for another model, from its first weights."""
        self.wanted, self._limit, self._weights = wanted, None, None
        self.restart()

    def measure(self) -> None:
        """Find better rates, where nobody has typed one and it does not take long."""
        wanted = self.wanted
        if wanted is None or wanted.weights > HEAVY or wanted.rate != first_rate(wanted.project, wanted.line_up):
            return
        # Three rates around the stable one are for plain descent alone; its own rate is the user's choice.
        if plain(wanted.project.settings) is (wanted.line_up is LineUp.RATES) and wanted.line_up is not LineUp.PROJECT:
            self.laboratory.measure(0)

    def restart(self) -> None:
        """All lanes at their beginning."""
        if self.wanted is None:
            return
        self.walk(False)
        self.entrants = self._made()
        self.laboratory.lay({number: each.project for number, each in enumerate(self.entrants)}, self._weights)
        self.laid.emit()

    def forget(self) -> None:
        """There is nothing to walk on."""
        self.walk(False)
        self.wanted = None

    def go(self, steps: int) -> None:
        """So many batches in every lane."""
        self.walk(False)
        self.laboratory.march(steps)

    def back(self) -> None:
        """Take back the last batch."""
        self.walk(False)
        self.laboratory.stand_at(max(self.step - 1, 0))

    def toggle(self) -> None:
        """Walk on, or pause."""
        self.walk(not self.walking)

    def walk(self, walking: bool) -> None:
        """Walk to the end, or stand still."""
        if walking == self.walking:
            return
        self.walking = walking
        if walking:
            self._stride()
        else:
            self._beat.stop()
            self.laboratory.rest()
        self.walking_changed.emit(walking)

    def begin_at(self, place: tuple[float, float]) -> None:
        """Begin at a place of the surface, as soon as it is known which weights it stands for."""
        self.walk(False)
        self.laboratory.locate(place)

    def _made(self) -> tuple[Entrant, ...]:
        assert self.wanted is not None
        project, rate, samples = self.wanted.project, self.wanted.rate, self.wanted.samples
        if self.wanted.line_up is LineUp.BATCHES:
            return by_batch(project, samples, rate)
        if self.wanted.line_up is LineUp.RATES:
            return by_rate(project, samples, rate, self._limit)
        return (as_it_is(project, samples, rate),)

    def _stride(self) -> None:
        """The next steps: slowly at first, so that the beginning can be seen."""
        self.laboratory.march(1 + self.step // LONGER)

    def _go_on(self) -> None:
        if self.walking and self.over:
            self.walk(False)
        elif self.walking and not self.laboratory.going and not self._beat.isActive():
            self._beat.start()

    def _begin_at(self, located: Located) -> None:
        self._weights = dict(located.weights)
        self.restart()

    def _take_limit(self, measured: Measured) -> None:
        limit, wanted = measured.curvature.limit, self.wanted
        if wanted is None or limit is None or not isfinite(limit) or self.step or self.walking:
            return
        if wanted.line_up is LineUp.RATES:
            self._limit = limit
        else:
            rate = limit / CAREFUL
            rate = round(rate, -floor(log10(rate)))
            self.wanted = replace(wanted, rate=rate)
            self.rate_found.emit(rate)
        self.restart()


def first_rate(project: Project, line_up: LineUp) -> float:
    """The rate that is taken as long as none is typed."""
    settings = project.settings
    return usual_rate(settings) if line_up is LineUp.BATCHES else settings.optimizer.learning_rate


def _task(project: Project) -> tuple[object, ...]:
    return model_of(project.graph), project.settings, project.data, project.points
