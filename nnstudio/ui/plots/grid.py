"""The faint lines behind everything, and the edge around it."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.plots.axis import Axis
from nnstudio.ui.plots.layer import Layer


class Grid(Layer):
    """Lines from the numbers of both axes."""

    def __init__(self, across: Axis, up: Axis) -> None:
        super().__init__(level=-10)
        self._across, self._up = across, up
        self.lined = True
        self.marked = False

    def mark(self, marked: bool) -> None:
        """Show, or not, that the keys go here."""
        self.marked = marked
        self.update()

    def draw(self, painter: QPainter) -> None:
        frame = self.frame
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.lined:
            painter.setPen(QPen(self.theme.color("grid"), 1))
            painter.drawLines(self._lines())
        painter.setPen(QPen(self.theme.color("accent" if self.marked else "border"), 1))
        painter.drawRect(QRectF(0, 0, frame.width - 1, frame.height - 1))

    def _lines(self) -> Sequence[QLineF]:
        frame = self.frame
        # The axes' own coordinates: logarithms are there already.
        across, down = frame.width / (frame.right - frame.left), frame.height / (frame.top - frame.bottom)
        upright = [(each - frame.left) * across for each in self._across.lines(frame.width)]
        level = [(frame.top - each) * down for each in self._up.lines(frame.height)]
        return [QLineF(x, 0, x, frame.height) for x in upright] + [QLineF(0, y, frame.width, y) for y in level]
