"""A layer's card as a picture, such as the one that is dragged from the palette."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from nnstudio.graph.graph import Graph, Node
from nnstudio.layers.base import Layer
from nnstudio.ui.canvas.card import HEAD, WIDTH, Card
from nnstudio.ui.canvas.faces import face_of
from nnstudio.ui.theme import Theme

EDGE = 8  # Around the card, for its ports.
HANDLE = QPoint(round(WIDTH / 2) + EDGE, round(HEAD / 2) + EDGE)
"""Where the hand holds the card; the canvas puts its head there."""


def picture_of(layer: Layer, theme: Theme, ratio: float) -> QPixmap:
    """The card of a layer that is not in a model yet, for a screen of that many pixels to the point."""
    node = Node(layer.kind, layer)
    card = Card(node.id, face_of(node, Graph((node,))), theme)
    size = QSize(round(WIDTH) + 2 * EDGE, round(card.height) + 2 * EDGE)
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(0.9)
    painter.translate(EDGE, EDGE)
    card.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return picture
