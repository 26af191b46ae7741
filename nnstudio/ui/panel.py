"""What every side panel is: it follows document and selection, and costs nothing while it is hidden."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection


class Panel(QWidget):
    """Calls `refresh` whenever there is something new to show; a hidden panel waits until it is seen."""

    def __init__(self, document: Document, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.selection = document, selection
        self._stale = False
        document.project_changed.connect(self._follow)
        selection.selection_changed.connect(self._follow)

    def refresh(self) -> None:
        """Show the present state."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
