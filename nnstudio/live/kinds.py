"""What a worker can be: which host works in it, and what becomes of what it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, Union

from nnstudio.live.commands import Adjust, Command, GoTo, Prepare, SetMeans, SetPace, Watch
from nnstudio.live.mailbox import Mailbox

if TYPE_CHECKING:
    from nnstudio.live.laboratory.commands import Order

Ask: TypeAlias = Union[Command, "Order"]
T = TypeVar("T")


class Host(Protocol):
    """Does what it is told, a little at a time, and tells a mailbox. It knows no threads."""

    @property
    def going(self) -> bool:
        """Whether there is something to go on with."""

    @property
    def wait(self) -> float:
        """Seconds until there is something to do again."""

    # Each host knows the commands of its own kind.
    def handle(self, command: Any) -> None:
        """Do what is asked. A mistake becomes a message; so does a bug."""

    def work(self) -> None:
        """Go on for a moment, and tell."""

    def close(self) -> None:
        """End the engine's threads."""


@dataclass(frozen=True)
class Kind:
    """One kind of worker, known by its name also in another process."""

    name: str
    host: Callable[[Mailbox, int | None, Callable[[], bool]], Host]
    """Makes a host that tells a mailbox, for so many threads, and asks whether nothing else is asked."""
    outdated: tuple[type, ...]
    """Commands that the next one of their kind makes pointless, as when a slider is drawn."""
    lasting: tuple[type, ...]
    """Commands that a new process must be told again."""
    lost: str
    """What is said when the process ended by itself."""

    def without_outdated(self, commands: Sequence[T]) -> list[T]:
        """The same without those that the next one of their kind makes pointless."""
        return [
            command
            for command, following in zip(commands, [*commands, None][1:], strict=True)
            if not (isinstance(command, self.outdated) and type(command) is type(following))
        ]


def _training_host(mailbox: Mailbox, threads: int | None, alone: Callable[[], bool]) -> Host:
    # Loaded here: a window whose worker is another process never needs the engine.
    from nnstudio.live.host import Host as TrainingHost

    return TrainingHost(mailbox, threads, alone)


TRAINING = Kind(
    "training",
    _training_host,
    outdated=(GoTo, Watch, Adjust, Prepare, SetPace, SetMeans),
    lasting=(Watch, SetPace, SetMeans),
    lost="The training ended without a word; perhaps there was not enough memory. What was learned before is kept: "
    "make the batch or the model smaller, and train again.",
)


def kind_of(name: str) -> Kind:
    """The kind of that name: `training` or `laboratory`."""
    if name == TRAINING.name:
        return TRAINING
    # Only who wants a laboratory loads what belongs to it.
    from nnstudio.live.laboratory.kind import LABORATORY

    if name == LABORATORY.name:
        return LABORATORY
    raise ValueError(f"there is no worker of the kind {name!r}")
