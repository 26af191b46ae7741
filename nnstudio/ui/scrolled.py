"""A panel that scrolls where large letters leave it too little room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnstudio.ui.sizes import factor, follow

ENOUGH = 320  # Pixels of width that a panel has at least where it wants so many.


class Scrolled(QWidget):
    """Holds a panel. Only while letters are large it is in a scroll area, which takes its time to be made."""

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._area: Area | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(panel)
        follow(self._take_size)

    def _take_size(self) -> None:
        if factor() > 1 and self._area is None:
            self._area = Area(self._panel, self)
            self._column.addWidget(self._area)
        elif factor() <= 1 and self._area is not None:
            area, self._area = self._area, None
            area.takeWidget()
            self._column.removeWidget(area)
            area.hide()
            area.deleteLater()
            self._column.addWidget(self._panel)
            self._panel.show()


class Area(QScrollArea):
    """Asks for no more room than the panel needs with usual letters, so that no window outgrows its screen."""

    def __init__(self, panel: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = panel
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint()

    def minimumSizeHint(self) -> QSize:
        least = self._least
        wide = max(round(least.width() / factor()), min(least.width(), ENOUGH))
        return QSize(wide, round(least.height() / factor()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._panel and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._fill()
        return super().eventFilter(watched, event)

    @property
    def _least(self) -> QSize:
        return self._panel.minimumSizeHint().expandedTo(self._panel.minimumSize())

    def _fill(self) -> None:
        # The area's own way of doing this makes a panel as high as its words would like to be, and scrolls too early.
        self._panel.resize(self.viewport().size().expandedTo(self._least))
