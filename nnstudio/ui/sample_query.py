"""Which samples are looked through, and in which order: chosen in one panel, followed by another."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal


class Verdict(Enum):
    """Which answers are looked for."""

    ANY = "any"
    RIGHT = "right"
    WRONG = "wrong"


class Order(Enum):
    """What comes first."""

    DATA = "data"
    UNSURE = "unsure"
    WORST = "worst"


@dataclass(frozen=True)
class Query:
    """Samples of a part: of a class or of any (None), answered as a class or as any."""

    part: str = "test"
    wanted: int | None = None
    answered: int | None = None
    verdict: Verdict = Verdict.ANY
    order: Order = Order.DATA

    @property
    def asks_the_network(self) -> bool:
        """Whether it takes the network's answers to know what is looked for."""
        return self.answered is not None or self.verdict is not Verdict.ANY or self.order is not Order.DATA


class SampleQuery(QObject):
    """The present query."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.query = Query()

    def choose(self, query: Query) -> None:
        """Look for other samples."""
        if query != self.query:
            self.query = query
            self.changed.emit(query)
