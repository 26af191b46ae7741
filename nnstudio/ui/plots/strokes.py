"""Lines made of many points, drawn quickly: gaps where there is no number, nothing far outside."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from nnstudio.ui.plots.cutting import cut, makes_svg
from nnstudio.ui.plots.graphics import polygon

Pixels = NDArray[np.float64]
FAR = 16_000.0  # Pixels; the painter's own numbers end at 32,768.
FEW = 60  # Points up to which a line is wider than a pixel; it costs eighty times as much (measured).
DOTTED = 40  # Points up to which each is marked, so that one alone is seen.
DOT = 2.2


def stroke(painter: QPainter, area: QRectF, x: Pixels, y: Pixels, colour: QColor, width: float = 1.0) -> None:
    """Draw a line through points in pixels; not a number makes a gap."""
    if len(x) <= DOTTED:
        dots(painter, area, x, y, colour)
    if makes_svg(painter):
        x, y = cut(x, y, area)
    # Smooth and half seen through costs twenty times as much as either alone.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, colour.alpha() == 255)
    painter.setPen(QPen(colour, max(width, 1.5) if len(x) <= FEW else 1))
    for begin, end in runs(x, y):
        painter.drawPolyline(polygon(np.clip(x[begin:end], -FAR, FAR), np.clip(y[begin:end], -FAR, FAR)))


def dots(painter: QPainter, area: QRectF, x: Pixels, y: Pixels, colour: QColor, size: float = DOT) -> None:
    """Mark points in pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    inside = (x >= area.left()) & (x <= area.right()) & (y >= area.top()) & (y <= area.bottom())
    for across, down in zip(x[inside].tolist(), y[inside].tolist(), strict=True):
        painter.drawEllipse(QPointF(across, down), size, size)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def runs(x: Pixels, y: Pixels) -> Iterator[tuple[int, int]]:
    """Where stretches without gaps begin and end."""
    known = np.isfinite(x) & np.isfinite(y)
    if known.all():
        if len(x) > 1:
            yield 0, len(x)
        return
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if end - begin > 1:
            yield begin, end
