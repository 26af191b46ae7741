"""The minimap: all cards as small marks, and what is in sight; press or drag to go there."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.ui.canvas.card import Card
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import Theme

WIDTH, TALLEST, FLATTEST = 180, 110, 40
MARGIN = 8
GAP = 12  # To the corner of the canvas.
REST = 60  # Milliseconds between two pictures.


class Minimap(QWidget):
    """Lies in a corner of the canvas; hidden while everything is in sight anyway."""

    def __init__(self, scene: Scene, view: CanvasView, theme: Theme) -> None:
        super().__init__(view)
        self._scene, self._view, self._theme = scene, view, theme
        self.setFixedSize(WIDTH, TALLEST)
        self.setAccessibleName(self.tr("Overview of the canvas"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._later = QTimer(self, singleShot=True, interval=REST)
        self._later.timeout.connect(self._refresh)
        scene.changed.connect(self._notice)
        view.horizontalScrollBar().valueChanged.connect(self._notice)
        view.verticalScrollBar().valueChanged.connect(self._notice)
        view.zoom_changed.connect(self._notice)
        self._refresh()

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def place(self) -> None:
        """Stand in the corner, as tall as the model needs."""
        area, room = self._scene.content_rect().adjusted(-40, -40, 40, 40), WIDTH - 2 * MARGIN
        tall = room * area.height() / max(area.width(), 1) + 2 * MARGIN
        self.setFixedSize(WIDTH, int(min(max(tall, FLATTEST), TALLEST)))
        corner = self._view.rect().bottomRight()
        self.move(corner.x() - self.width() - GAP, corner.y() - self.height() - GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("border")))
        painter.setBrush(self._theme.color("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        area, factor = self._area()
        painter.save()
        painter.translate(MARGIN - area.left() * factor, MARGIN - area.top() * factor)
        painter.scale(factor, factor)
        painter.setPen(Qt.PenStyle.NoPen)
        for group, boxes in _boxes_by_group(self._scene.cards()).items():
            painter.setBrush(self._theme.of_group(group))
            painter.drawRects(boxes)
        painter.restore()
        sight = QColor(self._theme.accent)
        painter.setPen(QPen(sight))
        sight.setAlpha(40)
        painter.setBrush(sight)
        painter.drawRect(self._small(self._in_sight()) & QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def _go(self, position: QPointF) -> None:
        area, factor = self._area()
        x, y = position.x() - MARGIN, position.y() - MARGIN
        self._view.centerOn(QPointF(x / factor + area.left(), y / factor + area.top()))

    @Slot()
    def _notice(self) -> None:
        if not self._later.isActive():
            self._later.start()

    @Slot()
    def _refresh(self) -> None:
        content = self._scene.content_rect()
        # On a low canvas it would lie on the cards themselves.
        roomy = self._view.height() >= px(TALLEST)
        self.setVisible(roomy and not content.isEmpty() and not self._in_sight().contains(content))
        self.place()
        self.update()

    def _in_sight(self) -> QRectF:
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def _area(self) -> tuple[QRectF, float]:
        area = self._scene.content_rect().adjusted(-40, -40, 40, 40)
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        factor = min(room.width() / max(area.width(), 1), room.height() / max(area.height(), 1))
        return area, factor

    def _small(self, area: QRectF) -> QRectF:
        whole, factor = self._area()
        corner = (area.topLeft() - whole.topLeft()) * factor + QPointF(MARGIN, MARGIN)
        return QRectF(corner.x(), corner.y(), max(area.width() * factor, 2), max(area.height() * factor, 2))


def _boxes_by_group(cards: Iterable[Card]) -> dict[str, list[QRectF]]:
    """Where cards are, by the group of their layers, which gives the colour."""
    found: dict[str, list[QRectF]] = {}
    for card in cards:
        found.setdefault(card.face.group, []).append(card.outline().translated(card.pos()))
    return found
