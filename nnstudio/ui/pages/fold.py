"""A section of a page that can be folded away under its heading."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.ui.labels import QUIET
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, theme_of

MARK = 16


class FoldHeading(QAbstractButton):
    """A heading with a mark at its end that says whether what is under it can be seen."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        follow_font(self, 1.0, QFont.Weight.DemiBold)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics()
        return QSize(words.horizontalAdvance(self.text()) + px(MARK), words.height() + GAP // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, palette = theme_of(self.palette()), self.palette()
        painter = QPainter(self)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(palette.color(self.foregroundRole()))
        painter.drawText(self.rect(), middle | int(Qt.AlignmentFlag.AlignLeft), self.text())
        painter.setPen(palette.color(QUIET) if not self.underMouse() else QColor(theme.text))
        at_end = QRectF(self.width() - px(MARK), 0, px(MARK), self.height())
        painter.drawText(at_end, int(Qt.AlignmentFlag.AlignCenter), "▾" if self.isChecked() else "▸")
        if self.hasFocus():
            painter.setPen(theme.color("accent"))
            words = self.fontMetrics().horizontalAdvance(self.text())
            painter.drawLine(0, self.height() - 1, words, self.height() - 1)


class Fold(QWidget):
    """Shows its content, or only the heading. Made before its content, so that Tab meets them in this order."""

    def __init__(self, title: str, opened: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = FoldHeading(title, self)
        self.heading.setChecked(opened)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.heading)

    def hold(self, content: QWidget) -> None:
        """Take in what is under the heading."""
        self._column.addWidget(content)
        content.setVisible(self.heading.isChecked())
        self.heading.toggled.connect(content.setVisible)
