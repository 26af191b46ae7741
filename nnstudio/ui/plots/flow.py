"""A layout that sets widgets side by side and begins a new row where there is no more room."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Rows of widgets, each as large as it likes to be."""

    def __init__(self, parent: QWidget, gap: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arranged(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arranged(rect, place=True)

    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._shown()]
        return QSize(sum(hint.width() + self._gap for hint in hints), max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        # As narrow as need be: a long name is cut off before it makes the panel wide.
        return QSize(0, max((item.sizeHint().height() for item in self._shown()), default=0))

    def widest(self) -> int:
        """How wide the widest of them is at least."""
        return max((item.minimumSize().width() for item in self._shown()), default=0)

    def narrowest(self) -> int:
        """How wide a row of all of them is at least."""
        widths = [item.minimumSize().width() for item in self._shown()]
        return sum(widths) + self._gap * max(len(widths) - 1, 0)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(max(width, 1), item.sizeHint().height()))
            if not rows or used + self._gap + size.width() > width:
                rows.append([])
                used = -self._gap
            rows[-1].append((item, size))
            used += self._gap + size.width()
        return rows

    def _arranged(self, rect: QRect, place: bool) -> int:
        """The height of all rows; with `place`, everything is put there, in the middle of its row."""
        y = rect.y()
        for number, row in enumerate(self._rows(rect.width())):
            x, y = rect.x(), y + (self._gap // 2 if number else 0)
            high = max(size.height() for _, size in row)
            for item, size in row:
                if place:
                    item.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + self._gap
            y += high
        return y - rect.y()
