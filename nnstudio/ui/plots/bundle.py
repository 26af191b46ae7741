"""Strong lines that are drawn quickly: a few fine ones beside each other. A wide one costs twenty times as much."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnstudio.ui.plots.cutting import cut, makes_svg
from nnstudio.ui.plots.graphics import polygon
from nnstudio.ui.plots.strokes import FAR, Pixels, dots, runs

FEW = 2  # Points that are drawn as points.
BESIDE = 0.7  # Pixels between two fine lines.


def strong_line(painter: QPainter, area: QRectF, x: Pixels, y: Pixels, colour: QColor, width: int = 2) -> None:
    """Draw a line of about that many pixels through points in pixels; not a number makes a gap."""
    if len(x) <= FEW:
        dots(painter, area, x, y, colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if makes_svg(painter):
        x, y = cut(x, y, area)
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    else:
        painter.setPen(QPen(colour, 1))
    lines = [polygon(np.clip(x[a:b], -FAR, FAR), np.clip(y[a:b], -FAR, FAR)) for a, b in runs(x, y)]
    places = [(0.0, 0.0)] if makes_svg(painter) else _places(width)
    for across, down in places:
        painter.translate(across, down)
        for line in lines:
            painter.drawPolyline(line)
        painter.translate(-across, -down)


def _places(width: int) -> list[tuple[float, float]]:
    """Beside and below, so that steep lines and level ones are as wide."""
    reach = [BESIDE * (each - (width - 1) / 2) for each in range(width)]
    return [*((each, 0.0) for each in reach), *((0.0, each) for each in reach)]
