"""The right class of a drawing, and what is done with both: kept as a test case, or added to the data."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.ui.forms.controls import Combo


class Labelling(QWidget):
    """Proposes the network's answer until the user says otherwise."""

    save_asked = Signal(int)
    add_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = False
        words = QLabel(self.tr("This is"), self)
        self.label = Combo(self)
        self.label.setAccessibleName(self.tr("Right class of the drawing"))
        words.setBuddy(self.label)
        self.save = QPushButton(self.tr("Save as test case"), self)
        self.save.setToolTip(self.tr("Keep what the network reads, with its right class, in a folder of yours"))
        self.add = QPushButton(self.tr("Add to the data"), self)
        self.add.setToolTip(self.tr("Let the network learn this drawing as well"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(words)
        row.addWidget(self.label, 1)
        row.addWidget(self.save)
        row.addWidget(self.add)
        self.label.activated.connect(self._say)
        self.save.clicked.connect(self._ask_to_save)
        self.add.clicked.connect(self._ask_to_add)

    def show_names(self, names: Sequence[str]) -> None:
        """The classes there are."""
        if [self.label.itemText(place) for place in range(self.label.count())] != list(names):
            self.label.clear()
            self.label.addItems(list(names))

    def propose(self, number: int) -> None:
        """What the network takes it for, as long as nobody has said what it is."""
        if not self._said:
            self.label.setCurrentIndex(number)

    def know(self, number: int) -> None:
        """What it is, as the data says."""
        self._said = True
        self.label.setCurrentIndex(number)

    def forget(self) -> None:
        """Another drawing."""
        self._said = False

    def enable(self, possible: bool) -> None:
        """Whether there is anything to keep."""
        for control in (self.label, self.save, self.add):
            control.setEnabled(possible)

    def _say(self, _: int) -> None:
        self._said = True

    def _ask_to_save(self) -> None:
        self.save_asked.emit(self.label.currentIndex())

    def _ask_to_add(self) -> None:
        self.add_asked.emit(self.label.currentIndex())
