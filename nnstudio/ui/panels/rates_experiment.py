"""The experiment of the rates panel: which model the lanes are of, when they go, and what becomes of the model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Signal

from nnstudio.experiments.rates import with_rate
from nnstudio.live.changes import Change, change_between
from nnstudio.live.laboratory.messages import Measured
from nnstudio.live.laboratory.records import LaneRecord
from nnstudio.live.messages import Learned
from nnstudio.project.project import Project
from nnstudio.ui.document import Document
from nnstudio.ui.harvest import with_harvest
from nnstudio.ui.laboratory import Laboratory
from nnstudio.ui.panels.rates_fields import shown_rate
from nnstudio.ui.run import Run

SOON = 100  # Batches after which a slow lane has left the first weights, where the error often bends most.
SELDOM = 5.0  # Seconds between two measurements of the curvature: epochs may be short, and one costs many batches.


class RatesExperiment(QObject):
    """Lanes and model never learn at the same time: each pauses for the other."""

    changed = Signal()
    """What it says, or what it is about."""

    def __init__(self, document: Document, run: Run, laboratory: Laboratory, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._run, self._laboratory = document, run, laboratory
        self.project: Project | None = None
        """The model that the lanes are of, as it was when they began."""
        self.note = ""
        """Why something is not done, or was stopped."""
        self._epochs = 0
        self._going_soon = False
        self._measured_epochs, self._measured_at, self._measured_soon = 0, 0.0, False
        self._predicting = False  # Whether the lanes wait for the stability line.
        run.changed.connect(self._mind_the_training)
        laboratory.grew.connect(self._measure_again)
        laboratory.measured.connect(self._set_out)
        laboratory.changed.connect(self._set_out)

    @property
    def lanes(self) -> dict[int, LaneRecord]:
        """The lanes by their numbers."""
        return self._laboratory.lanes

    @property
    def going(self) -> bool:
        """Whether anything is under way, or will be as soon as the training stands still."""
        return self._going_soon or self._predicting or self._laboratory.going or self._laboratory.trying

    @property
    def outdated(self) -> bool:
        """Whether the model, its data or its settings are others since the lanes began; its rate does not count."""
        before, now = self.project, self._document.project
        if before is None or before is now:
            return False
        now = replace(now, weights=before.weights, checkpoint=before.checkpoint)
        return change_between(before, now) in (Change.CARRY_ON, Change.BEGIN)

    @property
    def first_loss(self) -> float | None:
        """The loss of the first batch: the same in every lane."""
        return next((lane.losses[0] for lane in self.lanes.values() if len(lane.losses)), None)

    @property
    def measured(self) -> Measured | None:
        """The curvature at the first weights, which are those of every lane."""
        return next((lane.measured[0] for lane in self.lanes.values() if 0 in lane.measured), None)

    def latest(self, lane: int | None) -> Measured | None:
        """The curvature that was measured last in a lane on its way; without one, in the slowest."""
        lane = self._slowest if lane is None else lane
        found = self.lanes[lane].measured if lane in self.lanes else {}
        return found[max(found)] if found and max(found) else None

    def can_go_on(self, rates: Sequence[float], epochs: int) -> bool:
        """Whether lanes of these rates stand on their way."""
        same = sorted(lane.rate for lane in self.lanes.values()) == list(rates) and epochs == self._epochs
        return same and not self._laboratory.over and any(lane.step for lane in self.lanes.values())

    def go(self, rates: Sequence[float], epochs: int) -> None:
        """Let lanes of these rates learn: those that stand on their way, or new ones."""
        if self.can_go_on(rates, epochs):
            self._soon(self._laboratory.march)
        elif self._may_begin():
            self._soon(partial(self._begin, rates, epochs))

    def try_rates(self, least: float, greatest: float, rates: Sequence[float], epochs: int) -> None:
        """Begin a range test of the model as it is; lanes stand ready for the stability line."""
        if self._may_begin():
            self._soon(partial(self._begin_range, least, greatest, rates, epochs))

    def pause(self) -> None:
        """Let the lanes stand still."""
        self._going_soon = self._predicting = False
        self._laboratory.rest()
        self.changed.emit()

    def clear(self) -> None:
        """Forget the lanes and the range test."""
        self.project, self.note, self._going_soon, self._predicting = None, "", False, False
        self._laboratory.clear()
        self.changed.emit()

    def use_rate(self, rate: float) -> None:
        """Let the model learn with that rate."""
        settings = with_rate(self._document.project, rate).settings
        self._document.change(self.tr("Learning rate {}").format(shown_rate(rate)), settings=settings)

    def use_lane(self, lane: int) -> None:
        """Let a lane be the model: its weights, its history and its rate, as one edit."""
        if lane in self.lanes:
            self._laboratory.keep(lane, partial(self._take_over, self.lanes[lane]))

    def _may_begin(self) -> bool:
        problem = next((each for each in self._document.findings.problems if not each.warning), None)
        self.note = problem.sentence if problem is not None else ""
        self.changed.emit()
        return problem is None

    def _soon(self, act: Callable[[], object]) -> None:
        """Act now, or as soon as the training stands still."""
        self._going_soon = True
        self.note = self.tr("The training of the model is paused for the lanes.") if self._run.going else ""
        if self._run.going:
            self._run.settle(partial(self._act, act))
        else:
            self._act(act)
        self.changed.emit()

    def _act(self, act: Callable[[], object]) -> None:
        if self._going_soon:
            self._going_soon = False
            act()

    def _begin(self, rates: Sequence[float], epochs: int) -> None:
        self._lay(rates, epochs)
        # First predicted, then seen.
        self._predicting = True
        self.changed.emit()

    def _set_out(self) -> None:
        """Once the stability line is known, or cannot be."""
        if self._predicting and not self._laboratory.measuring:
            self._predicting = False
            self._laboratory.march()

    def _begin_range(self, least: float, greatest: float, rates: Sequence[float], epochs: int) -> None:
        if not self.lanes or self.outdated:
            self._lay(rates, epochs)
        self._laboratory.try_rates(self._document.project, least, greatest)

    def _lay(self, rates: Sequence[float], epochs: int) -> None:
        self.project, self._epochs, self._measured_epochs = self._document.project, epochs, 0
        self._measured_soon = False
        project = replace(self.project, settings=replace(self.project.settings, epochs=epochs))
        self._laboratory.lay({number: with_rate(project, rate) for number, rate in enumerate(rates)})
        self._laboratory.measure(0)

    @property
    def _slowest(self) -> int | None:
        lanes = [(lane.rate, number) for number, lane in self.lanes.items() if not lane.failure]
        return min(lanes)[1] if lanes else None

    def _measure_again(self) -> None:
        """Once a little way down, where the slowest lane stands; and at the end of an epoch, if the last time is a
        while ago, where the lane with the lowest loss stands."""
        slow = self._slowest
        if slow is not None and not self._measured_soon and self.lanes[slow].step >= SOON:
            self._measured_soon = True
            self._laboratory.measure(slow)
            return
        ended = {number: lane for number, lane in self.lanes.items() if lane.epochs and not lane.failure}
        count = max((len(lane.epochs) for lane in ended.values()), default=0)
        due = count > self._measured_epochs and monotonic() - self._measured_at > SELDOM
        if due and self._laboratory.going and not self._laboratory.measuring:
            self._measured_epochs, self._measured_at = count, monotonic()
            self._laboratory.measure(min(ended, key=lambda number: ended[number].epochs[-1].train_loss))

    def _mind_the_training(self) -> None:
        if self._run.going and self.going and not self._going_soon:
            self._predicting = False
            self._laboratory.rest()
            self.note = self.tr("The lanes stand still while the model is trained.")
            self.changed.emit()

    def _take_over(self, lane: LaneRecord, learned: Learned) -> None:
        present, began = self._document.project, lane.project
        settings = replace(began.settings, epochs=max(present.settings.epochs, began.settings.epochs))
        # What the lane was of, with the names and places of the present.
        same = not self.outdated
        project = replace(
            present, graph=present.graph if same else began.graph, settings=settings, data=began.data,
            points=began.points,
        )  # fmt: skip
        name = self.tr("Take over the lane with rate {}").format(shown_rate(lane.rate))
        self._document.apply(name, with_harvest(project, learned))
