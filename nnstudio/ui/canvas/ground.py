"""The ground of the canvas: dots that help to judge distances, fewer of them the further away it is seen."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnstudio.ui.theme import Theme

DOTS = 24.0
CROWDED = 0.6  # Below this zoom the dots would be too many.


def paint_ground(painter: QPainter, rect: QRectF | QRect, theme: Theme, zoom: float) -> None:
    """Fill a part of the canvas, in the scene's coordinates."""
    painter.fillRect(rect, theme.color("canvas"))
    spacing = DOTS * max(1, 2 ** math.ceil(math.log2(CROWDED / zoom))) if zoom < CROWDED else DOTS
    left, top = math.floor(rect.left() / spacing), math.floor(rect.top() / spacing)
    right, bottom = math.ceil(rect.right() / spacing), math.ceil(rect.bottom() / spacing)
    pen = QPen(QColor(theme.grid), 2 / zoom if zoom < 1 else 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(
        [QPointF(x * spacing, y * spacing) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    )
