"""A crew of threads that work through lanes side by side, each with single-threaded matrix products."""

import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from threading import Lock, Thread
from typing import Any, Self

import numpy as np
from threadpoolctl import threadpool_limits

Work = Callable[[], None]


class SingleThreadedProducts:
    """While one of these lives, every matrix product uses one thread: what the lanes and the same bits need."""

    _lock, _living = Lock(), 0
    _limit: Any = None

    def __init__(self) -> None:
        cls = type(self)
        self._lives = True
        with cls._lock:
            cls._living += 1
            if cls._living == 1:
                cls._limit = threadpool_limits(limits=1, user_api="blas")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Give the matrix products their threads back, when the last one ends."""
        cls = type(self)
        with cls._lock:
            if self._lives:
                self._lives = False
                cls._living -= 1
                if not cls._living:
                    cls._limit.restore_original_limits()


def threads_of_machine() -> int:
    """How many threads this process may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Hand:
    """One thread that does one piece of work at a time, woken and awaited through locks: cheaper than a queue."""

    def __init__(self) -> None:
        self._work: Work | None = None
        self._error: BaseException | None = None
        self._go, self._done = Lock(), Lock()
        self._go.acquire()
        self._done.acquire()
        self._thread = Thread(target=self._run, name="nnstudio-lane", daemon=True)
        self._thread.start()

    def start(self, work: Work) -> None:
        self._work = work
        self._go.release()

    def wait(self) -> None:
        self._done.acquire()
        error, self._error = self._error, None
        if error is not None:
            raise error

    def close(self) -> None:
        self._work = None
        self._go.release()
        self._thread.join()

    def _run(self) -> None:
        # The setting belongs to the thread; overflow is found by the engine's own checks.
        np.seterr(all="ignore")
        while True:
            self._go.acquire()
            if self._work is None:
                return
            try:
                self._work()
            except BaseException as error:
                self._error = error
            self._done.release()


class Crew:
    """Runs several pieces of work at once: the first in the caller's thread, the others in threads of its own."""

    def __init__(self, threads: int) -> None:
        self._threads = max(1, threads)
        self._hands: list[_Hand] = []

    def run(self, pieces: Sequence[Work]) -> None:
        """Do all pieces and return when the last one is done; with fewer threads than pieces, some follow others."""
        if self._threads == 1 or len(pieces) == 1:
            for piece in pieces:
                piece()
            return
        # Neighbours stay together: what a thread wrote in one call is in its cache for the next.
        count = min(self._threads, len(pieces))
        ends = [len(pieces) * number // count for number in range(count + 1)]
        shares = [pieces[start:end] for start, end in pairwise(ends)]
        while len(self._hands) < len(shares) - 1:
            self._hands.append(_Hand())
        busy = self._hands[: len(shares) - 1]
        for hand, share in zip(busy, shares[1:], strict=True):
            hand.start(lambda share=share: _do_all(share))  # type: ignore[misc]
        try:
            _do_all(shares[0])
        finally:
            errors = [error for hand in busy if (error := _error_of(hand))]
        if errors:
            raise errors[0]

    def close(self) -> None:
        """End the threads."""
        while self._hands:
            self._hands.pop().close()


def _do_all(pieces: Sequence[Work]) -> None:
    for piece in pieces:
        piece()


def _error_of(hand: _Hand) -> BaseException | None:
    try:
        hand.wait()
    except BaseException as error:
        return error
    return None
