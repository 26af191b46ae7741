"""A panel that scrolls where large letters leave it too little room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from nnstudio.ui.sizes import factor

ENOUGH = 320  # Pixels of width that a panel has at least where it wants so many.


class Scrolled(QScrollArea):
    """Asks for no more room than the panel needs with usual letters, so that no window outgrows its screen."""

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint()

    def minimumSizeHint(self) -> QSize:
        least, larger = self._least, max(factor(), 1.0)
        wide = max(round(least.width() / larger), min(least.width(), ENOUGH))
        return QSize(wide, round(least.height() / larger))

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
        said, hint = self._panel.minimumSize(), self._panel.minimumSizeHint()
        return QSize(said.width() or hint.width(), said.height() or hint.height())

    def _fill(self) -> None:
        # The area's own way of doing this makes a panel as high as its words would like to be, and scrolls too early.
        self._panel.resize(self.viewport().size().expandedTo(self._least))
