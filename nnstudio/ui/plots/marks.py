"""Marks at an axis: upright or level lines with a word, such as where the learning rate was changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from nnstudio.ui.plots.colours import Ink
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.table import Column, Series

NEAR = 4  # Pixels within which the cursor reads a mark.
GAP = 4
MOST = 400


@dataclass(frozen=True)
class Mark:
    """A place on the axis, and a word for it."""

    at: float
    text: str = ""


class Marks(Layer):
    """Dashed lines over the whole height, or the whole width if they are `level`. A word stands where there is room."""

    def __init__(self, name: str = "", ink: Ink = "dim", font: QFont | None = None, level: bool = False) -> None:
        super().__init__(name, ink, level=-5)
        self._font, self._level = font, level
        self._marks: tuple[Mark, ...] = ()

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Mark other places."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.changed()

    def draw(self, painter: QPainter) -> None:
        if self._font is not None:
            painter.setFont(self._font)
        metrics = QFontMetricsF(painter.font())
        places = self._places()
        length = self.frame.height if self._level else self.frame.width
        free = -np.inf
        for place, mark in sorted(zip(places.tolist(), self._marks, strict=True), key=lambda pair: pair[0])[:MOST]:
            if 0 <= place <= length:
                painter.setPen(QPen(self.colour, 1, Qt.PenStyle.DashLine))
                self._draw_line(painter, place)
                wide = metrics.height() if self._level else metrics.horizontalAdvance(mark.text) + 2 * GAP
                if mark.text and place > free and (self._level or place + wide < length):
                    painter.setPen(self.theme.color("dim"))
                    self._draw_word(painter, place, mark.text, metrics)
                    free = place + wide

    def readings(self, x: float, y: float) -> list[Reading]:
        if not self._marks or not self.frame.drawable:
            return []
        here = float(self.frame.down(y) if self._level else self.frame.across(x))
        places = np.abs(self._places() - here)
        if np.isnan(places).all() or np.nanmin(places) > NEAR:
            return []
        return [Reading(self.name, self._marks[int(np.nanargmin(places))].text, x)]

    def series(self) -> list[Series]:
        if not self.name or self._level:
            return []
        words = [mark.text for mark in self._marks]
        return [Series(np.array([mark.at for mark in self._marks], np.float64), (Column(self.name, words),))]

    def _places(self) -> np.ndarray:
        at = [mark.at for mark in self._marks]
        return self.frame.down(at) if self._level else self.frame.across(at)

    def _draw_line(self, painter: QPainter, place: float) -> None:
        frame = self.frame
        place = round(place) + 0.5
        if self._level:
            painter.drawLine(QPointF(0, place), QPointF(frame.width, place))
        else:
            painter.drawLine(QPointF(place, 0), QPointF(place, frame.height))

    def _draw_word(self, painter: QPainter, place: float, text: str, metrics: QFontMetricsF) -> None:
        if self._level:
            box = QRectF(0, place - metrics.height(), self.frame.width - GAP, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        else:
            painter.drawText(QPointF(place + GAP, metrics.ascent() + GAP), text)
