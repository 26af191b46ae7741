"""Controls beside one another, which go on in a second line where there is no room for all of them."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.plots.flow import Flow


class Wrapping(QWidget):
    """As wide as there is room, and as high as its lines, but no less high than is said."""

    def __init__(self, gap: int, parent: QWidget, least: int = 1) -> None:
        super().__init__(parent)
        self._flow, self._least = Flow(self, gap), least
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, control: QWidget) -> None:
        """Put a control behind the others."""
        self._flow.addWidget(control)

    def show_least(self, height: int) -> None:
        """Be at least so high from now on."""
        self._least = height
        self._take_height()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._flow.widest(), self.height())

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
