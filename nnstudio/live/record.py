"""Records: what every run came to, as the window knows it. They grow with the messages of the worker."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf

from nnstudio.data.preparation.base import Preparation
from nnstudio.live.messages import Batches, EpochDone, Going, Halted, Mark, Message, Progress, Read, Ready
from nnstudio.project.project import UNLEARNED, Project
from nnstudio.training.divergence import Divergence
from nnstudio.training.history import Epoch, History

MOST = 12  # Runs that are remembered.
MOST_PINNED = 8  # Of these, so many may be pinned: there is always room for new ones.


@dataclass(frozen=True)
class Beginning:
    """Where a run's first weights came from: the seed, a training before it, or an earlier run at a step."""

    learned: bool = False
    run: int | None = None
    step: int = 0


@dataclass(eq=False)
class Record:
    """Every batch and epoch of a run, what it was trained with, and what the user changed on the way."""

    number: int
    history: History = field(default_factory=History)
    marks: list[Mark] = field(default_factory=list)
    project: Project = field(default_factory=Project)
    """The model, settings and data of its first batch, without weights."""
    preparation: tuple[Preparation, ...] = ()
    """How its inputs were prepared, whoever chose that."""
    beginning: Beginning = Beginning()
    seconds: float = 0.0
    """Of training alone."""
    ended: str | None = None
    """Why it is over; None while it could go on."""
    diverged: Divergence | None = None
    name: str = ""
    """What the user calls it."""
    pinned: bool = False
    """Whether it stays while newer ones come."""
    lowest_loss: float = field(init=False, default=inf)
    """On the validation part where there is one; infinite before the first epoch's end."""
    highest_accuracy: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        for epoch in self.history.epochs:
            self._judge(epoch)

    @property
    def best(self) -> int | None:
        """How many batches were learned when the loss was the lowest at the end of an epoch."""
        epoch = min(self.history.epochs, key=lambda each: each.watched_loss, default=None)
        return None if epoch is None else epoch.steps

    @property
    def last(self) -> Epoch | None:
        """Its last whole epoch."""
        return self.history.epochs[-1] if self.history.epochs else None

    @property
    def epochs(self) -> int:
        """How many epochs are over."""
        epochs = self.history.epochs
        # All have as many steps, and the first is always known.
        return epochs[-1].steps // max(epochs[0].steps, 1) if epochs else 0

    def take(self, message: Message) -> None:
        """Grow by what a worker told."""
        match message:
            case Batches():
                self.history.extend(message.losses, message.rates, message.lengths, message.accuracies)
            case EpochDone():
                self.history.end_epoch(message.epoch)
                self._judge(message.epoch)
            case Mark():
                self.marks.append(message)
            case Progress():
                # A rewound network has learned for a shorter time, the run has not.
                self.seconds = max(self.seconds, message.seconds)
            case Going():
                self.ended = self.diverged = None
            case Halted():
                self.ended, self.diverged = message.reason, message.diverged

    def fork(self, number: int, step: int) -> "Record":
        """Another run with the same past up to a step."""
        return Record(
            number, self.history.until(step), [mark for mark in self.marks if mark.step <= step],
            self.project, self.preparation, Beginning(self.beginning.learned, self.number, step),
        )  # fmt: skip

    def _judge(self, epoch: Epoch) -> None:
        if epoch.watched_loss < self.lowest_loss:
            self.lowest_loss = epoch.watched_loss
        accuracy = epoch.watched_accuracy
        if accuracy is not None and (self.highest_accuracy is None or accuracy > self.highest_accuracy):
            self.highest_accuracy = accuracy


class Records:
    """The runs of a window, the present one last. `project` gives the project as it is now."""

    def __init__(self, project: Callable[[], Project] = Project) -> None:
        self._project = project
        self._count = 0
        self._preparation: tuple[Preparation, ...] = ()
        self._learned = False
        self._under_way = False  # Whether the present run has learned from a batch of its own.
        self.all: list[Record] = []

    @property
    def present(self) -> Record | None:
        """The run that is under way."""
        return self.all[-1] if self.all else None

    def begin(self) -> Record:
        """A new run."""
        self._count += 1
        record = Record(self._count, preparation=self._preparation, beginning=Beginning(self._learned))
        self._note_project(record)
        return self._add(record)

    def fork(self, step: int) -> Record:
        """A run that goes on from an earlier step of the present one."""
        self._count += 1
        return self._add(self.all[-1].fork(self._count, step))

    def take(self, message: Message) -> None:
        """Tell the present run; what comes before a beginning is kept for it."""
        match message:
            case Read():
                self._preparation = message.preparation
            case Ready():
                self._learned = message.learned
            case _ if self.present is not None:
                if isinstance(message, Batches) and not self._under_way:
                    # Rate and number of epochs may have changed since it stood ready.
                    self._note_project(self.present)
                    self._under_way = True
                self.present.take(message)

    def pin(self, record: Record, pinned: bool) -> bool:
        """Let a run stay while newer ones come, or not; whether there is room for one more pinned run."""
        room = sum(each.pinned for each in self.all) < MOST_PINNED
        record.pinned = pinned and (record.pinned or room)
        return record.pinned is pinned

    def remove(self, record: Record) -> None:
        """Forget a run; the present one stays."""
        self.all = [each for each in self.all if each is not record or each is self.present]

    def _note_project(self, record: Record) -> None:
        project = self._project()
        if record.beginning.run is None and project.weights is not None:
            record.beginning = Beginning(learned=True)
        record.project = without_weights(project)

    def _add(self, record: Record) -> Record:
        # A run without a batch leaves no trace.
        kept = [each for each in self.all if len(each.history.losses)]
        while len(kept) >= MOST:
            kept.remove(next((each for each in kept if not each.pinned), kept[0]))
        self.all, self._under_way = [*kept, record], False
        return record


def without_weights(project: Project) -> Project:
    """What a project is trained with, and nothing that was learned: a record must not hold the memory of that."""
    return replace(project, **UNLEARNED, layout={})
