"""What a probe is: a question about a session, asked between two batches, answered with plain values."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from nnstudio.layers.shapes import Array

if TYPE_CHECKING:
    # A window that asks another process needs no engine of its own.
    from nnstudio.training.recorder import Recorder
    from nnstudio.training.session import Session

T = TypeVar("T")


@dataclass(eq=False)
class Sight:
    """What a probe may look at. `before` holds all parameters as they were before the last step, if that is known.

    `memory` keeps what is expensive to make, such as a program, for as long as the session lives.
    """

    session: "Session"
    recorder: "Recorder"
    before: Array | None = None
    memory: dict[Hashable, Any] = field(default_factory=dict)

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """Something that is made once."""
        if key not in self.memory:
            self.memory[key] = make()
        found: T = self.memory[key]
        return found


class Probe:
    """A frozen dataclass whose `take` gives copies, for the training goes on while they are looked at."""

    period: ClassVar[float] = 0.05
    """Seconds after which it is worth asking again."""
    wants_before: ClassVar[bool] = False
    """Whether it needs the parameters as they were before the last step."""
    constant: ClassVar[bool] = False
    """Whether its answer stays the same while the network learns."""

    def take(self, sight: Sight) -> Any:
        """The answer now."""
        raise NotImplementedError
