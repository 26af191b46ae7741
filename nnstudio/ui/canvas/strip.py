"""The strip beneath a card: what comes out of its layer now. It takes no clicks and no room."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.theme import Theme

GAP = 5.0
LOWEST, HIGHEST = 12.0, 56.0
PLAIN = 0.3  # Zoom below which it is left out.


class Strip(QGraphicsItem):
    """A picture as wide as its card where that makes it no higher than a few lines."""

    def __init__(self, card: QGraphicsItem, theme: Theme) -> None:
        super().__init__(card)
        self._theme = theme
        self._image = QImage()
        self._place = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_image(self, image: QImage, card: QRectF, theme: Theme) -> None:
        """Show another picture beneath a card of that size."""
        self._image, self._theme = image, theme
        place = _place(image, card)
        if place != self._place:
            self.prepareGeometryChange()
            self._place = place
        self.update()

    def boundingRect(self) -> QRectF:
        return self._place.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._image.isNull() or option.levelOfDetailFromTransform(painter.worldTransform()) < PLAIN:
            return
        # Each number a cell with sharp edges.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(self._place, self._image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("border"), 1.0))
        painter.drawRect(self._place)


def _place(image: QImage, card: QRectF) -> QRectF:
    if image.isNull():
        return QRectF()
    height = min(max(card.width() * image.height() / image.width(), LOWEST), HIGHEST)
    width = min(card.width(), height * image.width() / image.height()) if height == HIGHEST else card.width()
    return QRectF(card.left() + (card.width() - width) / 2, card.bottom() + GAP, width, height)
