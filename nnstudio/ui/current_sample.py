"""The sample that cards and panels show on its way through the network."""

from PySide6.QtCore import QObject, Signal


class CurrentSample(QObject):
    """A number in the data, chosen in one place and followed everywhere."""

    changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number = 0

    def choose(self, number: int) -> None:
        """Show another sample."""
        if number != self.number:
            self.number = number
            self.changed.emit(number)
