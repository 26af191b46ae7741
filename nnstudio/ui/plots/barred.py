"""A plot with a bar of colours right beside it."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.ui.plots.colour_bar import ColourBar
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.theme import GAP


class Barred(QWidget):
    """The bar stands over the room that the plot leaves at its right, as high as the inside."""

    def __init__(self, plot: Plot, bar: ColourBar, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.title = plot.title
        self.plot, self.bar = plot, bar
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(plot)
        plot.axes.leave_room(bar.sizeHint().width() + GAP)
        bar.setParent(plot.axes)
        self.setFocusProxy(plot)
        plot.frame_changed.connect(self._place_bar)

    def pictured(self) -> list[QWidget]:
        """What belongs into a picture: the bar is a part of the plot."""
        return [self.plot]

    def show_bar(self, shown: bool) -> None:
        """Show the bar, or give its room to the plot."""
        self.bar.setVisible(shown)
        self.plot.axes.leave_room(self.bar.sizeHint().width() + GAP if shown else 0)

    def _place_bar(self) -> None:
        inside = self.plot.axes.room()
        self.bar.move(QPoint(inside.right() + 3 * GAP // 2, inside.top() - GAP))
        self.bar.resize(QSize(self.bar.sizeHint().width(), inside.height() + 2 * GAP))
