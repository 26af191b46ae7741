"""The tabs of panels that lie over one another: each row of tabs has a name, and keys stop only at one in sight."""

from typing import cast

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtWidgets import QMainWindow, QTabBar

WATCHED = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest}


class PanelTabs(QObject):
    """Qt keeps rows that it does not need beside the window, shown and empty, where Tab would still stop."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ChildPolished:
            child = cast(QChildEvent, event).child()
            if isinstance(child, QTabBar):
                child.setAccessibleName(self.tr("Panels in one place"))
                child.installEventFilter(self)
                _set_stop(child)
        elif isinstance(watched, QTabBar) and event.type() in WATCHED:
            _set_stop(watched)
        return super().eventFilter(watched, event)


def _set_stop(tabs: QTabBar) -> None:
    room = tabs.parentWidget()
    in_sight = tabs.count() > 1 and room is not None and room.rect().intersects(tabs.geometry())
    policy = Qt.FocusPolicy.TabFocus if in_sight else Qt.FocusPolicy.NoFocus
    if tabs.focusPolicy() is not policy:
        tabs.setFocusPolicy(policy)
