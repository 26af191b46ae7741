"""The host: does what commands say to a session, a little at a time, and tells a mailbox. It knows no threads."""

from collections.abc import Callable
from math import inf
from time import perf_counter

from nnstudio.core.errors import DataError
from nnstudio.live.answering import Answering, answering_for, why
from nnstudio.live.commands import (
    Adjust,
    Command,
    Fork,
    Go,
    GoTo,
    Keep,
    Pause,
    Prepare,
    SetMeans,
    SetPace,
    SetWeights,
    Watch,
)
from nnstudio.live.failure import words_for
from nnstudio.live.lookout import Lookout
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Failed, Going, Halted
from nnstudio.live.opened import Opened
from nnstudio.live.pace import Pace
from nnstudio.live.place import Place, learned, place_for

OFTENER = 2.5  # Reports for each look of the window: each finds something new.


class Host:
    """One network at a time. `handle` obeys a command; `work` trains for a moment."""

    def __init__(
        self, mailbox: Mailbox, threads: int | None = None, alone: Callable[[], bool] = lambda: True
    ) -> None:
        self._mailbox, self._threads = mailbox, threads
        self._means = SetMeans()
        self._alone = alone  # Whether nothing else is asked, so that what takes long is still wanted.
        self._opened = Opened()
        self._lookout = Lookout(mailbox)
        self._run = 0
        self._place: Place | None = None
        self._answering: Answering | None = None  # In its place, where the data cannot be opened.
        self._going = False
        self._steps_left = self._epochs_left = inf
        self._limit, self._pace = SetPace(), Pace()
        self._told = 0.0

    @property
    def going(self) -> bool:
        """Whether there is something to train, or to look at."""
        return self._going or self._looking

    @property
    def wait(self) -> float:
        """Seconds until there is something to do again."""
        return 0.0 if self._looking else self._pace.wait

    @property
    def _looking(self) -> bool:
        """Whether a question about a network that stands still is not answered in full."""
        return not self._going and self._place is not None and self._lookout.busy

    def handle(self, command: Command) -> None:
        """Do what is asked. A mistake becomes a message; so does a bug."""
        try:
            self._obey(command)
            self._look()
        except Exception as error:
            self._fail(error)

    def work(self) -> None:
        """Train for a moment, and tell."""
        try:
            self._train()
            self._look()
        except Exception as error:
            self._fail(error)

    def close(self) -> None:
        """End the engine's threads."""
        self._going = False
        if self._place is not None:
            self._place.session.close()
            self._place = None
        self._answering = None

    def _obey(self, command: Command) -> None:
        match command:
            case Prepare():
                self._prepare(command)
            case Watch(probes):
                self._lookout.watch(probes)
            case SetPace():
                self._limit = command
                self._hold_back()
            case SetMeans():
                self._means = command
                self._lookout.follow(command.looks)
            case SetWeights(weights) if self._answering is not None:
                self._answering.set_weights(weights)
                self._lookout.outdate()
            case _ if self._place is not None:
                self._obey_here(command, self._place)

    def _obey_here(self, command: Command, place: Place) -> None:
        match command:
            case Go(steps, epochs):
                self._go(place, steps, epochs)
            case Pause():
                self._halt(place)
            case Adjust(settings):
                place.adjust(settings)
            case SetWeights(weights):
                place.set_weights(weights)
                self._changed(place)
            case GoTo(step):
                self._halt(place)
                place.go_to(step, self._alone)
                self._changed(place)
            case Fork(run):
                self._run = run
                place.fork(run)
            case Keep(number):
                self._mailbox.put(learned(self._run, number, place.session))

    def _prepare(self, command: Prepare) -> None:
        self._run = command.run
        kept = self._place.weights() if self._place and command.keep else {}
        self.close()
        self._lookout.outdate(everything=True)
        try:
            threads = self._means.threads or self._threads
            self._place = place_for(command.run, command.project, self._opened, kept, self._mailbox, threads)
        except DataError as error:
            self._answering = answering_for(command.project)
            if self._answering is None:
                raise
            self._look()
            raise why(error) from None
        self._changed(self._place)

    def _go(self, place: Place, steps: float, epochs: float) -> None:
        if place.session.finished:
            self._tell_halted(place)
            return
        self._steps_left, self._epochs_left = steps, epochs
        self._going = True
        self._hold_back()
        self._mailbox.put(Going(self._run, place.session.steps_done))

    def _hold_back(self) -> None:
        session = self._place.session if self._place else None
        self._pace.set(self._limit.at_most(session.settings.epochs * session.steps_per_epoch if session else inf))

    def _halt(self, place: Place) -> None:
        if self._going:
            self._going = False
            self._tell_halted(place)

    def _tell_halted(self, place: Place) -> None:
        session = place.session
        place.report.tell()
        self._mailbox.put(Halted(self._run, session.steps_done, session.finished, session.diverged))

    def _changed(self, place: Place) -> None:
        self._lookout.outdate()
        place.report.tell_place()

    def _train(self) -> None:
        place = self._place
        due = self._pace.due
        if place is None or not self._going or not due:
            return
        session, began, epoch = place.session, perf_counter(), place.session.epoch
        steps = place.most_steps(min(self._steps_left, due), self._epochs_left < inf)
        done = session.steps_done
        if self._lookout.wants_before:
            place.step_watched(steps)
        else:
            place.step(steps)
        done = session.steps_done - done
        self._steps_left -= done
        self._epochs_left -= session.epoch - epoch
        self._pace.notice(done, perf_counter() - began)
        self._lookout.outdate()
        if session.finished or self._steps_left <= 0 or self._epochs_left <= 0:
            self._going = False
            self._tell_halted(place)

    def _look(self) -> None:
        place, answering = self._place, self._answering
        if answering is not None:
            self._lookout.look(self._run, answering, going=False)
        if place is None:
            return
        self._lookout.look(self._run, place.sight, self._going)
        now = perf_counter()
        if self._going and (now - self._told) * self._means.looks * OFTENER >= 1:
            self._told = now
            place.report.tell()

    def _fail(self, error: Exception) -> None:
        self._going = False
        self._lookout.rest()
        if isinstance(error, OSError):
            self._opened.forget()
        self._mailbox.put(Failed(self._run, *words_for(error)))
