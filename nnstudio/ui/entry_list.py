"""A list of what was found: each entry with a mark, a sentence, where it is, and a button if something can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from nnstudio.ui.labels import Quiet, Words, breakable
from nnstudio.ui.sizes import follow, px
from nnstudio.ui.theme import GAP, theme_of

MOST = 50  # Rows that are shown; nobody mends more at once.
DISC = 18
NARROW = 420  # Where the button has no room beside the sentence.
EDGES = 26  # Pixels of a button beside its words,
LEAST = 96  # and its least width.
GOING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Entry:
    """What a row says: of what kind it is and how bad, the sentence, remarks below it, its layer, and the button."""

    about: Any
    """What was found; told again when the row is gone to or its button is pressed."""
    kind: str
    mild: bool
    sentence: str
    remarks: tuple[str, ...] = ()
    where: str = ""
    button: str = ""
    node: str | None = None


class Badge(QWidget):
    """The mark of a problem, or of a note, as on the cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mild = False
        follow(self.setFixedSize, DISC, DISC)

    def show_mild(self, mild: bool) -> None:
        """Be the mark of a note, or of a problem."""
        self._mild = mild
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("warning" if self._mild else "problem"))
        painter.drawEllipse(QRectF(self.rect()).center(), self.width() / 2 - 1, self.width() / 2 - 1)
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.color("panel"))
        painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), "i" if self._mild else "!")


class Button(QPushButton):
    """Its words are cut with an ellipsis where there is too little room; the whole stands in its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint().boundedTo(QSize(px(LEAST), self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip(self.accessibleName() if self.width() < self.sizeHint().width() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.width() - px(EDGES)
        option.text = option.fontMetrics.elidedText(option.text, Qt.TextElideMode.ElideRight, room)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class EntryRow(QFrame):
    """One entry. A click, Enter or the space bar goes to its layer; the button does what helps."""

    went = Signal(object)
    """The id of a layer."""
    pressed = Signal(object)
    """What the entry is about."""
    stepped = Signal(int)
    """The place of the row that the keyboard should go to."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.entry: Entry | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.badge = Badge(self)
        self.sentence = Words(parent=self)
        self.remarks = Quiet(parent=self)
        self.where = Quiet(parent=self)
        self.button = Button(self)
        self.button.clicked.connect(self._press)
        words = QVBoxLayout()
        words.setSpacing(2)
        for each in (self.sentence, self.remarks, self.where):
            words.addWidget(each)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(6)
        self._beside.addLayout(words, 1)
        self._beside.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + 4, 6, GAP + 4, 6)
        row.setSpacing(GAP + 2)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._beside, 1)

    @property
    def about(self) -> Any:
        """What its entry is about."""
        return self.entry.about if self.entry is not None else None

    def show_entry(self, entry: Entry) -> None:
        """Say something else."""
        self.entry = entry
        self.setAccessibleName(f"{entry.kind}: {entry.sentence}")
        goes = self.tr("Press Enter to go to {}").format(entry.where) if entry.node is not None else ""
        self.setAccessibleDescription("\n".join(each for each in (*entry.remarks, goes) if each))
        self.badge.show_mild(entry.mild)
        self.sentence.setText(breakable(entry.sentence))
        for label, text in ((self.remarks, "\n".join(entry.remarks)), (self.where, entry.where)):
            label.setText(breakable(text))
            label.setVisible(bool(text))
        self.button.setVisible(bool(entry.button))
        self.button.setText(entry.button.replace("&", "&&"))
        self.button.setAccessibleName(entry.button)
        goes_somewhere = entry.node is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if goes_somewhere else Qt.CursorShape.ArrowCursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < px(NARROW)
        way = QBoxLayout.Direction
        self._beside.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in GOING:
            self._go()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(self._place + (1 if event.key() == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.setBackgroundRole(QPalette.ColorRole.Light)

    def leaveEvent(self, event: object) -> None:
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(theme_of(self.palette()).color("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _go(self) -> None:
        if self.entry is not None and self.entry.node is not None:
            self.went.emit(self.entry.node)

    def _press(self) -> None:
        if self.entry is not None:
            self.pressed.emit(self.entry.about)


class EntryList(QScrollArea):
    """Rows one below the other, or a sentence where there are none."""

    went = Signal(object)
    """The id of a layer that should be brought into sight."""
    pressed = Signal(object)
    """What an entry is about, when its button was pressed."""

    def __init__(self, nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[EntryRow] = []
        self.nothing, self.more = Quiet(nothing, self), Quiet(parent=self)
        for words in (self.nothing, self.more):
            words.setContentsMargins(GAP + 4, GAP, GAP + 4, GAP)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        content.setAutoFillBackground(True)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.more)
        self._column.addWidget(self.nothing, 1)
        self._column.addStretch(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these and no others."""
        while len(self.rows) < min(len(entries), MOST):
            self._add_row()
        for row, entry in zip(self.rows, entries, strict=False):
            if row.entry != entry:
                row.show_entry(entry)
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(entries))
        self.nothing.setVisible(not entries)
        self.more.setVisible(len(entries) > MOST)
        self.more.setText(self.tr("… and {} more").format(f"{len(entries) - MOST:,}"))

    def _add_row(self) -> None:
        row = EntryRow(len(self.rows), self)
        row.went.connect(self.went)
        row.pressed.connect(self.pressed)
        row.stepped.connect(self._step)
        self._column.insertWidget(len(self.rows), row)
        self.rows.append(row)

    def _step(self, place: int) -> None:
        if 0 <= place < len(self.rows) and self.rows[place].isVisible():
            self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(self.rows[place])
