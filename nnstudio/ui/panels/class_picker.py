"""The classes as small buttons: which kind of point a click adds."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nnstudio.ui.plots.colours import class_colours
from nnstudio.ui.sizes import follow_size, px
from nnstudio.ui.theme import Theme

MOST = 9  # As many as there are keys.
DOT = 10
RATIO = 2


class ClassPicker(QWidget):
    """One of them is chosen. Keys 1 to 9 choose too; the panel hands them on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._names: tuple[str, ...] = ()
        self.buttons: list[QToolButton] = []

    @property
    def chosen(self) -> int:
        """The number of the class."""
        return max(self._group.checkedId(), 0)

    def choose(self, number: int) -> None:
        """Choose another one, if there is such."""
        if number < len(self.buttons) and self.isEnabled():
            self.buttons[number].setChecked(True)

    def show_classes(self, names: Sequence[str], theme: Theme, reason: str = "") -> None:
        """Offer these; with a `reason` why not, none can be chosen."""
        names = tuple(names)[:MOST]
        if names != self._names:
            self._rebuild(names)
        for number, (button, colour) in enumerate(zip(self.buttons, class_colours(theme, len(names)), strict=True)):
            button.setIcon(_dot(colour))
            words = self.tr("A click adds a point of class {} (key {})").format(names[number], number + 1)
            button.setToolTip(reason or words)
            button.setAccessibleName(words)
        self.setEnabled(not reason)
        self.setToolTip(reason)

    def _rebuild(self, names: tuple[str, ...]) -> None:
        for button in self.buttons:
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._names, self.buttons = names, []
        for number in range(len(names)):
            button = QToolButton(self)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            follow_size(button.setIconSize, DOT, DOT)
            button.setStyleSheet("padding: 3px 4px;")
            self._group.addButton(button, number)
            self._row.addWidget(button)
            self.buttons.append(button)
        if self.buttons:
            self.buttons[-1 if len(names) == 2 else 0].setChecked(True)


def _dot(colour: QColor) -> QIcon:
    icon = QIcon()
    for mode, strength in ((QIcon.Mode.Normal, 1.0), (QIcon.Mode.Disabled, 0.35)):
        picture = QPixmap(QSize(px(DOT), px(DOT)) * RATIO)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(strength)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(px(DOT), px(DOT)), px(DOT) - 1, px(DOT) - 1)
        painter.end()
        picture.setDevicePixelRatio(RATIO)
        icon.addPixmap(picture, mode)
    return icon
