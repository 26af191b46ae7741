"""The tabs of panels that lie over one another: a row has a name, and is seen only beside the panels that it is for."""

from typing import cast

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

MOVED = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest}
NEAR = 2  # Pixels between a panel and its row of tabs.
AWAY = 500  # So far out of the window stands what is not needed.
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


class PanelTabs(QObject):
    """Qt keeps rows that it does not need: empty ones beside the window, where Tab would still stop, and those of
    panels that are all hidden where they last stood, over whatever stands there now."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        # Without gliding from place to place a row is where it belongs, or belongs nowhere.
        window.setAnimated(False)
        # Once all have moved that move together.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.tidy)
        window.installEventFilter(self)
        for dock in window.findChildren(QDockWidget):
            dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ChildPolished:
            child = cast(QChildEvent, event).child()
            if isinstance(child, QTabBar):
                child.setAccessibleName(self.tr("Panels in one place"))
                child.installEventFilter(self)
                self._later.start()
        elif event.type() in MOVED:
            self._later.start()
        return super().eventFilter(watched, event)

    def tidy(self) -> None:
        """Put the rows that belong to nothing in sight beside the window, where Qt has its own; those that it uses
        again it fetches from there. Hidden, it would show them again at once, and so on for ever."""
        docks = {dock.windowTitle(): dock for dock in self._window.findChildren(QDockWidget, options=DIRECT)}
        for tabs in self._window.findChildren(QTabBar, options=DIRECT):
            needed = tabs.count() > 1 and _is_at(tabs, docks.get(tabs.tabText(tabs.currentIndex())))
            if not needed and self._window.rect().intersects(tabs.geometry()):
                tabs.move(-AWAY - tabs.width(), -AWAY - tabs.height())
            policy = Qt.FocusPolicy.TabFocus if needed else Qt.FocusPolicy.NoFocus
            if tabs.focusPolicy() is not policy:
                tabs.setFocusPolicy(policy)


def _is_at(tabs: QTabBar, dock: QDockWidget | None) -> bool:
    """Whether a row of tabs stands under a panel that is in sight."""
    if dock is None or dock.isHidden() or dock.isFloating():
        return False
    row, panel = tabs.geometry(), dock.geometry()
    return abs(row.top() - panel.bottom() - 1) <= NEAR and abs(row.left() - panel.left()) <= NEAR
