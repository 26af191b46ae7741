"""The worker: where a host trains beside the window. In a thread here; `process` has one in a process of its own."""

from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from nnstudio.live.kinds import Ask, Kind, kind_of
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import Message

PATIENCE = 3.0  # Seconds that a window waits for a batch to end before it goes.
Asked = SimpleQueue[Ask | None]


class Worker(Protocol):
    """Obeys commands one after another, in its own time. It starts with the first."""

    @property
    def busy(self) -> bool:
        """Whether anything may still be told."""

    def send(self, command: Ask) -> None:
        """Ask for something; it is done after the batch that is under way."""

    def take(self) -> list[Message]:
        """What was told since."""

    def close(self, patience: float = PATIENCE) -> bool:
        """End it; False if it is still busy after that many seconds."""


class ThreadWorker:
    """A worker in a thread of this process: it starts at once, but takes turns with the window."""

    def __init__(self, kind: str = "training", threads: int | None = None) -> None:
        self.mailbox = Mailbox()
        self._kind, self._threads = kind_of(kind), threads
        self._queue: Asked = SimpleQueue()
        self._thread: Thread | None = None
        self._sent = self._done = 0
        self._going = False

    @property
    def busy(self) -> bool:
        """Whether anything may still come into the mailbox."""
        return self._going or self._sent > self._done

    def send(self, command: Ask) -> None:
        """Ask for something; it is done after the batch that is under way."""
        if self._thread is None:
            # A daemon: should a single batch take minutes, the program ends all the same.
            self._thread = Thread(target=self._work, name="training", daemon=True)
            self._thread.start()
        self._sent += 1
        self._queue.put(command)

    def take(self) -> list[Message]:
        """What was told since."""
        return self.mailbox.take()

    def close(self, patience: float = PATIENCE) -> bool:
        """End the thread; False if it is still busy after that many seconds."""
        if self._thread is None:
            return True
        self._queue.put(None)
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self) -> None:
        work(self._kind, self._queue, self.mailbox, self._threads, self._notice)

    def _notice(self, done: int, going: bool) -> None:
        # In this order, or the window could find neither for a moment.
        self._going = going
        self._done += done


class Noticed(Protocol):
    """Told after each moment of work."""

    def __call__(self, done: int, going: bool) -> None:
        """So many commands were obeyed, and whether the training goes on."""


def work(kind: Kind, queue: Asked, mailbox: Mailbox, threads: int | None, noticed: Noticed) -> None:
    """Let a host of that kind obey what comes through a queue, until there comes None."""
    host = kind.host(mailbox, threads, queue.empty)
    try:
        while True:
            commands = _asked(queue, host.wait if host.going else None)
            if None in commands:
                return
            for command in kind.without_outdated([each for each in commands if each is not None]):
                host.handle(command)
            if commands:
                # What was asked is answered; whoever waits need not wait for the next batches too.
                noticed(len(commands), host.going)
            host.work()
            noticed(0, host.going)
    finally:
        host.close()


def _asked(queue: Asked, wait: float | None) -> list[Ask | None]:
    """What was asked since; waits for it so many seconds, or as long as it takes."""
    found: list[Ask | None] = []
    try:
        if wait is None or wait > 0:
            found.append(queue.get(timeout=wait))
        while True:
            found.append(queue.get_nowait())
    except Empty:
        return found
