"""The legend: which colour is what; a click hides a curve and brings it back."""

from collections.abc import Callable, Hashable
from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.flow import Flow
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, theme_of

SWATCH = 16
HEIGHT = 20


class Legend(QWidget):
    """Entries by what they stand for: each layer that has a name, or whatever a plot tells apart."""

    toggled = Signal(object, bool)
    """What an entry stands for, and whether it is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._flow = Flow(self, GAP)
        self._entries: dict[Hashable, Entry] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    @property
    def entries(self) -> "list[Entry]":
        """All entries, in their order."""
        return list(self._entries.values())

    def add(self, key: Hashable, name: str, colour: Callable[[], QColor], dotted: bool = False) -> None:
        """Add an entry for something; points get a dot, everything else a line."""
        entry = self._entries[key] = Entry(name, colour, dotted, self)
        entry.toggled.connect(partial(self._tell, key))
        self._flow.addWidget(entry)
        self._show_if_needed()

    def remove(self, key: Hashable) -> None:
        """Take an entry away, if there is one."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._flow.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
            self._show_if_needed()

    def __getitem__(self, key: Hashable) -> "Entry":
        return self._entries[key]

    def _show_if_needed(self) -> None:
        # A single curve needs no explanation: the axis says what it is.
        self.setVisible(len(self._entries) > 1)
        self.updateGeometry()

    def _tell(self, key: Hashable, shown: bool) -> None:
        self.toggled.emit(key, shown)


class Entry(QAbstractButton):
    """A line or a dot in its colour, and a name; paler while it is hidden."""

    def __init__(self, name: str, colour: Callable[[], QColor], dotted: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour, self._dotted = colour, dotted
        self.setText(name)
        self.setCheckable(True)
        self.setChecked(True)
        follow_font(self, SMALLER)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Show {}").format(name))
        self.setToolTip(self.tr("Show or hide {}").format(name))

    def sizeHint(self) -> QSize:
        return QSize(px(SWATCH) + self.fontMetrics().horizontalAdvance(self.text()) + 12, px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "border"), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.setOpacity(1.0 if self.isChecked() else 0.4)
        self._paint_swatch(painter)
        painter.setPen(theme.color("text"))
        room = QRect(px(SWATCH) + 4, 0, self.width() - px(SWATCH) - 8, self.height())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_swatch(self, painter: QPainter) -> None:
        middle = self.height() / 2
        if self._dotted:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour())
            painter.drawEllipse(QPointF(px(SWATCH) - 6, middle), 4, 4)
        else:
            painter.setPen(QPen(self._colour(), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(5, middle), QPointF(px(SWATCH) - 2, middle))
