"""What is where in Draw & classify: pad and answer side by side, below them stages, label and test cases."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnstudio.classify.stages import Centre, Crop, Invert, Normalise, Scale
from nnstudio.ui.drawing import Drawing
from nnstudio.ui.panels.draw_answer import Answer, Bars
from nnstudio.ui.panels.draw_cases import CaseStrip
from nnstudio.ui.panels.draw_label import Labelling
from nnstudio.ui.panels.draw_pad import Pad
from nnstudio.ui.panels.draw_stages import Stages
from nnstudio.ui.panels.draw_tools import DrawTools
from nnstudio.ui.panels.draw_why import WhyView
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.sizes import factor, follow
from nnstudio.ui.theme import GAP

PROBABILITIES, WHY = 0, 1
KNOWN = (Crop, Invert, Scale, Centre, Normalise)


class _Inside(QWidget):
    """Is scrolled only where it is lower than it can be, not already where it is lower than it would like to be."""

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return -1 if layout is None else layout.minimumHeightForWidth(width)


class DrawBody(QScrollArea):
    """All widgets in their places; what they do is the panel's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = self.inside = _Inside(self)
        self.drawing = Drawing(self)
        self.pad = Pad(self.drawing, inside)
        self.tools = DrawTools(self.pad, inside)
        self.answer, self.bars, self.why = Answer(inside), Bars(inside), WhyView(inside)
        names = self.tr("Probabilities"), self.tr("Why?")
        self.views = Segments(names, self.tr("What is shown of the answer"), inside)
        self.views.button(WHY).setToolTip(self.tr("Show what speaks for the answer, and what against it"))
        self.stages = Stages([(each.key, each.title, each.says) for each in KNOWN], inside)
        self.label, self.cases = Labelling(inside), CaseStrip(inside)
        self.view = QStackedWidget(inside)
        self.view.addWidget(self.bars)
        self.view.addWidget(self.why)
        self._arrange()
        self.views.chosen.connect(self.view.setCurrentIndex)

    def show_view(self, number: int) -> None:
        """Show the probabilities, or why."""
        self.views.button(number).setChecked(True)
        self.view.setCurrentIndex(number)

    def _choose_bar(self) -> None:
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAsNeeded if factor() > 1 else policy.ScrollBarAlwaysOff)

    def _arrange(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        follow(self._choose_bar)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left, right, top = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        for column, share in ((left, 6), (right, 5)):
            column.setSpacing(GAP)
            top.addLayout(column, share)
        top.setSpacing(2 * GAP)
        left.addWidget(self.pad, 1000)
        left.addWidget(self.tools)
        left.addStretch()
        right.addWidget(self.answer)
        right.addWidget(self.views, 0, Qt.AlignmentFlag.AlignHCenter)
        right.addWidget(self.view, 1)
        column = QVBoxLayout(self.inside)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addLayout(top, 1)
        for widget in (self.stages, self.label, self.cases):
            column.addWidget(widget)
        self.setWidget(self.inside)
