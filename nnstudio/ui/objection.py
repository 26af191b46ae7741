"""Why a value is refused, said beneath a field that has no room of its own for it."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.sizes import px

WIDEST = 320
AWAY = 4


class Objection(QLabel):
    """Shows what an editor objects to; with the keys gone elsewhere, the last valid value stands again."""

    def __init__(self, editor: Editor, label: str) -> None:
        super().__init__(editor)
        self._editor, self._label = editor, label
        self.setObjectName("reason")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        editor.refused.connect(self._say)
        for control in editor.controls():
            control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut and self._editor.reason:
            self._editor.restore()
        return False

    def _say(self, sentence: str) -> None:
        text = f"{self._label} {sentence.rstrip('.')}." if sentence.startswith("must") else sentence
        for control in self._editor.controls():
            self._mark(control, text)
        self.setVisible(bool(text))
        if text:
            self._put(text)

    def _mark(self, control: QWidget, text: str) -> None:
        control.setAccessibleDescription(text)
        control.setProperty("refused", bool(text))
        # The style sheet looks at the property only when it is told to.
        control.style().unpolish(control)
        control.style().polish(control)

    def _put(self, text: str) -> None:
        window = self._editor.window()
        # Its own bar would cut it off.
        self.setParent(window)
        self.setText(text)
        self.setFixedWidth(min(self.fontMetrics().horizontalAdvance(text) + px(24), px(WIDEST)))
        self.adjustSize()
        under = self._editor.mapTo(window, QPoint(0, self._editor.height() + AWAY))
        self.move(min(under.x(), window.width() - self.width() - AWAY), under.y())
        self.raise_()
        self.show()
