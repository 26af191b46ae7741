"""Points in the plane, each in the colour of its class, with an edge that keeps them apart from what lies below."""

from collections.abc import Iterable, Sequence
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from nnstudio.ui.plots.colours import class_colours
from nnstudio.ui.plots.cutting import makes_svg
from nnstudio.ui.plots.frame import placed
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.table import Column, Series

SIZE = 3.5
SMALL, MANY = 2.0, 1500  # Many points are drawn smaller.
NEAR = 9  # Pixels within which the cursor finds a point.


class Scatter(Layer):
    """Points x, y; `classes` are numbers from 0 on. `hollow` ones are rings, such as samples that are kept back."""

    def __init__(self, name: str = "", class_names: Sequence[str] = (), hollow: bool = False) -> None:
        super().__init__(name, level=4 if hollow else 5)
        self._hollow = hollow
        self._names = tuple(class_names)
        self._x = self._y = np.empty(0)
        self._classes: NDArray[np.intp] = np.empty(0, np.intp)
        self._hidden: frozenset[int] = frozenset()
        self._stamps: tuple[object, tuple[QPixmap, ...]] = None, ()

    def show_points(
        self, x: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None, names: Sequence[str] | None = None
    ) -> None:
        """Draw other points; copies."""
        self._x, self._y = np.array(x, np.float64).ravel(), np.array(y, np.float64).ravel()
        self._classes = np.zeros(len(self._x), np.intp) if classes is None else np.array(classes, np.intp).ravel()
        if not len(self._x) == len(self._y) == len(self._classes):
            raise ValueError("as many x as y and classes are needed")
        self._names = self._names if names is None else tuple(names)
        self.changed()

    def hide_classes(self, hidden: Iterable[int]) -> None:
        """Draw all classes but these."""
        self._hidden = frozenset(hidden)
        self.changed()

    def colours(self) -> tuple[QColor, ...]:
        """One for each class."""
        return class_colours(self.theme, self._count())

    def class_colour(self, number: int) -> QColor:
        """The colour of a class."""
        colours = self.colours()
        return colours[number % len(colours)]

    def nearest(self, x: float, y: float, within: float = NEAR) -> int | None:
        """The number of the point that is nearest, if it is within so many pixels."""
        frame = self.frame
        if not len(self._x) or not frame.drawable:
            return None
        away = np.hypot(frame.across(self._x) - frame.across(x), frame.down(self._y) - frame.down(y))
        away[~self._shown()] = np.nan
        if np.isnan(away).all() or np.nanmin(away) > within:
            return None
        return int(np.nanargmin(away))

    def draw(self, painter: QPainter) -> None:
        size = SMALL if len(self._x) > MANY else SIZE
        frame, half = self.frame, size + 1
        x, y = frame.across(self._x), frame.down(self._y)
        half = -size if makes_svg(painter) else half
        inside = self._shown() & (x > -half) & (x < frame.width + half) & (y > -half) & (y < frame.height + half)
        x, y, kinds = x[inside], y[inside], self._classes[inside]
        colours = self.colours()
        if makes_svg(painter):
            self._draw_each(painter, x, y, kinds, colours, size)
            return
        stamps = self._made_stamps(colours, size, painter.device().devicePixelRatioF())
        for left, top, kind in zip((x - half).tolist(), (y - half).tolist(), kinds.tolist(), strict=True):
            painter.drawPixmap(QPointF(left, top), stamps[kind % len(stamps)])

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        x, y = placed(self._x, log_x), placed(self._y, log_y)
        known = np.isfinite(x) & np.isfinite(y)
        if not known.any():
            return None
        return Extent(*(float(each) for each in (x[known].min(), x[known].max(), y[known].min(), y[known].max())))

    def readings(self, x: float, y: float) -> list[Reading]:
        place = self.nearest(x, y)
        if place is None:
            return []
        here_x, here_y, kind = float(self._x[place]), float(self._y[place]), int(self._classes[place])
        name = self._names[kind] if kind < len(self._names) else self.name
        return [Reading(name, f"{exact(here_x)}, {exact(here_y)}", here_x, here_y)]

    def series(self) -> list[Series]:
        kinds = [self._names[kind] if kind < len(self._names) else int(kind) for kind in self._classes]
        columns = Column("x", self._x), Column("y", self._y), Column("class", kinds)
        return [Series(np.arange(len(self._x), dtype=np.float64), columns)]

    def _shown(self) -> NDArray[np.bool_]:
        return ~np.isin(self._classes, tuple(self._hidden))

    def _count(self) -> int:
        return max(len(self._names), int(self._classes.max(initial=0)) + 1)

    def _draw_each(
        self, painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64], kinds: NDArray[np.intp],
        colours: tuple[QColor, ...], size: float,
    ) -> None:  # fmt: skip
        for across, down, kind in zip(x.tolist(), y.tolist(), kinds.tolist(), strict=True):
            self._dip(painter, colours[kind % len(colours)])
            painter.drawEllipse(QRectF(across - size, down - size, 2 * size, 2 * size))

    def _made_stamps(self, colours: tuple[QColor, ...], size: float, ratio: float) -> tuple[QPixmap, ...]:
        """A small picture of a point of each class: stamping is ten times as quick as drawing."""
        key = self.theme, len(colours), size, ratio
        if self._stamps[0] != key:
            self._stamps = key, tuple(self._stamp(colour, size, ratio) for colour in colours)
        return self._stamps[1]

    def _dip(self, painter: QPainter, colour: QColor) -> None:
        painter.setPen(QPen(colour, 1.4) if self._hollow else QPen(self.theme.color("field"), 1))
        painter.setBrush(self.theme.color("field") if self._hollow else colour)

    def _stamp(self, colour: QColor, size: float, ratio: float) -> QPixmap:
        side = ceil(2 * (size + 1) * ratio)
        image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._dip(painter, colour)
        painter.drawEllipse(QRectF(1, 1, 2 * size, 2 * size))
        painter.end()
        return QPixmap.fromImage(image)
