"""The keys of the help where no menu can have them: in dialogs, in open menus; and the click after "What is this?"."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QWindow
from PySide6.QtWidgets import QApplication, QMenuBar, QWidget

from nnstudio.ui.help_at import topic_at, topic_for

KEY = Qt.Key.Key_F1
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
BUTTONS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class HelpKeys(QObject):
    """Watches every window that gets the keys. A main window's menu has taken F1 before it comes here.

    Only windows are watched, and not all that happens to all widgets, which would cost time at every event.
    """

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusWindowChanged.connect(self._meet)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == KEY:
            asker = QApplication.activePopupWidget() or QApplication.activeWindow()
            if asker is not None and event.modifiers() in (PLAIN, SHIFT):
                (ask if event.modifiers() == SHIFT else explain)(asker)
                return True
        return super().eventFilter(watched, event)

    def _meet(self, window: QWindow | None) -> None:
        if window is not None:
            # A second time is not counted by Qt, which puts it to the front.
            window.installEventFilter(self)


class Asking(QObject):
    """Until the next click: what is clicked is explained instead of used. Menus open, so that their entries can be
    asked for; Escape, or any click, ends it."""

    def __init__(self, asker: QWidget) -> None:
        super().__init__(asker)
        self._asker = asker
        self._app = QApplication.instance()
        assert self._app is not None
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WhatsThisCursor)
        # All widgets, which is dear; but only until then.
        self._app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return super().eventFilter(watched, event)
        kind = event.type()
        if kind in BUTTONS and isinstance(event, QMouseEvent):
            return self._ask(watched, event.position().toPoint())
        if kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.end()
            return True
        if kind is QEvent.Type.ApplicationDeactivate:
            self.end()
        return super().eventFilter(watched, event)

    def end(self) -> None:
        """Everything is used as before."""
        if self._app is not None:
            self._app.removeEventFilter(self)
            self._app = None
            QGuiApplication.restoreOverrideCursor()
            self.deleteLater()

    def _ask(self, widget: QWidget, at: QPoint) -> bool:
        if isinstance(widget, QMenuBar):
            return False
        topic = topic_for(widget, at)
        self.end()
        show(widget, topic)
        return True


def explain(asker: QWidget) -> None:
    """Show the page of what has the keys."""
    show(asker, topic_at(asker))


def ask(asker: QWidget) -> None:
    """Let the next click say what is to be explained."""
    if not asker.window().findChildren(Asking, options=Qt.FindChildOption.FindDirectChildrenOnly):
        Asking(asker.window())


def show(asker: QWidget, topic: str) -> None:
    """Open the help at a page."""
    from nnstudio.ui.help_window import HelpWindow

    # An open menu keeps all keys to itself, and menus may be open one in another.
    while (popup := QApplication.activePopupWidget()) is not None and popup.close():
        pass
    HelpWindow.show_topic(asker, topic)
