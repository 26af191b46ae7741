"""The docks: which panel stands where, how large, and how their arrangement is kept from one start to the next."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QSettings, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

Area = Qt.DockWidgetArea
ARRANGEMENT = 2  # Its version; one of another is not restored.
SMALL = QSize(900, 560)  # In a smaller window only what is needed to build has room at first.
NEEDED = "palette"
LEFT, RIGHT, LOW = 208, 296, 216  # Their widths and the height of the lower row at first.
WIDE, SLIM = 3, 2  # How the lower row is shared.


@dataclass(frozen=True)
class Place:
    """A panel and the side of the window that it stands at. Those of one `stack` lie over one another, with tabs."""

    title: str
    panel: QWidget
    area: Area
    stack: str = ""


class Docks(QObject):
    """Puts panels around a window's middle."""

    def __init__(self, window: QMainWindow, places: Mapping[str, Place]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = {name: self._dock(name, place) for name, place in places.items()}
        self._places = places
        self._fronts: dict[str, QDockWidget] = {}  # Of those that lie over one another, the first.
        self._put_in_place()

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def actions(self) -> list[QAction]:
        """For a menu: show and hide each of them."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def show(self, name: str) -> None:
        """Bring a panel into sight, from behind another too."""
        self._docks[name].show()
        self._docks[name].raise_()

    def in_sight(self, name: str) -> bool:
        """Whether a panel can be seen now: neither hidden nor behind another."""
        # The dock is asked, which has a title; a panel may be covered by what is in it.
        return not self._docks[name].visibleRegion().isEmpty()

    def arrange(self) -> None:
        """Everything where it stands at first."""
        self._put_in_place()
        self.make_room(self._window.size())
        self.share_out()

    def make_room(self, size: QSize) -> None:
        """Show all panels, or leave the canvas enough room in a window that is, or will be, small."""
        small = size.width() < SMALL.width() or size.height() < SMALL.height()
        for name, dock in self._docks.items():
            dock.setVisible(name == NEEDED or not small)
        for dock in self._fronts.values():
            dock.raise_()

    def share_out(self) -> None:
        """Give every dock its width and height; Qt heeds this only once the window has its size."""
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        for area, size in ((Area.LeftDockWidgetArea, LEFT), (Area.RightDockWidgetArea, RIGHT)):
            docks = self._at(area)
            self._window.resizeDocks(docks, [size] * len(docks), across)
        low = self._at(Area.BottomDockWidgetArea)
        self._window.resizeDocks(low, [LOW] * len(low), down)
        shares = [SLIM if not self._places[dock.objectName()].stack else WIDE for dock in low]
        self._window.resizeDocks(low, [share * self._window.width() // (WIDE + SLIM) for share in shares], across)
        for tabs in self._window.findChildren(QTabBar):
            tabs.setAccessibleName(self.tr("Panels in one place"))

    def keep(self, settings: QSettings) -> None:
        """Remember where the window and its docks are."""
        settings.setValue("geometry", self._window.saveGeometry())
        settings.setValue("arrangement", self._window.saveState(ARRANGEMENT))

    def restore(self, settings: QSettings) -> bool:
        """Bring the window and its docks where they were; False where nothing is remembered."""
        geometry, arrangement = settings.value("geometry"), settings.value("arrangement")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        return isinstance(arrangement, QByteArray) and self._window.restoreState(arrangement, ARRANGEMENT)

    def _put_in_place(self) -> None:
        for name, place in self._places.items():
            dock = self._docks[name]
            dock.setFloating(False)
            self._window.addDockWidget(place.area, dock)
            front = self._fronts.setdefault(place.stack, dock) if place.stack else dock
            if front is not dock:
                self._window.tabifyDockWidget(front, dock)

    def _at(self, area: Area) -> list[QDockWidget]:
        return [self._docks[name] for name, place in self._places.items() if place.area is area]

    def _dock(self, name: str, place: Place) -> QDockWidget:
        dock = QDockWidget(place.title, self._window)
        dock.setObjectName(name)
        dock.setAccessibleName(place.title)
        dock.setWidget(place.panel)
        return dock
