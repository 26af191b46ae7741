"""The map of the decision with the small pictures of all units beside or below it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from nnstudio.ui.panels.decision_map import DecisionMap
from nnstudio.ui.panels.plane import UnitLayer
from nnstudio.ui.panels.unit_pictures import UnitPictures
from nnstudio.ui.sizes import factor, follow, px, px_size
from nnstudio.ui.theme import GAP

AROUND = QSize(148, 70)  # Pixels that axes, bar and legend of the map take, roughly.
LOWEST = 270  # Pixels of height, where letters are large.
WORTH = 4.5  # So many pixels of the map is one of a small picture worth.
MOST = 0.5  # Of the width or height, for the small pictures.


class PlaneView(QWidget):
    """Shares its room so that map and pictures are large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map, self.units = DecisionMap(parent=self), UnitPictures(self)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        follow(self._take_room)

    def show_layers(self, layers: Sequence[UnitLayer]) -> None:
        """Show the units of these layers; without any, the map has all the room."""
        self.units.show_layers(layers)
        self.units.setVisible(bool(layers))
        self._share_out()

    def pictured(self) -> list[QWidget]:
        """What belongs into a picture."""
        return [self.map] if self.units.isHidden() else [self.units, self.map]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _take_room(self) -> None:
        # Large numbers at the axes need a map that is large enough for them.
        self.setMinimumHeight(px(LOWEST) if factor() > 1 else 0)

    def _share_out(self) -> None:
        room = self.size()
        if self.units.isHidden():
            self.map.setGeometry(self.rect())
            return
        _, size = max(self.units.sizes(room - QSize(0, GAP)), key=self._worth)
        if size.width() < room.width():
            wide = min(size.width(), round(room.width() * MOST))
            self.units.setGeometry(0, GAP // 2, wide, room.height() - GAP)
            self.map.setGeometry(wide, 0, room.width() - wide, room.height())
        else:
            low = min(size.height(), round(room.height() * MOST))
            high = min(room.height() - low - GAP, room.width() - px(AROUND.width() - AROUND.height()))
            self.map.setGeometry(0, 0, room.width(), high)
            self.units.setGeometry(0, high + GAP // 2, room.width(), low)

    def _worth(self, choice: tuple[int, QSize]) -> float:
        """How large the map will be, which matters most, and the small pictures."""
        (side, size), room = choice, self.size()
        beside = size.width() < room.width()
        taken = QSize(size.width(), 0) if beside else QSize(0, size.height())
        left = room - taken - px_size(AROUND.width(), AROUND.height())
        return min(left.width(), left.height()) + WORTH * side
