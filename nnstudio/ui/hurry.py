"""Hurry: looks for an answer every few milliseconds while somebody's hand waits for it."""

from PySide6.QtCore import QObject, QTimer

from nnstudio.ui.run import Run

EVERY = 3  # Milliseconds between two looks; a run by itself looks 30 times a second.
LONGEST = 250  # Milliseconds; then the run's own pace will do.


class Hurry(QObject):
    """Rests until it is wanted, and again as soon as the answer is there."""

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run, self._left = run, 0
        self._tick = QTimer(self, interval=EVERY)
        self._tick.timeout.connect(self._look)

    @property
    def waiting(self) -> bool:
        """Whether an answer is awaited."""
        return self._tick.isActive()

    def begin(self) -> None:
        """An answer is wanted now."""
        self._left = LONGEST // EVERY
        self._tick.start()

    def end(self) -> None:
        """It is there, or nobody waits any more."""
        self._tick.stop()

    def _look(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.end()
        self._run.look()
