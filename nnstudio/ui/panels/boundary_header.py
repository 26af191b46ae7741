"""The controls of the decision boundary: what is shown, how, and which points a click adds."""

from PySide6.QtWidgets import QCheckBox, QLabel, QToolButton, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.class_picker import ClassPicker
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.picture import Subject
from nnstudio.ui.sizes import follow_font


class BoundaryHeader(Header):
    """`back` leads from a unit that was pinned to the output."""

    def __init__(self, subject: Subject, parent: QWidget) -> None:
        super().__init__(subject, parent)
        self.what = QLabel(self.tr("Output"))
        follow_font(self.what, SMALLER)
        self.back = QToolButton()
        self.back.setText("×")
        self.back.setToolTip(self.tr("Show the output again"))
        self.back.setAccessibleName(self.back.toolTip())
        self.back.setStyleSheet("padding: 0 4px;")
        self.sharp = self._check(self.tr("Discretise"), self.tr("Show decisions only, without shades between them"))
        self.kept_back = self._check(self.tr("Kept back"), self.tr("Show validation and test samples as rings"))
        self.picker = ClassPicker()
        for control in (self.what, self.back, self.sharp, self.kept_back, self.picker):
            self.add(control)
        self.back.hide()

    def show_controls(self, shown: bool, plane: bool, pinned: bool) -> None:
        """Show the controls, or hide them while there is nothing to control."""
        for control in (self.what, self.sharp, self.kept_back, self.picker):
            control.setVisible(shown)
        self.sharp.setEnabled(plane)
        self.back.setVisible(shown and pinned)

    def _check(self, words: str, tip: str) -> QCheckBox:
        check = QCheckBox(words)
        follow_font(check, SMALLER)
        check.setToolTip(tip)
        check.setAccessibleDescription(tip)
        return check
