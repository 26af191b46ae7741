"""What a probe is: a question about a session, asked between two batches, answered with plain values."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, final

from nnstudio.layers.shapes import Array

if TYPE_CHECKING:
    # A window that asks another process needs no engine of its own.
    from nnstudio.classify.network import Network
    from nnstudio.training.epoch_ends import EpochEnds
    from nnstudio.training.recorder import Recorder
    from nnstudio.training.session import Session

T = TypeVar("T")


@dataclass(eq=False)
class Sight:
    """What a probe may look at. `before` holds all parameters as they were before the last step, if that is known.

    `memory` keeps what is expensive to make, such as a program, for as long as the session lives. `ends` is what is
    kept of the ends of epochs.
    """

    session: "Session"
    recorder: "Recorder"
    before: Array | None = None
    memory: dict[Hashable, Any] = field(default_factory=dict)
    going: bool = False
    """Whether the training goes on."""
    ends: "EpochEnds | None" = None

    @property
    def steps_done(self) -> int:
        """How many batches the network has learned from."""
        return self.session.steps_done

    @property
    def network(self) -> "Network":
        """The network by itself."""
        from nnstudio.classify.network import Network

        session = self.session
        return self.remembered("network", lambda: Network.on(session.plan, session.parameters, session.data))

    def can_tell(self, probe: "Probe") -> bool:
        """Everything."""
        return True

    def tell(self, probe: "Probe") -> Any:
        """What a probe finds."""
        return probe.take(self)

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """Something that is made once."""
        if key not in self.memory:
            self.memory[key] = make()
        found: T = self.memory[key]
        return found


@dataclass(frozen=True, eq=False)
class Partly:
    """An answer that takes more than one look: what is known so far, or None where there is nothing new to tell."""

    value: Any = None


@dataclass(frozen=True)
class Faulty:
    """In place of an answer: the probe of a plugin failed."""

    reason: str
    report: str = ""


class Probe:
    """A frozen dataclass whose `take` gives copies, for the training goes on while they are looked at."""

    period: ClassVar[float] = 0.05
    """Seconds after which it is worth asking again."""
    wants_before: ClassVar[bool] = False
    """Whether it needs the parameters as they were before the last step."""
    constant: ClassVar[bool] = False
    """Whether its answer stays the same while the network learns."""

    def take(self, sight: Sight) -> Any:
        """The answer now; or `Partly` one, and then it is asked again soon, though the network may not change."""
        raise NotImplementedError


class NetworkProbe(Probe):
    """A question that a network can answer without its data: about a sample that comes with the question."""

    @final
    def take(self, sight: Sight) -> Any:
        """The answer of the session's network."""
        return self.ask(sight.network)

    def ask(self, network: "Network") -> Any:
        """The answer of a network."""
        raise NotImplementedError
