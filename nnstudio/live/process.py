"""A worker in a process of its own, so that training and window need not take turns."""

import logging
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

from nnstudio.live.kinds import Ask, Kind, kind_of
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.messages import A_BUG, Failed, Message
from nnstudio.live.worker import PATIENCE

log = logging.getLogger(__name__)
SWITCH = "--worker"  # How a program that is not a Python of its own is asked to be the other end.


class ProcessWorker:
    """Sends commands through a pipe and receives messages, each in a thread, so that the window never waits."""

    def __init__(self, kind: str = "training") -> None:
        self.mailbox = Mailbox()
        self._kind = kind_of(kind)
        self._standing: dict[type, Ask] = {}  # What a new process must be told again.
        self._run = 0
        self._link: Link | None = None

    @property
    def busy(self) -> bool:
        """Whether anything may still come into the mailbox."""
        return self._link is not None and self._link.busy

    def send(self, command: Ask) -> None:
        """Ask for something; it is done after the batch that is under way."""
        # What begins something has the number of its run.
        self._run = getattr(command, "run", self._run)
        if isinstance(command, self._kind.lasting):
            self._standing[type(command)] = command
        if self._link is None or self._link.broken:
            self._link = Link(self._kind, self.mailbox, self._lost)
            for standing in self._standing.values():
                if standing is not command:
                    self._link.send(standing)
        self._link.send(command)

    def take(self) -> list[Message]:
        """What was told since."""
        return self.mailbox.take()

    def close(self, patience: float = PATIENCE) -> bool:
        """End the process, by force if need be."""
        link, self._link = self._link, None
        return link is None or link.close(patience)

    def _lost(self, sentence: str, report: str | None) -> None:
        self.mailbox.put(Failed(self._run, sentence, report))


class Link:
    """The pipes to one process and the threads at this end of them."""

    def __init__(self, kind: Kind, mailbox: Mailbox, lost: Callable[[str, str | None], None]) -> None:
        self._kind, self._mailbox, self._lost = kind, mailbox, lost
        self._queue: SimpleQueue[Ask | None] = SimpleQueue()
        self._sent = self._done = 0
        self._going = False
        self.broken = False
        self._closing = False
        self._process = subprocess.Popen(
            [*_command(), kind.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
        )
        self._ends = [
            Thread(target=target, name="training", daemon=True) for target in (self._write, self._read)
        ]
        for end in self._ends:
            end.start()

    @property
    def busy(self) -> bool:
        """Whether anything may still be told."""
        return not self.broken and (self._going or self._sent > self._done)

    def send(self, command: Ask) -> None:
        """Pass a command on."""
        self._sent += 1
        self._queue.put(command)

    def close(self, patience: float) -> bool:
        """Let it end, and see to it that it does."""
        self._closing = True
        self._queue.put(None)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for end in self._ends:
            end.join(patience)
        return not any(end.is_alive() for end in self._ends)

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(OSError), pipe:
            while (command := self._queue.get()) is not None:
                try:
                    letter = pickle.dumps(command, pickle.HIGHEST_PROTOCOL)
                # Whatever a plugin's layer holds: the pipe stays whole.
                except Exception as bug:
                    self._sent -= 1
                    self._lost(A_BUG.format(bug), traceback.format_exc())
                else:
                    pipe.write(letter)
                    pipe.flush()

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        with suppress(EOFError, OSError, pickle.UnpicklingError), pipe:
            while True:
                done, going, messages = pickle.load(pipe)
                for message in messages:
                    self._mailbox.put(message)
                # After the messages: the window looks until nothing is to be expected.
                self._going, self._done = going, self._done + done
        self.broken = True
        if not self._closing:
            code = self._process.wait()
            log.warning("The process for %s ended by itself with code %s.", self._kind.name, code)
            self._lost(self._kind.lost, None)
            self._queue.put(None)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, SWITCH]
    return [sys.executable, "-m", "nnstudio.live.child"]


def _environment() -> dict[str, str]:
    """The same modules are found there as here."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
