"""The welcome at the start: once, or whenever the user wishes; after the first window has been painted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from nnstudio.ui.welcome_seen import welcomed

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow


def greet(window: "StudioWindow") -> None:
    """Open the welcome over the first window, if it was never seen or the user wants it at every start."""
    if window.preferring.value.welcome or not welcomed(window.settings):
        Greeting(window)


class Greeting(QObject):
    """Waits until the window has been painted; what needs time is loaded only then."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window
        self._canvas = window.canvas.view.viewport()
        self._canvas.installEventFilter(self)
        # It may have been painted already.
        self._canvas.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._canvas.removeEventFilter(self)
            QTimer.singleShot(0, self, self._open)
        return False

    def _open(self) -> None:
        window = self._window
        self.deleteLater()
        # Who has begun something meanwhile needs no welcome.
        if window.isVisible() and window.untouched and not window.run.learned:
            from nnstudio.ui.welcome import Welcome

            Welcome(window).open()
