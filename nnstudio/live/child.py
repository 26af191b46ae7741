"""The other end of the pipe: what runs in the process of a worker. Messages go out through standard output."""

import os
import pickle
import signal
import sys
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import IO

from nnstudio.core.memory import give_large_blocks_back
from nnstudio.core.plugged import add_folder
from nnstudio.live.commands import SetMeans
from nnstudio.live.kinds import Ask, Kind, kind_of
from nnstudio.live.mailbox import Mailbox
from nnstudio.live.worker import Asked, work

OFTENER = 2  # Letters that nobody waits for, for each look of the window.


class Post:
    """Sends what stands in the mailbox, and how far the work is, whenever there is something new."""

    def __init__(self, out: IO[bytes], mailbox: Mailbox) -> None:
        self._out, self._mailbox = out, mailbox
        self._lock, self._new, self._asked = Lock(), Event(), Event()
        self._done, self._going, self._over = 0, False, False
        self.follow(SetMeans().looks)
        self._thread = Thread(target=self._send, name="post", daemon=True)
        self._thread.start()

    def follow(self, looks: int) -> None:
        """The window looks so many times a second."""
        self._rest = 1 / (OFTENER * looks)

    def notice(self, done: int, going: bool) -> None:
        """So much was done."""
        with self._lock:
            self._done += done
            self._going = going
        if done:
            # Something was asked, perhaps by a hand that draws: the answer does not rest.
            self._asked.set()
        self._new.set()

    def close(self) -> None:
        """Send what is left."""
        self._over = True
        self._asked.set()
        self._new.set()
        self._thread.join()

    def _send(self) -> None:
        try:
            while not self._over:
                self._new.wait()
                self._new.clear()
                self._asked.clear()
                # How far the work is first: the messages of it are in the mailbox by then.
                with self._lock:
                    done, going, self._done = self._done, self._going, 0
                pickle.dump((done, going, self._mailbox.take()), self._out, pickle.HIGHEST_PROTOCOL)
                self._out.flush()
                self._asked.wait(self._rest)
        except OSError:
            # The window has gone; the other thread sees it too.
            return


def serve(kind: Kind, commands: IO[bytes], out: IO[bytes]) -> None:
    """Work for a window until it says that it is enough, or is gone."""
    # Ctrl-C is the window's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    queue: Asked = SimpleQueue()
    mailbox = Mailbox()
    post = Post(out, mailbox)
    Thread(target=_listen, args=(commands, queue, post), name="commands", daemon=True).start()
    work(kind, queue, mailbox, None, post.notice)
    post.close()


def _listen(commands: IO[bytes], queue: Asked, post: Post) -> None:
    command: Ask | None
    while True:
        try:
            # From the window, which started this process, and from nobody else.
            command = pickle.load(commands)
        except (EOFError, OSError):
            command = None
        if isinstance(command, SetMeans):
            post.follow(command.looks)
        queue.put(command)
        if command is None:
            return


def main(kind: str) -> None:
    """Take the pipes, so that whatever prints something cannot come between the messages."""
    give_large_blocks_back()
    # A project may hold layers of plugins, which a packaged program finds there only.
    add_folder()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(kind_of(kind), sys.stdin.buffer, out)


if __name__ == "__main__":
    main(sys.argv[1])
