"""Ctrl-C as a wish: the work under way ends in order, and only a second Ctrl-C cuts it off."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def interruptible(interrupt: Callable[[], None]) -> Iterator[None]:
    """While inside, Ctrl-C asks to stop after the present step; pressed again, it stops at once."""

    def asked(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        interrupt()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
