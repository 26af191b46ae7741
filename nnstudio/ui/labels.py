"""Labels of the side panels: headings, quiet remarks, names that may be long, formulas. Coloured by the palette."""

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nnstudio.ui.sizes import follow_font

QUIET = QPalette.ColorRole.PlaceholderText
ALARM = QPalette.ColorRole.BrightText
SOFT = "\u200b"  # A place where a line may end, of no width.
LONG = 16
SMALLER, LARGER = 0.9, 1.15


def breakable(text: str) -> str:
    """A text in which even a very long word can be broken into lines."""
    return re.sub(rf"(\S{{{LONG}}})(?=\S)", rf"\1{SOFT}", text)


class Words(QLabel):
    """Running text that wraps, however narrow its panel is."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def show_tone(self, tone: str) -> None:
        """Take the colour of a `problem` or a `warning`, whatever it is in the present theme."""
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            # The style sheet looks at the property only when it is told to.
            self.style().unpolish(self)
            self.style().polish(self)

    def minimumSizeHint(self) -> QSize:
        # A long word must not make a panel wider than it is, and the height follows the width.
        return QSize(0, self.fontMetrics().lineSpacing())


class Quiet(Words):
    """A remark in small, dim letters."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        follow_font(self, SMALLER)
        self.setForegroundRole(QUIET)


class Alarm(Words):
    """A reason why something is refused; there is none while it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        follow_font(self, SMALLER)
        self.setForegroundRole(ALARM)
        self.hide()

    def show_reason(self, sentence: str) -> None:
        """Show why, or nothing."""
        self.setText(sentence)
        self.setVisible(bool(sentence))


class Heading(QLabel):
    """The title of a section."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        follow_font(self, 1.0, QFont.Weight.DemiBold)


class Formula(Words):
    """Mathematics in the fixed font; it can be marked and copied."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        follow_font(self, 1.0, columns=True)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)


class Name(QLabel):
    """One line that is cut with an ellipsis where it is too long; the whole stands in its tooltip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        fitting = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())
        self.setToolTip("" if fitting == self.text() else self.text())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), fitting)
