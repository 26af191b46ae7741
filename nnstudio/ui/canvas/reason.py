"""Why a wire is refused, said beside the hand that draws it."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel

from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.sizes import px

AWAY = QPoint(16, 20)  # From the pointer, which would hide it.
MARGIN = 8
WIDEST = 320


class Reason(QLabel):
    """Follows the pointer while a button is held down and there is something to say."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._place = QPoint()
        self._held = False
        self.setObjectName("reason")
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        view.told.connect(self.say)
        view.viewport().installEventFilter(self)

    def say(self, sentence: str) -> None:
        """Show a sentence, or nothing."""
        if not self._held or not sentence:
            self.hide()
            return
        if sentence != self.text():
            self.setText(sentence)
            wide = self.fontMetrics().horizontalAdvance(sentence) + 4 * MARGIN
            self.setFixedWidth(min(wide, px(WIDEST), self._view.width() - 2 * MARGIN))
            self.adjustSize()
        self._follow()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            self._place = event.position().toPoint()
            if event.type() is QEvent.Type.MouseButtonPress:
                self._held = True
            elif event.type() is QEvent.Type.MouseButtonRelease:
                self._held = False
                self.hide()
        return False

    def _follow(self) -> None:
        room = self._view.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        wanted = self._place + AWAY
        left = min(wanted.x(), room.right() - self.width())
        # Where there is no room below the pointer, above it.
        top = wanted.y() if wanted.y() + self.height() <= room.bottom() else self._place.y() - MARGIN - self.height()
        self.move(max(left, room.left()), max(top, room.top()))
