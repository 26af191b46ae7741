"""The ring around what has the keys, for widgets that paint themselves; the style sheet draws it for all others."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.ui.theme import theme_of


def paint_ring(painter: QPainter, widget: QWidget) -> None:
    """Paint a line inside the edge of a widget that has the keys."""
    if widget.hasFocus():
        painter.setPen(QPen(theme_of(widget.palette()).color("accent"), 1))
        painter.drawRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
