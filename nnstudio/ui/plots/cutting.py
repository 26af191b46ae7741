"""Cutting lines at the edges of the inside, for drawings that are read by programs which cannot cut."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEngine, QPainter

Pixels = NDArray[np.float64]


def makes_svg(painter: QPainter) -> bool:
    """Whether lines and letters are written down, and not pixels."""
    return painter.paintEngine().type() is QPaintEngine.Type.SVG


def cut(x: Pixels, y: Pixels, area: QRectF) -> tuple[Pixels, Pixels]:
    """The parts of a line through points that lie in a rectangle, with gaps between them (Liang and Barsky)."""
    inside = (x >= area.left()) & (x <= area.right()) & (y >= area.top()) & (y <= area.bottom())
    if inside.all() or len(x) < 2:
        return x[inside], y[inside]
    across, down = np.diff(x), np.diff(y)
    begin, end = np.zeros(len(across)), np.ones(len(across))
    with np.errstate(divide="ignore", invalid="ignore"):
        for start, way, low, high in ((x, across, area.left(), area.right()), (y, down, area.top(), area.bottom())):
            one, other = (low - start[:-1]) / way, (high - start[:-1]) / way
            within = (start[:-1] >= low) & (start[:-1] <= high)
            # A line along an edge enters and leaves nowhere.
            enter = np.where(way == 0, np.where(within, 0.0, 2.0), np.minimum(one, other))
            leave = np.where(way == 0, 1.0, np.maximum(one, other))
            begin, end = np.maximum(begin, enter), np.minimum(end, leave)
        seen = begin < end
    begin, end, x, y, across, down = (each[seen] for each in (begin, end, x[:-1], y[:-1], across, down))
    gap = np.full(len(begin), np.nan)
    cut_x = np.column_stack((x + begin * across, x + end * across, gap)).ravel()
    return cut_x, np.column_stack((y + begin * down, y + end * down, gap)).ravel()
