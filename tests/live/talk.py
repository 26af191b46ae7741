"""Talking to a host, as a window would, but without threads."""

from nnstudio.live.host import Host
from nnstudio.live.mailbox import Mailbox


class Talk:
    """A host with its mailbox; remembers everything that was told."""

    def __init__(self, host=Host):
        self.mailbox = Mailbox()
        self.host = host(self.mailbox, threads=1)
        self.heard = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.host.close()

    def say(self, *commands):
        """Commands, each after what the one before began has come to its end; gives back what was told meanwhile."""
        for command in commands:
            self.host.handle(command)
            while self.host.going:
                self.host.work()
        return self.listen()

    def listen(self):
        """What was told since."""
        new = self.mailbox.take()
        self.heard += new
        return new

    def all(self, kind):
        """All messages of a kind so far."""
        return [message for message in self.heard if isinstance(message, kind)]

    def last(self, kind):
        """The last message of a kind."""
        return self.all(kind)[-1]
