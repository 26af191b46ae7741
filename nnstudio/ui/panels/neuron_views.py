"""The four views of a neuron and its numbers: two squares, and the curves beneath."""

from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from nnstudio.ui.labels import SMALLER, Formula
from nnstudio.ui.panels.input_space import InputSpace
from nnstudio.ui.panels.weight_space import WeightSpace
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP

UNLIMITED, OVER, LOWEST = 16_777_215, 26, 120  # Pixels; a square's axes take more room across than up.
TALL = 1.7  # So many times as high as wide, and all views stand below one another.


class NeuronViews(QWidget):
    """Side by side, or one below the other where there is more height."""

    def __init__(self, inputs: InputSpace, weights: WeightSpace, course: Plot, error: Plot) -> None:
        super().__init__()
        self._inputs, self._weights, self._course, self._error = inputs, weights, course, error
        self.numbers = Formula()
        follow_font(self.numbers, SMALLER, columns=True)
        self.numbers.setAccessibleName(self.tr("Weights and cost"))
        self.numbers.setContentsMargins(GAP, GAP // 2, GAP, 0)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._grid = QGridLayout()
        self._grid.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.numbers)
        column.addLayout(self._grid, 1)
        self._tall: bool | None = None
        self._place()

    def pictured(self) -> list[QWidget]:
        """All four."""
        return [self._inputs.currentWidget(), self._weights, self._course, self._error]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        tall = self.height() > TALL * self.width()
        # No higher than the squares need: what is left is for the curves.
        most = UNLIMITED if tall else max(self.width() // 2 - px(OVER), px(LOWEST))
        self._inputs.setMaximumHeight(most)
        self._weights.setMaximumHeight(most)
        if tall == self._tall:
            return
        self._tall = tall
        for number, view in enumerate((self._inputs, self._weights, self._course, self._error)):
            self._grid.addWidget(view, *((number, 0) if tall else divmod(number, 2)))
        for row, stretch in enumerate((3, 3, 2, 2) if tall else (3, 2, 0, 0)):
            self._grid.setRowStretch(row, stretch)
        for column, stretch in enumerate((1, 0) if tall else (1, 1)):
            self._grid.setColumnStretch(column, stretch)
