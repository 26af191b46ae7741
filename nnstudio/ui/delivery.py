"""Delivery: hands on what probes found one by one, so that no two panels paint in one breath."""

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.live.messages import Seen

APART = 6  # Milliseconds between two panels: keys and clicks come in between.
GREW = ""  # The key of the turn in which curves grow.


class Delivery(QObject):
    """Keeps the latest of each key until it is its turn."""

    seen = Signal(str, object)
    grew = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: dict[str, Seen | None] = {}
        self._turn = QTimer(self, interval=APART)
        self._turn.timeout.connect(self._hand_on)

    def put(self, seen: Seen) -> None:
        """Something was seen."""
        self._waiting[seen.key] = seen

    def grow(self) -> None:
        """There are new batches, or the training stands elsewhere."""
        self._waiting[GREW] = None

    def begin(self, apart: bool) -> None:
        """Hand on what is waiting: one after another, or all at once."""
        if apart and self._waiting and not self._turn.isActive():
            self._hand_on()
            self._turn.start()
        while not apart and self._waiting:
            self._hand_on()

    def clear(self) -> None:
        """What is waiting belongs to another run."""
        self._waiting.clear()

    def _hand_on(self) -> None:
        if not self._waiting:
            self._turn.stop()
            return
        key = next(iter(self._waiting))
        seen = self._waiting.pop(key)
        if seen is None:
            self.grew.emit()
        else:
            self.seen.emit(key, seen)
