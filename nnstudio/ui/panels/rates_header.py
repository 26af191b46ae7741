"""The head of the rates panel: what is tried, the button that starts it, and how it is drawn."""

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from nnstudio.core.rules import Whole
from nnstudio.ui.forms.typed import WholeEditor
from nnstudio.ui.objection import Objection
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.picture import Subject
from nnstudio.ui.plots.smoothing_slider import SmoothingSlider
from nnstudio.ui.sizes import follow, follow_words

SMOOTHING = 0.9
FIELD = 64
LETTERS = 8  # Of the start button, so that it is as wide when it says something else.


class View(IntEnum):
    """What is tried, in the order of the buttons."""

    LANES = 0
    RANGE = 1


class RatesHeader(Header):
    """Controls at the left, saving at the right."""

    def __init__(self, subject: Subject, parent: QWidget) -> None:
        super().__init__(subject, parent)
        self.view = Segments((self.tr("Lanes"), self.tr("Range test")), self.tr("What is tried"), self)
        self.start = self._button(self.tr("Start"))
        follow_words(self.start.setMinimumWidth, "x" * LETTERS, beside=24)
        self.clear = self._button(self.tr("Clear"), self.tr("Forget the lanes and the range test"))
        self.epochs = WholeEditor(Whole(1, 10_000, ""), live=False, parent=self)
        follow(self.epochs.setFixedWidth, FIELD)
        help = self.tr("How often each lane passes through the data")
        self.epochs.name_controls(self.tr("Epochs of the lanes"), help)
        Objection(self.epochs, self.tr("Epochs"))
        self.smoothing = SmoothingSlider(self)
        self.smoothing.smoothing = SMOOTHING
        for control in (self.view, self.start, self.clear):
            self.add(control)
        self.add(self.epochs, self.tr("Epochs"))
        self.add(self.smoothing, self.tr("Smoothing"))

    @property
    def tries_range(self) -> bool:
        """Whether the range test is in sight."""
        return self.view.current == View.RANGE

    def show_start(self, text: str, going: bool) -> None:
        """What the button does now."""
        if text != self.start.text():
            self.start.setText(text)
            self.start.setAccessibleName(text)
        state = "going" if going else "yes"
        if self.start.property("primary") != state:
            self.start.setProperty("primary", state)
            # The style sheet looks at the property only when it is told to.
            self.start.style().unpolish(self.start)
            self.start.style().polish(self.start)

    def _button(self, text: str, tip: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
