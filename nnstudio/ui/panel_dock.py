"""The dock of a panel: its title says in a tooltip what the panel is for, in the words of its help page."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QToolTip, QWidget

from nnstudio.help.panels import panel_cards


class PanelDock(QDockWidget):
    """Holds a panel. Its tooltip belongs to the title alone, not to all that is in the panel."""

    def __init__(self, name: str, title: str, about: str, panel: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        card = panel_cards().get(name)
        self.about = about or (QCoreApplication.translate("panels", card.about) if card is not None else "")
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(self.about)
        self.toggleViewAction().setStatusTip(self.about)
        self.setProperty("help", f"panels/{name}")
        self.setWidget(panel)
        room = panel.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        panel.setSizePolicy(room)
        # Behind another one Qt leaves it shown: Tab would lead into it, and it would go on working for nobody.
        self.visibilityChanged.connect(panel.setVisible)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            if event.pos().y() < self.widget().y():
                QToolTip.showText(event.globalPos(), self.about, self)
            return True
        return super().event(event)


class TabTips(QObject):
    """Says over a tab what its panel is for, where Qt would only say its title again."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and isinstance(watched, QTabBar):
            title = watched.tabText(watched.tabAt(event.pos()))
            docks = watched.window().findChildren(PanelDock)
            about = next((dock.about for dock in docks if dock.windowTitle() == title), "")
            QToolTip.showText(event.globalPos(), about, watched)
            return True
        return super().eventFilter(watched, event)
