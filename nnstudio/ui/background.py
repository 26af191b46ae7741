"""Work that would make the window wait: done in a thread, its outcome handed over in the window's own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from nnstudio.core.errors import StudioError

Done = Callable[[Any], object]
Failed = Callable[[StudioError], object]
A_BUG = "This is a bug in nnstudio: {}. Try it again, or under another name."


class Background(QObject):
    """Does one job after another in a thread. A mistake of the user goes to `failed`; a bug too, and is raised here.
    Whoever is gone by then is not told.

    Jobs hold plain values only: what a thread lets go of last is destroyed there, which no widget survives. That is
    also why whom to tell stays here, under a number, and never goes through the thread.
    """

    _ended = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="files")
        self._waiting: dict[int, tuple[Done, Failed]] = {}
        self._count = 0
        self._closed = False
        self._closing = threading.Lock()
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._waiting)

    def run(self, job: Callable[[], Any], done: Done, failed: Failed) -> None:
        """Do a job that touches no widget; then call `done` with its result, or `failed`."""
        if self._closed:
            return
        self._count += 1
        self._waiting[self._count] = done, failed
        self._executor.submit(job).add_done_callback(partial(self._hand_over, self._count))

    def close(self, last: Callable[[], object] | None = None, wait: bool = False) -> None:
        """Let what was begun come to its end, then a last job; what they would have told is not told any more."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self._waiting.clear()
        if last is not None:
            self._executor.submit(last)
        self._executor.shutdown(wait=wait)

    def _hand_over(self, number: int, future: "Future[Any]") -> None:
        """In the thread: once this object is closed it may be gone, and must not be touched."""
        with self._closing:
            if not self._closed:
                self._ended.emit(number, future)

    @Slot(int, object)
    def _deliver(self, number: int, future: "Future[Any]") -> None:
        if number not in self._waiting:
            return
        done, failed = self._waiting.pop(number)
        try:
            result = future.result()
        except StudioError as error:
            _tell(failed, error)
        except Exception as bug:
            _tell(failed, StudioError(A_BUG.format(bug)))
            raise
        else:
            _tell(done, result)


def _tell(whom: Callable[[Any], object], what: object) -> None:
    """Tell it, unless it is a method of a widget that is gone, such as a dialog that was closed meanwhile."""
    owner = getattr(whom.func if isinstance(whom, partial) else whom, "__self__", None)
    if not isinstance(owner, QObject) or isValid(owner):
        whom(what)
