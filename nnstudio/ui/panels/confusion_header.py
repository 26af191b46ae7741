"""What is chosen above the confusion: the part, matrix or classes, counts or shares."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnstudio.live.probes.roll import Roll
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.picture import Subject

MATRIX, CLASSES = 0, 1
PARTS = ("test", "validation", "train")


class ConfusionHeader(Header):
    """Tells which part is looked at, and how."""

    part_chosen = Signal()

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(subject, parent)
        self.part = Combo(self)
        self.part.setAccessibleName(self.tr("Part of the data"))
        words = {"train": self.tr("Training"), "validation": self.tr("Validation"), "test": self.tr("Test")}
        for part in PARTS:
            self.part.addItem(words[part], part)
        self.views = Segments((self.tr("Matrix"), self.tr("Classes")), self.tr("View"), self)
        self.counts = Segments((self.tr("Counts"), self.tr("Shares")), self.tr("What stands in the cells"), self)
        self.counts.button(1).setToolTip(self.tr("Percent of each class: every row adds up to 100"))
        for control in (self.part, self.views, self.counts):
            self.add(control)
        self.part.activated.connect(self._tell)

    @property
    def part_name(self) -> str:
        """The part that is chosen."""
        return str(self.part.currentData())

    def show_roll(self, roll: Roll) -> None:
        """Regression has no classes to look at."""
        for control in (self.part, self.views, self.counts):
            control.setEnabled(roll.classifies)

    def _tell(self, _: int) -> None:
        self.part_chosen.emit()
