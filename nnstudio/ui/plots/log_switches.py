"""Two small switches that make the axes of a plot logarithmic."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.sizes import follow_font


class LogSwitches(QWidget):
    """One switch for each letter of "xy"."""

    switched = Signal(bool, bool)
    """Whether x and whether y is logarithmic now."""

    def __init__(self, axes: str, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._buttons = {axis: self._button(axis) for axis in axes}
        for button in self._buttons.values():
            row.addWidget(button)
            button.toggled.connect(self._tell)
        self.setVisible(bool(axes))

    def __getitem__(self, axis: str) -> QToolButton:
        return self._buttons[axis]

    def show_state(self, x: bool, y: bool) -> None:
        """Switch them; an axis without a switch stays even."""
        for axis, on in (("x", x), ("y", y)):
            if axis in self._buttons:
                self._buttons[axis].setChecked(on)

    def _button(self, axis: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(self.tr("log {}").format(axis))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        follow_font(button, SMALLER)
        button.setStyleSheet("padding: 1px 6px;")
        button.setAccessibleName(self.tr("Logarithmic {} axis").format(axis))
        button.setToolTip(self.tr("Make the {} axis logarithmic").format(axis))
        return button

    def _tell(self) -> None:
        on = {axis: button.isChecked() for axis, button in self._buttons.items()}
        self.switched.emit(on.get("x", False), on.get("y", False))
