"""The laboratory of a panel: several trainings that differ in one thing, and what the window knows of them."""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from PySide6.QtCore import QObject, Signal

from nnstudio.experiments.planes import Plane
from nnstudio.layers.shapes import Array
from nnstudio.live.laboratory.commands import KeepLane, Lay, Locate, March, Measure, Rest, StandAt, Survey, TryRates
from nnstudio.live.laboratory.kind import LABORATORY
from nnstudio.live.laboratory.messages import (
    Laid,
    LaneBatches,
    LaneEpoch,
    LaneFailed,
    LanePath,
    LaneProgress,
    Located,
    Marching,
    Measured,
    NoGround,
    RangeDone,
    RangeSteps,
    Surveyed,
)
from nnstudio.live.laboratory.records import LaneRecord, RangeRecord
from nnstudio.live.laboratory.team import Team, cores, lane_process
from nnstudio.live.messages import Failed, Learned, Message
from nnstudio.live.worker import Worker
from nnstudio.project.project import Project
from nnstudio.ui.looks import Looks

ONE = 0  # Who does a range test: it is a single training.


class Laboratory(QObject):
    """Lanes march side by side in processes of their own; messages of an experiment that was given up are dropped.

    A survey looks at the lanes of one process: whoever wants surveys of all lanes asks for one process.
    """

    changed = Signal()
    """Lanes were laid, or march now, or rest."""
    grew = Signal()
    """Lanes have new batches or stand elsewhere."""
    lane_ended = Signal(int)
    """A lane goes no further: it is finished, diverged or failed."""
    measured = Signal(object)
    """What was Measured of the curvature."""
    range_grew = Signal()
    range_done = Signal()
    """The range test is over, or it failed: `range` tells."""
    surveyed = Signal(object)
    """The Ground of a survey."""
    path = Signal(object)
    """The LanePath of a lane on that ground."""
    located = Signal(object)
    """What was Located: weights to begin from."""
    unsurveyed = Signal(str)
    """Why there is no ground."""
    told = Signal(str)
    """A sentence for the user."""
    bug_met = Signal(str)
    """The traceback of a bug in a process."""

    def __init__(
        self, parent: QObject | None = None, worker: Callable[[], Worker] | None = None, processes: int | None = None
    ) -> None:
        super().__init__(parent)
        self.lanes: dict[int, LaneRecord] = {}
        self.range: RangeRecord | None = None
        self._team, self._fixed = Team(worker or lane_process, processes or cores()), processes is not None
        self._count = self._lanes_run = self._range_run = self._kept = 0
        self._marching: set[int] = set()
        self._waiting: dict[int, tuple[int, Callable[[Learned], object]]] = {}
        self._measuring: set[int] = set()
        self._closed = False
        self._tick = Looks(self)
        self._tick.timeout.connect(self._look)

    @property
    def going(self) -> bool:
        """Whether lanes march."""
        return bool(self._marching)

    @property
    def trying(self) -> bool:
        """Whether a range test is under way."""
        return self.range is not None and not self.range.over

    @property
    def measuring(self) -> bool:
        """Whether a curvature is awaited."""
        return bool(self._measuring)

    @property
    def over(self) -> bool:
        """Whether no lane can go further."""
        return all(lane.over for lane in self.lanes.values())

    def set_means(self, processes: int, looks: int) -> None:
        """Take so many processes for the next lanes, 0: one for each core; and look so often."""
        self._tick.set_rate(looks)
        if not self._fixed:
            self._team.grow_to(processes or cores())

    def lay(self, projects: Mapping[int, Project], weights: Mapping[str, Array] | None = None) -> None:
        """Stand ready with other lanes, which all begin from the same first weights: the seed's, or these."""
        self._count += 1
        self._lanes_run = self._count
        self.lanes = {number: LaneRecord(number, project) for number, project in sorted(projects.items())}
        self._forget()
        for place, lanes in enumerate(self._team.deal(self.lanes)):
            self._send(place, Lay(self._lanes_run, {lane: projects[lane] for lane in lanes}, weights))
        self.changed.emit()

    def clear(self) -> None:
        """Give up the lanes, and what a range test came to."""
        self.range, self._range_run = None, 0
        self.lay({})

    def march(self, steps: float = inf) -> None:
        """Let every lane do so many batches; without a number to its end."""
        for place in self._alive():
            self._marching.add(place)
            self._send(place, March(steps))
        self._show()

    def rest(self) -> None:
        """Let all stand still after the batch that is under way; a range test is over."""
        for place in self._marching | ({ONE} if self.trying else set()):
            self._send(place, Rest())
        if self.range is not None and self.trying:
            self.range.stopped, self._range_run = True, 0
            self.range_done.emit()

    def stand_at(self, step: int) -> None:
        """Let every lane stand where it stood after that many steps."""
        for place in self._places():
            self._send(place, StandAt(step))

    def measure(self, lane: int) -> None:
        """Ask for the largest curvature where a lane stands."""
        if lane in self.lanes and not self.lanes[lane].failure:
            self._measuring.add(lane)
            self._send(self._team.place_of(lane), Measure(lane))

    def try_rates(self, project: Project, least: float, greatest: float) -> None:
        """Begin a range test."""
        self._count += 1
        self._range_run, self.range = self._count, RangeRecord(project)
        self._send(ONE, TryRates(self._range_run, project, least, greatest))
        self.range_grew.emit()

    def survey(self, plane: Plane, counts: tuple[int, int], anew: bool = True) -> None:
        """Look at the error over a plane, and follow the lanes' paths on it from now on."""
        for place in self._alive() or self._places():
            self._send(place, Survey(plane, counts, anew))

    def locate(self, place: tuple[float, float]) -> None:
        """Ask which weights a place on the ground stands for."""
        for at in self._places()[:1]:
            self._send(at, Locate(place))

    def keep(self, lane: int, then: Callable[[Learned], object]) -> None:
        """Bring everything that a project keeps of a lane's training, and go on with it."""
        self._kept += 1
        place = self._team.place_of(lane)
        self._waiting[self._kept] = place, then
        self._send(place, KeepLane(self._kept, lane))

    def close(self) -> bool:
        """End the processes; False if one is still busy with a batch."""
        self._closed = True
        self._forget()
        self._tick.stop()
        return self._team.close()

    def _send(self, place: int, order: Any) -> None:
        if not self._closed:
            self._team.send(place, order)
            self._tick.begin()

    def _places(self) -> list[int]:
        """Those who have lanes."""
        return sorted({self._team.place_of(lane) for lane in self.lanes})

    def _alive(self) -> list[int]:
        """Those who have lanes that can go on."""
        return sorted({self._team.place_of(number) for number, lane in self.lanes.items() if not lane.over})

    def _forget(self) -> None:
        self._marching.clear()
        self._waiting.clear()
        self._measuring.clear()

    def _show(self) -> None:
        self._tick.follow(self.going)
        self.changed.emit()

    def _look(self) -> None:
        # Asked first: what comes after it was not there yet will be found next time.
        busy = self._team.busy
        if not busy:
            self._tick.stop()
        grew = range_grew = False
        for place, message in self._team.take():
            if isinstance(message, Failed) and message.sentence == LABORATORY.lost:
                self._lose(place, message.sentence)
            elif message.run == self._lanes_run:
                self._take(place, message)
                grew = True
            elif self._range_run and message.run == self._range_run:
                self._take_range(message)
                range_grew = True
        self._settle(busy)
        if grew:
            self.grew.emit()
        if range_grew:
            (self.range_grew if self.trying else self.range_done).emit()

    def _settle(self, busy: set[int]) -> None:
        """Whoever has nothing more to tell neither marches nor measures."""
        measuring = {lane for lane in self._measuring if self._team.place_of(lane) in busy}
        if not self._marching <= busy or measuring != self._measuring:
            self._marching &= busy
            self._measuring = measuring
            self._show()

    def _take(self, place: int, message: Message) -> None:
        match message:
            case Laid() | LaneBatches() | LaneEpoch() | LaneProgress() | Measured():
                self._grow(self.lanes[message.lane], message)
            case LaneFailed(lane=lane, sentence=sentence, report=report):
                self._fail_lane(self.lanes[lane], sentence)
                self._tell(sentence, report)
            case Marching(going=going):
                self._marching = self._marching | {place} if going else self._marching - {place}
                self._show()
            case Surveyed(ground=ground):
                self.surveyed.emit(ground)
            case LanePath():
                self.path.emit(message)
            case Located():
                self.located.emit(message)
            case NoGround(sentence=sentence):
                self.unsurveyed.emit(sentence)
            case Learned(number=number):
                if number in self._waiting:
                    self._waiting.pop(number)[1](message)
            case Failed():
                self._fail(place, message)

    def _grow(self, lane: LaneRecord, message: Any) -> None:
        over = lane.over
        lane.take(message)
        if isinstance(message, Measured):
            self._measuring.discard(lane.number)
            self.measured.emit(message)
        elif lane.over and not over:
            self.lane_ended.emit(lane.number)

    def _take_range(self, message: Message) -> None:
        assert self.range is not None
        match message:
            case RangeSteps() | RangeDone():
                self.range.take(message)
            case Failed(sentence=sentence, report=report):
                self.range.failure = sentence
                self._tell(sentence, report)

    def _fail(self, place: int, failed: Failed) -> None:
        """Something cannot be done; the lanes go on."""
        self._waiting = {number: asked for number, asked in self._waiting.items() if asked[0] != place}
        self._tell(failed.sentence, failed.report)
        self.changed.emit()

    def _lose(self, place: int, sentence: str) -> None:
        """A process is gone: its lanes end here, those of the others go on."""
        for number in self._team.lanes_of(place):
            self._fail_lane(self.lanes[number], sentence)
        if place == ONE and self.range is not None and not self.range.over:
            self.range.failure = sentence
            self.range_done.emit()
        self._marching.discard(place)
        self._fail(place, Failed(self._lanes_run, sentence))

    def _fail_lane(self, lane: LaneRecord, sentence: str) -> None:
        self._measuring.discard(lane.number)
        if not lane.over:
            lane.failure = sentence
            self.lane_ended.emit(lane.number)

    def _tell(self, sentence: str, report: str | None) -> None:
        self.told.emit(sentence)
        if report:
            self.bug_met.emit(report)
