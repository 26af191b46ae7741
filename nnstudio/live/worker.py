"""The worker: a thread in which a host trains. Commands go in through a queue, what happens comes out in a mailbox."""

from queue import Empty, SimpleQueue
from threading import Thread

from nnstudio.live.commands import Command, without_outdated
from nnstudio.live.host import Host
from nnstudio.live.mailbox import Mailbox

PATIENCE = 3.0  # Seconds that a window waits for a batch to end before it goes.


class Worker:
    """Starts with the first command. `close` ends it within one batch."""

    def __init__(self, threads: int | None = None) -> None:
        self.mailbox = Mailbox()
        self._threads = threads
        self._queue: SimpleQueue[Command | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._sent = self._done = 0
        self._going = False

    @property
    def busy(self) -> bool:
        """Whether anything may still come into the mailbox."""
        return self._going or self._sent > self._done

    def send(self, command: Command) -> None:
        """Ask for something; it is done after the batch that is under way."""
        if self._thread is None:
            # A daemon: should a single batch take minutes, the program ends all the same.
            self._thread = Thread(target=self._work, name="training", daemon=True)
            self._thread.start()
        self._sent += 1
        self._queue.put(command)

    def close(self, patience: float = PATIENCE) -> bool:
        """End the thread; False if it is still busy after that many seconds."""
        if self._thread is None:
            return True
        self._queue.put(None)
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self) -> None:
        host = Host(self.mailbox, self._threads, self._queue.empty)
        try:
            while True:
                commands = self._asked(host.wait if host.going else None)
                if None in commands:
                    return
                for command in without_outdated([each for each in commands if each is not None]):
                    host.handle(command)
                host.work()
                # In this order, or the window could find neither for a moment.
                self._going = host.going
                self._done += len(commands)
        finally:
            host.close()

    def _asked(self, wait: float | None) -> list[Command | None]:
        """What was asked since; waits for it so many seconds, or as long as it takes."""
        found: list[Command | None] = []
        try:
            if wait is None or wait > 0:
                found.append(self._queue.get(timeout=wait))
            while True:
                found.append(self._queue.get_nowait())
        except Empty:
            return found
