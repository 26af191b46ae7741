"""Work that would make the window wait: done in a thread, its outcome handed over in the window's own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nnstudio.core.errors import StudioError

Done = Callable[[Any], None]
Failed = Callable[[StudioError], None]


@dataclass(frozen=True)
class _Outcome:
    future: "Future[Any]"
    done: Done
    failed: Failed


class Background(QObject):
    """Does one job after another in a thread. A user's mistake goes to `failed`; a bug is raised in the window."""

    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="files")
        self._waiting = 0
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._waiting > 0

    def run(self, job: Callable[[], Any], done: Done, failed: Failed) -> None:
        """Do a job that touches no widget; then call `done` with its result, or `failed`."""
        self._waiting += 1
        future = self._executor.submit(job)
        future.add_done_callback(lambda future: self._ended.emit(_Outcome(future, done, failed)))

    def close(self) -> None:
        """Let what was begun come to its end; what it would have told is not told any more."""
        self._ended.disconnect(self._deliver)
        self._executor.shutdown(wait=True)

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        self._waiting -= 1
        try:
            result = outcome.future.result()
        except StudioError as error:
            outcome.failed(error)
        else:
            outcome.done(result)
