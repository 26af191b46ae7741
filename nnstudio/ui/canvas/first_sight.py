"""First sight: the model as it is to be met, however the window finds its size, until the hand takes over."""

from PySide6.QtCore import QEvent, QObject, QTimer

from nnstudio.ui.canvas.view import CanvasView

Type = QEvent.Type
TAKEN_OVER = (Type.MouseButtonPress, Type.Wheel, Type.KeyPress, Type.ShortcutOverride, Type.NativeGesture, Type.Drop)


class FirstSight(QObject):
    """Begins anew with the model in sight at every change of the view's size, up to the first press, turn or key."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(view.begin)
        for watched in (view, view.viewport()):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TAKEN_OVER:
            self._later.stop()
            for each in (self._view, self._view.viewport()):
                each.removeEventFilter(self)
        elif event.type() is Type.Resize and watched is self._view:
            # Once the view itself knows its size.
            self._later.start()
        return False
