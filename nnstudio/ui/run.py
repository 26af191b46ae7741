"""The run: what the window knows of the training of its project, and what it asks of the worker."""

from collections.abc import Callable, Mapping
from math import inf

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.live.changes import Change, change_between, model_of
from nnstudio.live.commands import Adjust, Command, Fork, Go, GoTo, Pause, Prepare, SetMeans, SetPace, SetWeights, Watch
from nnstudio.live.known import Known, State
from nnstudio.live.messages import Batches, EpochDone, Failed, Going, Halted, Learned, Mark, Message, Ready, Seen
from nnstudio.live.probes.base import Probe
from nnstudio.live.process import ProcessWorker
from nnstudio.live.record import Record, Records
from nnstudio.live.worker import Worker
from nnstudio.project.project import Project
from nnstudio.ui.consent import Consent
from nnstudio.ui.delivery import Delivery
from nnstudio.ui.document import Document
from nnstudio.ui.harvest import Harvest, Then, with_harvest
from nnstudio.ui.looks import Looks
from nnstudio.ui.wishes import Wishes

SETTLED = 150  # Milliseconds after an edit; a hand that goes on editing is waited for.


class Run(QObject):
    """Follows the document, and empties the mailbox of a worker. Panels say what they want to see, and are told."""

    changed = Signal()
    """The state, or what is known of the network and its data."""
    grew = Signal()
    """There are new batches, or the training stands elsewhere."""
    begun = Signal(object)
    """The Record of a new run."""
    seen = Signal(str, object)
    """A key and what its probe found, as Seen."""
    told = Signal(str)
    """A sentence for the user."""
    bug_met = Signal(str)
    """The traceback of a bug in the worker."""

    def __init__(
        self,
        document: Document,
        agree: Callable[[], bool],
        parent: QObject | None = None,
        worker: Callable[[], Worker] = ProcessWorker,
    ) -> None:
        super().__init__(parent or document)
        self.state, self.sentence, self.pace, self._means = State.WAITING, "", SetPace(), SetMeans()
        self.known, self.records = Known(), Records(lambda: document.project)
        self._document, self._worker, self._consent = document, worker(), Consent(document, agree)
        self._wishes, self._harvest, self._delivery = Wishes(self), Harvest(self), Delivery(self)
        self._number, self._model, self._followed = 0, model_of(document.graph), document.project
        self.learned = False  # Whether there is anything that a reset would lose.
        self._open = self._closed = False
        self._keep: bool | None = None  # Whether the next preparation keeps the weights; None: none is waiting.
        self._go: Go | None = None  # What to do as soon as the network is ready.
        self._tick = Looks(self)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED)
        self._tick.timeout.connect(self.look)
        self._settled.timeout.connect(self._prepare)
        self._harvest.asked.connect(self._send)
        self._wishes.changed.connect(self._watch)
        self._delivery.seen.connect(self.seen)
        self._delivery.grew.connect(self.grew)
        document.project_changed.connect(self._follow)

    @property
    def going(self) -> bool:
        """Whether the network learns now, or will as soon as it is ready."""
        return self.state is State.GOING or self._go is not None

    @property
    def record(self) -> Record | None:
        """The present run's record."""
        return self.records.present

    def begin(self) -> None:
        """Make the network ready, so that it can be looked at and trained."""
        if not self._open:
            self._open = True
            self._send(self.pace)
            self._send(self._means)
            self.stand_ready(keep=False)

    def train(self, steps: float = inf, epochs: float = inf) -> None:
        """Go on: to the end, or for so many batches or epochs. What is over begins again with the present weights."""
        self.begin()
        if self.state is State.GOING:
            return
        if self.state is State.STANDING and self._keep is None and not self.known.over:
            if self.known.rewound:
                self.fork()
            self._start(Go(steps, epochs))
            return
        self._go = Go(steps, epochs)
        if self.state is State.FAILED or self.known.over:
            self.stand_ready(keep=True)
        self.changed.emit()

    def toggle(self) -> None:
        """Train, or pause if it does."""
        (self.pause if self.going else self.train)()

    def pause(self) -> None:
        """Stand still after the present batch."""
        self._go = None
        self._consent.forget()
        self._send(Pause())
        self.changed.emit()

    def stop(self) -> None:
        """End this run; the weights stay, and the next training is a run of its own."""
        self.settle(self._end)

    def go_to(self, step: int) -> None:
        """Show the network as it was after that many steps."""
        self._go = None
        self._send(GoTo(step))

    def fork(self) -> None:
        """Let the step that is shown be the present of another run; what came after it is forgotten."""
        self._number += 1
        self._send(Fork(self._number))
        self.known.halted = self.known.recorded = None
        self.begun.emit(self.records.fork(self.known.step))

    def set_pace(self, pace: SetPace) -> None:
        """Train no faster than that, so that one can watch."""
        self.pace = pace
        if self._open:
            self._send(pace)
        self.changed.emit()

    def set_means(self, means: SetMeans) -> None:
        """Look so often from now on, and use so many threads from the next run on."""
        self._means = means
        self._tick.set_rate(means.looks)
        if self._open:
            self._send(means)

    def want(self, owner: object, probes: Mapping[str, Probe], at_once: bool = False) -> None:
        """What a panel in sight must know; nothing for one that is hidden."""
        self._wishes.want(owner, probes, at_once)

    def settle(self, then: Then) -> None:
        """Pause, put what was learned into the project, and go on."""
        if self.going:
            self.pause()
        self.collect(then)

    def collect(self, then: Then) -> None:
        """Put what was learned so far into the project, and go on."""
        if self.state not in (State.GOING, State.STANDING) or not self.learned or self.known.rewound:
            then()
        else:
            self._harvest.ask(then)

    def close(self) -> bool:
        """End the worker; False if it is still busy with a batch."""
        self._closed = True
        self._wishes.close()
        self._harvest.rest()
        self._tick.stop()
        self._settled.stop()
        return self._worker.close()

    def _send(self, command: Command) -> None:
        if not self._closed:
            self._worker.send(command)
            self._tick.begin()

    def _start(self, go: Go) -> None:
        self._send(go)
        # Shown at once: the worker says when it is over.
        self._show(State.GOING)

    def stand_ready(self, keep: bool) -> None:
        """Prepare soon; a beginning from the project's own weights outweighs one that keeps the present ones."""
        self._keep = keep if self._keep is None else self._keep and keep
        if self.state is State.GOING:
            self._go = self._go or Go()
            self._send(Pause())
        self._settled.start()

    def _prepare(self) -> None:
        problem = next((each for each in self._document.findings.problems if not each.warning), None)
        if problem is not None:
            self._show(State.WAITING, problem.sentence)
            return
        keep, self._keep = bool(self._keep) and self.learned, None
        model = model_of(self._document.graph)
        unasked = self.known.over or self.state is State.FAILED
        if self._go is not None and keep and model != self._model and not self._consent.given(unasked):
            self._go = None
            self.changed.emit()
            return
        self._number, self._model = self._number + 1, model
        self._show(State.PREPARING)
        self._send(Prepare(self._number, self._document.project, keep))

    def _follow(self, project: Project) -> None:
        known, self._followed = self._followed, project
        if not self._open or project is known:
            return
        change = change_between(known, project)
        if change in (Change.ADJUST, Change.WEIGHTS) and self.known.rewound:
            # From here on it is another future.
            self.fork()
        match change:
            case Change.ADJUST:
                self._send(Adjust(project.settings))
            case Change.WEIGHTS:
                self._send(SetWeights(project.weights or {}))
                self._harvest.ask()
            case Change.CARRY_ON:
                self.stand_ready(keep=True)
            case Change.BEGIN:
                self.stand_ready(keep=False)

    def look(self) -> None:
        """Take what the worker has told since."""
        # Asked first: what comes after it was not there yet will be found next time.
        if not self._worker.busy:
            # What is sent meanwhile, as an answer to a message, starts it again.
            self._tick.stop()
        for message in self._worker.take():
            if message.run == self._number:
                self._take(message)
            elif isinstance(message, Learned):
                self._harvest.answer(message.number)
        self._delivery.begin(apart=self.state is State.GOING)

    def _take(self, message: Message) -> None:
        self.known.take(message)
        self.records.take(message)
        if isinstance(message, Seen):
            self._delivery.put(message)
        else:
            self._delivery.grow()
        match message:
            case Batches() | EpochDone() | Mark():
                self.learned = True
            case Ready():
                self._begin_with(message)
            case Going():
                self._harvest.begin()
            case Halted():
                self._halt(message)
            case Learned():
                self._take_over(message)
            case Failed():
                self._fail(message)

    def _begin_with(self, ready: Ready) -> None:
        self.learned = ready.learned
        self._delivery.clear()
        self.begun.emit(self.records.begin())
        self._show(State.STANDING)
        if self._go is not None and self._keep is None:
            go, self._go = self._go, None
            self._start(go)

    def _halt(self, halted: Halted) -> None:
        self._harvest.rest()
        self._show(State.STANDING)
        if not self.known.rewound:
            self._harvest.ask()
        if halted.reason:
            self.told.emit(self.tr("Training ended: {}.").format(halted.reason.rstrip(".")))

    def _take_over(self, learned: Learned) -> None:
        if self._keep is None:
            # Noted first: this change of the project is the run's own.
            self._followed = with_harvest(self._document.project, learned)
            self._document.keep(self._followed)
        self._harvest.answer(learned.number)

    def _fail(self, failed: Failed) -> None:
        self._go = None
        self._show(State.FAILED, failed.sentence)
        self._harvest.give_up()
        if failed.report:
            self.bug_met.emit(failed.report)

    def _end(self) -> None:
        self.known.end(self.tr("stopped"))
        self.changed.emit()

    def _watch(self, probes: Mapping[str, Probe]) -> None:
        self._send(Watch(probes))
        if probes:
            self.begin()

    def _show(self, state: State, sentence: str = "") -> None:
        self.state, self.sentence = state, sentence
        self._tick.follow(state is State.GOING)
        self.changed.emit()
