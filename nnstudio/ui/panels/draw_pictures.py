"""Where pictures for the pad come from: a file, the clipboard, the data set."""

from random import Random

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnstudio.live.known import State
from nnstudio.ui.current_sample import CurrentSample
from nnstudio.ui.panels.draw_tools import ToolButton
from nnstudio.ui.run import Run


class PictureTools(QWidget):
    """Buttons in the panel's header."""

    sample_asked = Signal(int)
    """The number of a sample that is to lie on the pad."""

    def __init__(self, sample: CurrentSample, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample, self._run, self._random = sample, run, Random()
        self.open = ToolButton("open", self.tr("Open a picture file…"), self)
        self.paste = ToolButton("paste", self.tr("Paste a picture (Ctrl+V)"), self)
        self.sample = ToolButton("sample", self.tr("Take the current sample of the data"), self)
        self.any = ToolButton("random", self.tr("Take any sample of the data"), self)
        self.many = ToolButton("pictures", self.tr("Classify many pictures, such as a folder of them…"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.open, self.paste, self.sample, self.any, self.many):
            row.addWidget(button)
        self.sample.clicked.connect(self._take)
        self.any.clicked.connect(self._take_any)

    def refresh(self) -> None:
        """There may be other data, or none."""
        there = self._run.known.ready is not None and self._run.state is not State.FAILED
        self.sample.setEnabled(there)
        self.any.setEnabled(there)

    def _take(self) -> None:
        self.sample_asked.emit(self._sample.number)

    def _take_any(self) -> None:
        ready = self._run.known.ready
        count = sum(ready.samples.values()) if ready else 0
        if count:
            self._sample.choose(self._random.randrange(count))
            self.sample_asked.emit(self._sample.number)
