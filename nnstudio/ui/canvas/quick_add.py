"""Finding by typing: a line with a list below it, to add a layer or to go to one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.sizes import px, scaled
from nnstudio.ui.theme import theme_of

WIDTH, MOST = 280, 9
PAD = 6
DETAIL = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Choice:
    """One thing that can be found: what it is called, what is said of it, words it is also found by."""

    key: str
    title: str
    detail: str = ""
    words: str = ""


class ChoiceDelegate(QStyledItemDelegate):
    """Paints what a choice is called, and at the right, more quietly, what is said of it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        theme = theme_of(option.palette)
        used = option.fontMetrics.horizontalAdvance(index.data()) + 4 * PAD
        box = option.rect.adjusted(used, 0, -PAD, 0)
        painter.save()
        painter.setFont(scaled(option.font, SMALLER))
        painter.setPen(theme.color("on_accent" if option.state & QStyle.StateFlag.State_Selected else "dim"))
        cut = painter.fontMetrics().elidedText(index.data(DETAIL), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), cut)
        painter.restore()


class Finder(QFrame):
    """Opens where it is asked; Enter takes the first or the marked choice, Escape closes."""

    chosen = Signal(str)

    def __init__(self, prompt: str, choices: Callable[[], Sequence[Choice]], parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._choices = choices
        self.setObjectName("finder")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._line = QLineEdit(self)
        self._line.setPlaceholderText(prompt)
        self._line.setAccessibleName(prompt)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Found"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setItemDelegate(ChoiceDelegate(self._list))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        self._line.textChanged.connect(self._find)
        self._list.itemClicked.connect(self._take)
        self._line.installEventFilter(self)
        self.hide()

    def open(self, at: QPoint) -> None:
        """Open near a point of the parent, inside it."""
        self._line.clear()
        self._find("")
        room = self._room.rect()
        rows = min(max(self._list.count(), 1), MOST)
        self.resize(px(WIDTH), self._line.sizeHint().height() + self._list.sizeHintForRow(0) * rows + 28)
        x = max(room.left(), min(at.x(), room.right() - self.width()))
        y = max(room.top(), min(at.y(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.raise_()
        self._line.setFocus(Qt.FocusReason.PopupFocusReason)

    def shut(self) -> None:
        """Close without a choice."""
        self.hide()
        self._room.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self.hide()
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            if (item := self._list.currentItem()) is not None:
                self._take(item)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % max(1, self._list.count()))
        else:
            return super().eventFilter(watched, event)
        return True

    def _find(self, text: str) -> None:
        self._list.clear()
        for choice in matching(self._choices(), text):
            item = QListWidgetItem(choice.title, self._list)
            item.setData(Qt.ItemDataRole.UserRole, choice.key)
            item.setData(DETAIL, choice.detail)
        self._list.setCurrentRow(0)

    def _take(self, item: QListWidgetItem) -> None:
        key = item.data(Qt.ItemDataRole.UserRole)
        self.shut()
        self.chosen.emit(key)


def matching(choices: Sequence[Choice], text: str) -> list[Choice]:
    """What is meant, the likeliest first: titles that begin so, then titles and words that hold it."""
    wanted = text.strip().lower().replace(" ", "")
    if not wanted:
        return list(choices)
    ranked = [(rank, number) for number, each in enumerate(choices) if (rank := _rank(each, wanted)) is not None]
    return [choices[number] for _, number in sorted(ranked)]


def _rank(choice: Choice, wanted: str) -> int | None:
    title = choice.title.lower().replace(" ", "")
    if title.startswith(wanted):
        return 0
    if wanted in title:
        return 1
    return 2 if wanted in f"{choice.key} {choice.detail} {choice.words}".lower().replace(" ", "") else None
