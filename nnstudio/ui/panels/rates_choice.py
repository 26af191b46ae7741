"""The chosen lane: what it came to, and what can be made of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from nnstudio.ui.labels import Name
from nnstudio.ui.theme import GAP


class LaneChoice(QWidget):
    """A line of words and buttons; hidden while nothing is chosen."""

    rate_asked = Signal()
    """Use the rate of the chosen lane, no more."""
    lane_asked = Signal()
    """Take over the chosen lane with its weights."""
    measure_asked = Signal()
    """Measure the curvature where the lane stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Name("", self)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.use_rate = self._button(self.tr("Use this rate"), self.tr("Train the model with this learning rate"))
        self.use_lane = self._button(
            self.tr("Make this lane the model"),
            self.tr("Take over its weights, its history and its learning rate; it can be undone"),
        )
        self.measure = self._button(
            self.tr("Measure 2/λmax here"), self.tr("Measure the largest curvature where this lane stands now")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 0, GAP, GAP // 2)
        row.setSpacing(GAP)
        row.addWidget(self.words, 1)
        for button in (self.measure, self.use_rate, self.use_lane):
            row.addWidget(button)
        self.use_rate.clicked.connect(self.rate_asked)
        self.use_lane.clicked.connect(self.lane_asked)
        self.measure.clicked.connect(self.measure_asked)
        self.hide()

    def say(self, words: str, lane: bool, keepable: bool = True) -> None:
        """Tell of a lane, or of a suggested rate, which has no weights."""
        self.words.setText(words)
        self.use_lane.setVisible(lane)
        self.measure.setVisible(lane)
        self.use_lane.setEnabled(keepable)
        self.show()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        return button
