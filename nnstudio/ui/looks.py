"""Looks: how often the window looks for what it is told, so that a slow computer has time left for the training."""

from PySide6.QtCore import QObject, QTimer

from nnstudio.preferences import Preferences

QUICK = 33  # Milliseconds, while nothing learns: somebody waits for an answer.
LONG = 100  # Who is to wait longer than that is not kept waiting for an answer too:
SOON = 10  # so many looks after a question are quick.


class Looks(QTimer):
    """Quick while a hand plays with what stands still; as often as the user wishes while it learns."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._learning, self._soon = False, 0
        self.timeout.connect(self._count)
        self.set_rate(Preferences().refresh_rate)

    def set_rate(self, rate: int) -> None:
        """Look so many times a second while it learns."""
        self._calm = round(1000 / rate)
        self._set_pace()

    def follow(self, learning: bool) -> None:
        """Whether it learns now."""
        self._learning = learning
        self._set_pace()

    def begin(self) -> None:
        """Something was asked, so that there will be an answer."""
        self._soon = SOON if self._calm > LONG else 0
        self._set_pace()
        if not self.isActive():
            self.start()

    def _set_pace(self) -> None:
        quick = min(QUICK, self._calm)
        wanted = self._calm if self._learning and not self._soon else quick
        # Set anew, it would begin to wait anew.
        if wanted != self.interval():
            self.setInterval(wanted)

    def _count(self) -> None:
        if self._soon:
            self._soon -= 1
            self._set_pace()
