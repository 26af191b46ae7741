"""The docks: which panel stands where, how large, in which perspective, and how that is kept for the next start."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QWidget

from nnstudio.ui.panel_dock import PanelDock, TabTips
from nnstudio.ui.panel_tabs import PanelTabs
from nnstudio.ui.scrolled import Scrolled
from nnstudio.ui.sizes import factor, follow, px

Area = Qt.DockWidgetArea
ARRANGEMENT = 3  # Its version; one of another is not restored.
SMALL = QSize(900, 560)  # In a smaller window only what is needed to build has room at first.
NEEDED = "palette"
WIDEST, HIGHEST = 0.42, 0.42  # Of the window, where letters are large.
LEFT, RIGHT, LOW = 208, 296, 216  # Their widths and the height of the lower row at first.


@dataclass(frozen=True)
class Place:
    """A panel and the side of the window that it stands at. Those of one `stack` lie over one another, with tabs."""

    title: str
    panel: QWidget
    area: Area
    stack: str = ""
    about: str = ""
    """What it is for, where it has no card in the help."""


@dataclass(frozen=True)
class Perspective:
    """Which panels are in sight at first, the front one of each stack first, and how much room they get."""

    title: str
    panels: tuple[str, ...]
    right: int = RIGHT
    low: int = LOW
    shares: tuple[int, ...] = (3, 2)
    """How those of the lower row share its width."""
    high: bool = False
    """Whether those at the right reach down to the bottom, beside the lower row."""


class Docks(QObject):
    """Puts panels around a window's middle."""

    changed = Signal(str)
    """The name of the perspective that is shown now."""

    def __init__(
        self, window: QMainWindow, places: Mapping[str, Place], perspectives: Mapping[str, Perspective]
    ) -> None:
        super().__init__(window)
        self._window, self._tips = window, TabTips(window)
        PanelTabs(window)
        self.perspectives = perspectives
        self.perspective = next(iter(perspectives))
        self._left: dict[str, QByteArray] = {}  # How other perspectives were left.
        self._docks = {name: self._dock(name, place) for name, place in places.items()}
        self._places = places
        self._fronts: dict[str, QDockWidget] = {}  # Of those that lie over one another, the first.
        self._put_in_place()
        for name, dock in self._docks.items():
            # Before the window is shown: what is not seen at first need not be made.
            dock.setVisible(name in self.perspectives[self.perspective].panels)
        self._factor = factor()
        follow(self._grow)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def actions(self) -> list[QAction]:
        """For a menu: show and hide each of them."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def show(self, name: str, width: int = 0) -> None:
        """Bring a panel into sight, from behind another too; as wide as it needs to be."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()
        if dock.width() < width:
            self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)

    def detach(self) -> None:
        """Make a window of the panel that has the keys, or bring it back; the keys stay with it."""
        focus = QApplication.focusWidget()
        dock = next((each for each in self._docks.values() if focus is not None and each.isAncestorOf(focus)), None)
        if dock is not None and focus is not None:
            dock.setFloating(not dock.isFloating())
            dock.activateWindow()
            focus.setFocus()

    def in_sight(self, name: str) -> bool:
        """Whether a panel can be seen now: neither hidden nor behind another."""
        # The dock is asked, which has a title; a panel may be covered by what is in it.
        return not self._docks[name].visibleRegion().isEmpty()

    def use(self, name: str) -> None:
        """Show a perspective as it was left, or as it is at first."""
        if name != self.perspective:
            self._left[self.perspective] = self._window.saveState(ARRANGEMENT)
            self.perspective = name
            if not (name in self._left and self._window.restoreState(self._left[name], ARRANGEMENT)):
                self.arrange()
        self.changed.emit(name)

    def arrange(self) -> None:
        """Everything where it stands at first."""
        self._put_in_place()
        self.make_room(self._window.size())
        self.share_out()

    def make_room(self, size: QSize) -> None:
        """Show all panels, or leave the canvas enough room in a window that is, or will be, small."""
        small = size.width() < SMALL.width() or size.height() < SMALL.height()
        shown = self.perspectives[self.perspective].panels
        for name, dock in self._docks.items():
            dock.setVisible(name in shown and (name == NEEDED or not small))
        for name in reversed(shown):
            self._docks[name].raise_()

    def share_out(self) -> None:
        """Give every dock its width and height; Qt heeds this only once the window has its size."""
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        now = self.perspectives[self.perspective]
        for area, width in ((Area.LeftDockWidgetArea, LEFT), (Area.RightDockWidgetArea, now.right)):
            docks = self._at(area)
            self._window.resizeDocks(docks, [self._across(width)] * len(docks), across)
        low = self._at(Area.BottomDockWidgetArea)
        self._window.resizeDocks(low, [self._up(now.low)] * len(low), down)
        # Those of a stack have one width: the first of each counts.
        room = self._window.width() - (self._across(now.right) if now.high else 0)
        shares = [share * room // sum(now.shares) for _, share in zip(low, now.shares, strict=False)]
        self._window.resizeDocks(low[: len(shares)], shares, across)
        for tabs in self._window.findChildren(QTabBar):
            tabs.installEventFilter(self._tips)

    def _grow(self) -> None:
        """Letters became larger or smaller: what is around the canvas needs another share."""
        if factor() != self._factor:
            self._factor = factor()
            self.share_out()

    def _across(self, width: int) -> int:
        """As wide as the letters want it, but larger letters must not take all of the window."""
        return max(width, min(px(width), round(self._window.width() * WIDEST)))

    def _up(self, height: int) -> int:
        return max(height, min(px(height), round(self._window.height() * HIGHEST)))

    def keep(self, settings: QSettings) -> None:
        """Remember where the window and its docks are."""
        settings.setValue("geometry", self._window.saveGeometry())
        self._left[self.perspective] = self._window.saveState(ARRANGEMENT)
        settings.setValue("perspective", self.perspective)
        for name, state in self._left.items():
            settings.setValue(f"arrangement/{name}", state)

    def restore(self, settings: QSettings) -> bool:
        """Bring the window and its docks where they were; False where nothing is remembered."""
        geometry, name = settings.value("geometry"), settings.value("perspective")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        states = {each: settings.value(f"arrangement/{each}") for each in self.perspectives}
        self._left = {each: state for each, state in states.items() if isinstance(state, QByteArray)}
        if name not in self._left:
            return False
        self.perspective = str(name)
        return self._window.restoreState(self._left[self.perspective], ARRANGEMENT)

    def _put_in_place(self) -> None:
        high = self.perspectives[self.perspective].high
        self._window.setCorner(
            Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea if high else Area.BottomDockWidgetArea
        )
        for name, place in self._places.items():
            dock = self._docks[name]
            dock.setFloating(False)
            self._window.addDockWidget(place.area, dock)
            front = self._fronts.setdefault(place.stack, dock) if place.stack else dock
            if front is not dock:
                self._window.tabifyDockWidget(front, dock)

    def _at(self, area: Area) -> list[QDockWidget]:
        """Those in sight at a side, one for each stack."""
        found: dict[str, QDockWidget] = {}
        for name in self.perspectives[self.perspective].panels:
            place = self._places[name]
            if place.area is area and not self._docks[name].isHidden():
                found.setdefault(place.stack or name, self._docks[name])
        return list(found.values())

    def _dock(self, name: str, place: Place) -> QDockWidget:
        return PanelDock(name, place.title, place.about, Scrolled(place.panel), self._window)
