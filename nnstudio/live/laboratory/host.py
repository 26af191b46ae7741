"""The laboratory: does what orders say to the lanes of an experiment, a little at a time. It knows no threads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import nan
from time import perf_counter

from nnstudio.core.errors import StudioError
from nnstudio.experiments.curvature import Curvature, measure
from nnstudio.experiments.lanes import Lanes
from nnstudio.live.failure import words_for
from nnstudio.live.laboratory.commands import (
    KeepLane,
    Lay,
    Locate,
    March,
    Measure,
    Order,
    Rest,
    StandAt,
    Survey,
    TryRates,
)
from nnstudio.live.laboratory.messages import LaneFailed, Marching, Measured, NoGround
from nnstudio.live.laboratory.report import TELL_EVERY, LaneReport
from nnstudio.live.laboratory.rising import try_rates
from nnstudio.live.laboratory.surveyor import Surveyor
from nnstudio.live.laboratory.tasks import Task, Tasks
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Failed
from nnstudio.live.opened import Opened
from nnstudio.live.pace import SLICE, Pace
from nnstudio.live.place import learned


class LaboratoryHost:
    """One experiment at a time, and what is asked beside it. `handle` obeys an order; `work` goes on for a moment."""

    def __init__(self, mailbox: Mailbox, threads: int = 1, alone: Callable[[], bool] = lambda: True) -> None:
        self._mailbox, self._threads = mailbox, threads
        self._alone = alone  # Whether nothing else is asked, so that what takes long is still wanted.
        self._opened = Opened()
        self._run = 0
        self._lanes = Lanes(self._opened.data)
        self._reports: dict[int, LaneReport] = {}
        self._tasks = Tasks()
        self._surveyor = Surveyor(mailbox)
        self._marching = False
        self._end: float = 0
        self._pace = Pace()
        self._told = 0.0

    @property
    def going(self) -> bool:
        """Whether there is something to go on with."""
        return self._marching or self._surveyor.busy or bool(self._tasks)

    @property
    def wait(self) -> float:
        """What there is to do never has to wait."""
        return 0.0

    def handle(self, order: Order) -> None:
        """Do what is asked. A mistake becomes a message; so does a bug."""
        try:
            self._obey(order)
        except Exception as error:
            self._fail(getattr(order, "run", self._run), error)

    def work(self) -> None:
        """Go on for a moment with the lanes, and with whatever else is under way."""
        try:
            if self._marching:
                self._march()
            self._look_around()
        except Exception as error:
            self._marching = False
            self._surveyor = Surveyor(self._mailbox)
            self._fail(self._run, error)
        for run, met in self._tasks.go_on():
            self._fail(run, met)

    def close(self) -> None:
        """Forget everything."""
        self._tasks.close()
        self._clear()

    def _obey(self, order: Order) -> None:
        match order:
            case Lay():
                self._lay(order)
            case March(steps):
                self._set_out(steps)
            case Rest():
                # To the end of the round: those behind draw level.
                self._end = self._lanes.steps
                self._tasks.end("range test")
            case StandAt(step):
                self._halt()
                self._lanes.stand_at(step, self._alone)
                self._surveyor.note_all()
                self._tell()
            case KeepLane(number, lane):
                if found := self._lanes.get(lane):
                    self._mailbox.put(learned(self._run, number, found.session))
            case Measure(lane):
                self._measure(lane)
            case TryRates(run):
                moments = try_rates(order, self._opened.data, self._mailbox, self._threads)
                self._tasks.begin("range test", Task(run, moments))
            case Survey():
                self._surveyor.survey(order)
            case Locate(place):
                self._surveyor.locate(place)

    def _lay(self, order: Lay) -> None:
        self._clear()
        self._run = order.run
        self._lanes = Lanes(self._opened.data, order.weights, len(order.lanes), self._threads)
        for number, project in order.lanes.items():
            with self._of_lane(number):
                self._reports[number] = LaneReport(self._run, self._lanes.add(number, project), self._mailbox)
                self._reports[number].begin()
        self._surveyor.lay(order.run, {lane.number: lane for lane in self._lanes})

    def _set_out(self, steps: float) -> None:
        self._end = self._lanes.steps + steps
        self._marching = True
        self._pace.begin()
        self._mailbox.put(Marching(self._run, True))

    def _march(self) -> None:
        """For a slice of time, mostly with one lane, whose numbers are then in the processor's cache."""
        began, done = perf_counter(), 0
        turn = self._pace.due
        while perf_counter() - began < SLICE:
            lane = self._lanes.behind(self._end)
            if lane is None:
                self._halt()
                return
            before = lane.steps
            with self._of_lane(lane.number):
                # Who follows the paths wants to see every step.
                self._lanes.advance(lane, 1 if self._surveyor.following else turn, self._end)
                self._surveyor.note(lane)
            done += lane.steps - before
        self._pace.notice(done, perf_counter() - began)
        if perf_counter() - self._told >= TELL_EVERY:
            self._tell()

    def _look_around(self) -> None:
        try:
            self._surveyor.work(SLICE, self._marching)
        except (MemoryError, StudioError) as error:
            # The lanes go on without it.
            self._surveyor = Surveyor(self._mailbox)
            self._surveyor.lay(self._run, {lane.number: lane for lane in self._lanes})
            self._mailbox.put(NoGround(self._run, words_for(error)[0]))

    def _halt(self) -> None:
        if self._marching:
            self._marching = False
            self._tell()
            self._mailbox.put(Marching(self._run, False))

    def _clear(self) -> None:
        self._marching = False
        self._reports.clear()
        self._lanes.close()

    def _tell(self) -> None:
        self._told = perf_counter()
        for report in self._reports.values():
            report.tell()

    def _measure(self, number: int) -> None:
        lane = self._lanes.get(number)
        if lane is None:
            return
        try:
            curvature = measure(lane.session)
        except (MemoryError, StudioError) as error:
            # The lanes are as they were, and go on.
            curvature = Curvature(nan, nan, None, words_for(error)[0])
        self._mailbox.put(Measured(self._run, number, lane.steps, curvature))

    @contextmanager
    def _of_lane(self, number: int) -> Iterator[None]:
        """What goes wrong in a lane ends that lane; the others go on."""
        try:
            yield
        except Exception as error:
            self._reports.pop(number, None)
            self._lanes.drop(number)
            self._surveyor.drop(number)
            self._mailbox.put(LaneFailed(self._run, number, *self._words_for(error)))

    def _fail(self, run: int, error: Exception) -> None:
        self._mailbox.put(Failed(run, *self._words_for(error)))

    def _words_for(self, error: Exception) -> tuple[str, str | None]:
        if isinstance(error, OSError):
            self._opened.forget()
        return words_for(error)
