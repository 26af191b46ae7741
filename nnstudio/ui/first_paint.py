"""How long a start takes, for whoever measures it: once the first window is painted this is said, and that is all."""

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from nnstudio.ui.canvas.view import CanvasView

SAID = "painted"


class FirstPaint(QObject):
    """Waits for the canvas to be painted, says so on standard output, and ends the program."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched.parent(), CanvasView):
            self._app.removeEventFilter(self)
            # The paint is only about to begin.
            QTimer.singleShot(0, self._tell)
        return False

    @Slot()
    def _tell(self) -> None:
        print(SAID, flush=True)
        self._app.exit(0)
