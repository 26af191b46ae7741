"""Controls beside one another, which go on in a second line where there is no room for all of them."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.plots.flow import Flow
from nnstudio.ui.sizes import factor


class Wrapping(QWidget):
    """As wide as there is room, and as high as its lines. What `lines_up` wants one line where letters are usual."""

    def __init__(self, gap: int, parent: QWidget, lines_up: bool = False) -> None:
        super().__init__(parent)
        self._flow, self._least, self._lines_up = Flow(self, gap), 1, lines_up
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, control: QWidget) -> None:
        """Put a control behind the others."""
        self._flow.addWidget(control)

    def show_least(self, height: int) -> None:
        """Be at least so high from now on."""
        self._least = height
        self._take_height()

    def minimumSizeHint(self) -> QSize:
        line = round(self._flow.narrowest() / max(factor(), 1.0)) if self._lines_up else 0
        return QSize(max(self._flow.widest(), line), self.height())

    def event(self, event: QEvent) -> bool:
        # A control was shown, hidden, or has grown.
        if event.type() is QEvent.Type.LayoutRequest:
            self._take_height()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_height()

    def _take_height(self) -> None:
        self.setFixedHeight(max(self._flow.heightForWidth(self.width()), self._least))
