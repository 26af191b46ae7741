"""What every editor of a form is: it shows one value, tells a valid change, and says why another is refused."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnstudio.core.errors import FieldError
from nnstudio.core.rules import Rule
from nnstudio.ui.forms.values import SEVERAL


class Editor(QWidget):
    """Edits one value under a rule. A value that is refused goes nowhere; the reason is told instead."""

    edited = Signal(object)
    """A valid value that differs from the one before."""
    refused = Signal(str)
    """Why what stands here is not taken; an empty text once it is."""

    carries_label = False
    """Whether its own text is the field's label."""

    def __init__(self, rule: Rule, live: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rule = rule
        self._live = live
        self._value: Any = SEVERAL
        self._before: Any = SEVERAL
        self._reason = ""

    @property
    def value(self) -> Any:
        """The value that is shown, the last valid one while another is refused."""
        return self._value

    @property
    def reason(self) -> str:
        """Why what stands here is refused, or an empty text."""
        return self._reason

    def show_value(self, value: Any) -> None:
        """Show another value, or SEVERAL; nothing is told. What is being typed stays while the value does."""
        if value is not self._value and value != self._value:
            self._value = value
            self.restore()

    def restore(self) -> None:
        """Show the last valid value in place of what was typed."""
        self._tell("")
        self.display(self._value)

    def take(self, value: Any) -> bool:
        """A value from the user's hand: told if it is valid and new."""
        try:
            value = self.rule.check(value)
        except FieldError as error:
            self._tell(str(error))
            return False
        self._tell("")
        if self._value is SEVERAL or value != self._value:
            self._before, self._value = self._value, value
            self.edited.emit(value)
        return True

    def refuse(self, sentence: str) -> None:
        """The value taken last was refused by its owner."""
        self._value = self._before
        self._tell(sentence)

    def display(self, value: Any) -> None:
        """Put a value, or SEVERAL, into the controls without telling it."""
        raise NotImplementedError

    def name_controls(self, label: str, help: str) -> None:
        """Name the controls for a screen reader."""
        for control in self.controls():
            control.setAccessibleName(label)
            control.setToolTip(help)

    def controls(self) -> tuple[QWidget, ...]:
        """What takes the keyboard, the main one first."""
        raise NotImplementedError

    def below(self) -> QWidget | None:
        """What needs the whole width and stands beneath."""
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._reason:
            self.restore()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # No focus proxy: Tab would stop at it too, and go round in circles where the order of controls was changed.
        self.controls()[0].setFocus(event.reason())

    def _tell(self, sentence: str) -> None:
        if sentence != self._reason:
            self._reason = sentence
            self.refused.emit(sentence)

    def _lay_out(self, *controls: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for control in controls:
            layout.addWidget(control, 1)


def is_undo(event: QEvent) -> bool:
    """Whether a key is meant for the document's undo or redo, which a text field would take for its own."""
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
