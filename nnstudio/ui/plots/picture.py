"""Pictures of plots: what is seen, at twice its size in pixels or as lines and letters."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.ui import picture_files
from nnstudio.ui.plots.table import Table
from nnstudio.ui.theme import GAP, theme_of

SCALE = 2
MOST_PIXELS = 40_000_000


@runtime_checkable
class Subject(Protocol):
    """What can be saved: its title, the widgets that its picture is made of, and its numbers."""

    title: str

    def pictured(self) -> Sequence[QWidget]:
        """The parts of the picture; parts that are subjects themselves are asked in turn."""

    def table(self) -> Table:
        """All numbers that are shown."""


def image_of(subject: Subject) -> QImage:
    """Its picture as pixels."""
    parts, area = _parts(subject)
    scale = min(SCALE, (MOST_PIXELS / (area.width() * area.height())) ** 0.5)
    image = QImage(area.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    _paint(parts, area, QPainter(image))
    return image


def svg_of(subject: Subject) -> bytes:
    """Its picture as the content of an SVG file."""
    parts, area = _parts(subject)
    return picture_files.svg_of(area.size(), subject.title, partial(_paint, parts, area))


def _parts(subject: Subject) -> tuple[list[tuple[QWidget, QRect]], QRect]:
    """All widgets, each with its place, and the rectangle that holds them."""
    top = subject if isinstance(subject, QWidget) else None
    found: list[tuple[QWidget, QRect]] = []
    for widget in _flat(subject):
        origin = widget.mapTo(top, QPoint()) if top is not None and top.isAncestorOf(widget) else widget.pos()
        found.append((widget, QRect(origin, widget.size())))
    area = QRect()
    for _, place in found:
        area = area.united(place)
    return found, area.adjusted(-GAP, -GAP, GAP, GAP).united(QRect(area.topLeft(), QSize(1, 1)))


def _flat(subject: Subject) -> list[QWidget]:
    flat: list[QWidget] = []
    for widget in subject.pictured():
        if isinstance(widget, Subject):
            flat.extend(_flat(widget))
        elif not widget.isHidden():
            flat.append(widget)
    return flat


def _paint(parts: Sequence[tuple[QWidget, QRect]], area: QRect, painter: QPainter) -> None:
    # A mark around what has the keys is no part of the picture.
    focus = QApplication.focusWidget()
    if focus is not None:
        focus.clearFocus()
    try:
        painter.fillRect(QRect(QPoint(), area.size()), theme_of(parts[0][0].palette()).color("panel"))
        for widget, place in parts:
            # The widget's own way: views have another of the same name, without what lies over them.
            QWidget.render(
                widget, painter, place.topLeft() - area.topLeft(), QRegion(), QWidget.RenderFlag.DrawChildren
            )
    finally:
        # Left open, it would end with its picture already gone.
        painter.end()
        if focus is not None:
            focus.setFocus()
