"""Records: what every run came to, as the window knows it. They grow with the messages of the worker."""

from dataclasses import dataclass, field

from nnstudio.live.messages import Batches, EpochDone, Mark
from nnstudio.training.history import History

MOST = 12  # Runs that are remembered.


@dataclass(eq=False)
class Record:
    """Every batch and epoch of a run, and what the user changed on the way."""

    number: int
    history: History = field(default_factory=History)
    marks: list[Mark] = field(default_factory=list)

    @property
    def best(self) -> int | None:
        """How many batches were learned when the loss was the lowest at the end of an epoch."""
        epoch = min(self.history.epochs, key=lambda each: each.watched_loss, default=None)
        return None if epoch is None else epoch.steps

    def take(self, message: Batches | EpochDone | Mark) -> None:
        """Grow by what a worker told."""
        match message:
            case Batches():
                self.history.extend(message.losses, message.rates, message.lengths)
            case EpochDone():
                self.history.end_epoch(message.epoch)
            case Mark():
                self.marks.append(message)

    def fork(self, number: int, step: int) -> "Record":
        """Another run with the same past up to a step."""
        return Record(number, self.history.until(step), [mark for mark in self.marks if mark.step <= step])


class Records:
    """The runs of a window, the present one last."""

    def __init__(self) -> None:
        self._count = 0
        self.all: list[Record] = []

    @property
    def present(self) -> Record | None:
        """The run that is under way."""
        return self.all[-1] if self.all else None

    def begin(self) -> Record:
        """A new run."""
        self._count += 1
        return self._add(Record(self._count))

    def fork(self, step: int) -> Record:
        """A run that goes on from an earlier step of the present one."""
        self._count += 1
        return self._add(self.all[-1].fork(self._count, step))

    def _add(self, record: Record) -> Record:
        # A run without a batch leaves no trace.
        self.all = [*(each for each in self.all if len(each.history.losses)), record][-MOST:]
        return record
