"""Controls that suit a form in a scrolling panel: the wheel passes over them, and undo is the document's."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QSlider, QWidget

from nnstudio.ui.forms.editor import is_undo
from nnstudio.ui.sizes import follow, follow_words, px

LETTERS = 6  # A field is at least this wide.


def follow_in_tab_order(before: QWidget, container: QWidget) -> QWidget:
    """Let Tab go from a control into a container that was made later, and through it from top to bottom; gives back
    the last control."""
    for control in container.findChildren(QWidget):
        # Not the line inside a number's field. To ask it for its focus proxy would keep the field for ever.
        inner = isinstance(control.parentWidget(), QAbstractSpinBox | QComboBox)
        stops = control.focusPolicy() & Qt.FocusPolicy.TabFocus and not inner
        # The list of a combo box is a window of its own.
        if stops and control.window() is before.window():
            QWidget.setTabOrder(before, control)
            before = control
    return before


class Line(QLineEdit):
    """A line of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(1)

    def sizeHint(self) -> QSize:
        # As high as a number's field, so that the lines of a form are evenly spaced.
        return super().sizeHint().expandedTo(QSize(0, self.fontMetrics().height() + px(13)))

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return True
        return super().event(event)


class NumberBox(QAbstractSpinBox):
    """A text field with arrows for a number of any size. Knows no range: its editor reads what is typed."""

    typed = Signal(str)
    stepped = Signal(int)

    def __init__(self, letters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters = letters
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow_words(self.setMinimumWidth, "0" * LETTERS, beside=22)
        self.lineEdit().textEdited.connect(self.typed)

    def show_text(self, text: str) -> None:
        """Show a number, or nothing."""
        self.lineEdit().setText(text)
        self.setProperty("value", text)

    def stepBy(self, steps: int) -> None:
        self.stepped.emit(steps)
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        known = all(letter.isdigit() or letter in self._letters for letter in text)
        return QValidator.State.Acceptable if known else QValidator.State.Invalid, text, position

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Combo(QComboBox):
    """A list to choose from; it may be narrower than its longest entry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(LETTERS)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Slider(QSlider):
    """A horizontal slider."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow(self.setMinimumWidth, 40)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
