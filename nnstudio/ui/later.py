"""A panel that is made when it is first seen, so that the window need not wait for what it may never show."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.ui.sizes import factor, follow, px

if TYPE_CHECKING:
    from nnstudio.ui.panels.live import LivePanel


ROOM = 170  # Pixels of height that a panel gets at least where letters are large.


# Not Generic: a Qt class with such a parent crashes when it is collected as garbage.
class Later(QWidget):
    """Holds the place of a live panel until then."""

    def __init__(self, make: "Callable[[QWidget], LivePanel]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make: Callable[[QWidget], LivePanel] | None = make
        self.content: LivePanel | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        follow(self._take_room)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.make()

    def _take_room(self) -> None:
        # Numbers at the axes of a plot take their room from what is drawn; better one scrolls.
        self.setMinimumHeight(px(ROOM) if factor() > 1 else 0)

    def make(self) -> None:
        """Make it now, though it may not be seen yet."""
        if self._make is not None:
            make, self._make = self._make, None
            self.content = make(self)
            self._column.addWidget(self.content)
