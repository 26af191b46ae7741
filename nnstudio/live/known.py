"""What is known of the run that is under way, from the last messages of its worker."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from nnstudio.live.messages import Going, Halted, Message, Progress, Read, Ready, Recorded


class State(Enum):
    """Where a run stands."""

    WAITING = auto()  # The model has problems, or nothing was asked yet.
    PREPARING = auto()
    STANDING = auto()
    GOING = auto()
    FAILED = auto()


@dataclass
class Known:
    """The network and its data, where the training stands, and why it stands still."""

    read: Read | None = None
    ready: Ready | None = None
    progress: Progress | None = None
    recorded: Recorded | None = None
    halted: Halted | None = None

    @property
    def step(self) -> int:
        """How many batches the network that is shown has learned from."""
        return self.progress.step if self.progress else 0

    @property
    def furthest(self) -> int:
        """How many batches were learned altogether."""
        return max(self.recorded.furthest if self.recorded else 0, self.step)

    @property
    def rewound(self) -> bool:
        """Whether an earlier step is shown."""
        return self.step < self.furthest

    @property
    def over(self) -> bool:
        """Whether the run has ended for a reason, so that the next training is another one."""
        return self.halted is not None and self.halted.reason is not None and not self.rewound

    def end(self, reason: str) -> None:
        """A run that only stands still goes on no more."""
        if self.halted is not None and self.halted.reason is None:
            self.halted = replace(self.halted, reason=reason)

    def take(self, message: Message) -> None:
        """Learn from a message."""
        match message:
            case Read():
                self.read = message
            case Ready():
                self.ready, self.progress, self.recorded, self.halted = message, None, None, None
            case Progress():
                self.progress = message
            case Recorded():
                self.recorded = message
            case Going():
                self.halted = None
            case Halted():
                self.halted = message
