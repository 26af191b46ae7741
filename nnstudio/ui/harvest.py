"""The harvest: brings what was learned from the worker into the document, on request and every few seconds."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.live.commands import Keep
from nnstudio.live.messages import Learned
from nnstudio.project.project import Project

EVERY = 10_000  # Milliseconds.
Then = Callable[[], object]


class Harvest(QObject):
    """Remembers who waits for which answer."""

    asked = Signal(object)
    """A question to the worker."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._count = 0
        self._waiting: dict[int, Then] = {}
        self._again = QTimer(self, interval=EVERY)
        self._again.timeout.connect(self.ask)

    def begin(self) -> None:
        """The training goes on: look after it now and then."""
        self._again.start()

    def rest(self) -> None:
        """The training stands still."""
        self._again.stop()

    def ask(self, then: Then | None = None) -> None:
        """Ask the worker, and go on when the answer is there."""
        self._count += 1
        if then is not None:
            self._waiting[self._count] = then
        self.asked.emit(Keep(self._count))

    def answer(self, number: int) -> None:
        """The answer is there."""
        then = self._waiting.pop(number, None)
        if then is not None:
            then()

    def give_up(self) -> None:
        """There will be no answer: whoever waits goes on without."""
        self.rest()
        waiting, self._waiting = self._waiting, {}
        for then in waiting.values():
            then()


def with_harvest(project: Project, learned: Learned) -> Project:
    """A project with what a session has learned."""
    return replace(
        project,
        weights=learned.weights, history=learned.epochs, preparation=learned.preparation,
        class_names=learned.class_names, best=learned.best, checkpoint=learned.checkpoint,
    )  # fmt: skip
