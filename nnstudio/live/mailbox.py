"""The mailbox: what a worker puts in, a window takes out. Nothing waits for anybody."""

from collections.abc import Hashable
from threading import Lock

from nnstudio.live.messages import Message


class Mailbox:
    """Two lanes: messages that must all arrive, in order; and those of which only the latest of a key matters."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: list[Message] = []
        self._latest: dict[Hashable, Message] = {}

    def put(self, message: Message) -> None:
        """Take a message; one of which only the latest matters takes the place of the one before."""
        with self._lock:
            if message.latest is None:
                self._all.append(message)
            else:
                self._latest[message.latest] = message

    def take(self) -> list[Message]:
        """Everything that is there: what must arrive first, then the latest of each key."""
        with self._lock:
            found = [*self._all, *self._latest.values()]
            self._all, self._latest = [], {}
        return found
