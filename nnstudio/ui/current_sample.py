"""The sample that cards and panels show on its way through the network."""

from PySide6.QtCore import QObject, Signal

from nnstudio.live.probes.activations import Answer
from nnstudio.live.probes.base import Probe


class CurrentSample(QObject):
    """A number in the data, chosen in one place and followed everywhere; or a drawing, as long as one draws."""

    changed = Signal(int)
    question_changed = Signal()
    """Cards are to show something else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number = 0
        self._drawn: Probe | None = None

    @property
    def drawn(self) -> bool:
        """Whether a drawing is looked at."""
        return self._drawn is not None

    @property
    def question(self) -> Probe:
        """What to ask the network: the sample of that number, or the drawing that is looked at in its place."""
        return self._drawn or Answer(self.number)

    def choose(self, number: int) -> None:
        """Show another sample."""
        if number != self.number:
            self.number, self._drawn = number, None
            self.changed.emit(number)
            self.question_changed.emit()

    def hold(self, drawn: Probe | None) -> None:
        """Show a drawing, by the question about it; None: the sample again."""
        if drawn != self._drawn:
            self._drawn = drawn
            self.question_changed.emit()
