"""The picture of the descent: the error as a relief with contours, and the path of each lane on it."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnstudio.experiments.planes import Ground, OfTwoWeights
from nnstudio.live.laboratory.messages import LanePath
from nnstudio.ui.panels.weight_space import SHADES, CostField
from nnstudio.ui.plots.bundle import strong_line
from nnstudio.ui.plots.colours import mixed
from nnstudio.ui.plots.contour import Contour
from nnstudio.ui.plots.cutting import cut, makes_svg
from nnstudio.ui.plots.frame import Frame
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.table import Column, Table
from nnstudio.ui.theme import Theme

LEVELS = 14
NEAR = 10.0  # Pixels within which the cursor reads a path.
DRAWN = 1500  # Places of a path; of more, every second, third, … is drawn, and the last.
LINE, EDGE, DOT, START = 2, 4, 5.0, 6.0
LOW_AND_HIGH = {"dark": ("#10121a", "#4b4f68"), "light": ("#ffffff", "#b9bfd3")}
Shade = Callable[[Theme], QColor]


class ErrorGround(Plot):
    """Follows what a survey told; a click chooses a place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Error surface"), "", "", parent, margins=(0.0, 0.0))
        self.axes.grid.lined = False
        self.ground: Ground | None = None
        self._relief, self._start = Relief(), StartMark()
        self.trails: dict[int, LaneTrail] = {}
        for layer in (self._relief, self._start):
            self.add(layer)
        self._zoomed: object = None

    def show_lanes(self, lanes: Sequence[tuple[int, str, Shade]]) -> None:
        """Other lanes: their numbers, names and colours. Paths come later."""
        for trail in self.trails.values():
            self.remove(trail)
        self.trails = {number: LaneTrail(name, shade, number) for number, name, shade in lanes}
        for trail in self.trails.values():
            self.add(trail)
        self._start.show_at(None)

    def show_ground(self, ground: Ground, names: tuple[str, str]) -> None:
        """Another surface; what is seen follows it, unless the user has gone elsewhere."""
        moved = not self.following and self.ground is not None and self.axes.ranges != self._zoomed
        fresh = self.ground is None or self.ground.plane != ground.plane
        self.ground = ground
        self.say(*names)
        self._relief.show_ground(ground)
        if fresh or not moved:
            self._zoom(ground)

    def show_path(self, path: LanePath) -> None:
        """A lane's way on it."""
        trail = self.trails.get(path.lane)
        if trail is not None:
            trail.show_path(path.steps, path.places)
            if len(path.steps) and path.steps[0] == 0:
                self._start.show_at((float(path.places[0, 0]), float(path.places[0, 1])))

    def say_of_lane(self, number: int, words: str) -> None:
        """What the legend says of a lane."""
        entry = self.legend[self.trails[number]]
        if entry.text() != words:
            entry.setText(words)
            entry.updateGeometry()

    def forget(self) -> None:
        """There is no surface any more."""
        self.ground = None
        self._relief.show_nothing()

    def table(self) -> Table:
        """The cost at every place of the grid, then the paths."""
        ground = self.ground
        if ground is None:
            return Table((Column("cost", ()),))
        x, y = np.meshgrid(*axes_of(ground))
        right, up = ground.names
        columns = [Column(right, x.ravel()), Column(up, y.ravel()), Column("cost", ground.costs.ravel())]
        for trail in self.trails.values():
            columns += [
                Column(f"{trail.name}, step", trail.steps),
                Column(f"{trail.name}, {right}", trail.places[:, 0]),
                Column(f"{trail.name}, {up}", trail.places[:, 1]),
            ]
        return Table(tuple(columns))

    def _zoom(self, ground: Ground) -> None:
        (left, right), (low, high) = ground.spans
        # Only where a unit is as long across as up does a step go straight down.
        self.axes.keep_shape((right - left) / (high - low) if isinstance(ground.plane, OfTwoWeights) else 0.0)
        self.zoom_to(*ground.spans)
        self._zoomed = self.axes.ranges


class Relief(CostField):
    """Low places are far away, high ones near, with contours. Its picture is kept: it is dear to draw, and paths grow
    over it many times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._contours = Contour(ink="dim")
        self._kept = QPixmap()
        self._kept_for: tuple[Frame, Theme, float] | None = None

    def show_ground(self, ground: Ground) -> None:
        """Another surface."""
        known = ground.costs[np.isfinite(ground.costs)]
        if not known.size or known.min() == known.max():
            self.show_nothing()
            return
        low, high = float(known.min()), float(known.max())
        steps = (np.arange(1, LEVELS + 1) / (LEVELS + 1)) ** 2
        self._contours.show_heights(*axes_of(ground), ground.costs, (low + (high - low) * steps).tolist())
        self.show_costs(ground.costs, ground.spans, low, high)
        self._kept_for = None

    def show_nothing(self) -> None:
        self._contours.show_heights((), (), np.empty((0, 0)), ())
        super().show_nothing()
        self._kept_for = None

    def colours(self, theme: Theme) -> tuple[int, ...]:
        return _relief(theme)

    def show_in(self, frame: Frame, theme: Theme) -> None:
        super().show_in(frame, theme)
        self._contours.show_in(frame, theme)

    def draw(self, painter: QPainter) -> None:
        if makes_svg(painter):
            self._draw_all(painter)
            return
        ratio = painter.device().devicePixelRatioF()
        wanted = self.frame, self.theme, ratio
        if self._kept_for != wanted:
            self._kept, self._kept_for = QPixmap(self.boundingRect().size().toSize() * ratio), wanted
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            own = QPainter(self._kept)
            self._draw_all(own)
            own.end()
        painter.drawPixmap(QPointF(), self._kept)

    def _draw_all(self, painter: QPainter) -> None:
        super().draw(painter)
        self._contours.draw(painter)


class LaneTrail(Layer):
    """The way of one lane, with an edge that keeps it apart from the ground, and a dot where it stands."""

    def __init__(self, name: str, shade: Shade, level: int) -> None:
        super().__init__(name, level=5 - 0.1 * level)
        self._shade_of = shade
        self.steps: NDArray[np.int64] = np.empty(0, np.int64)
        self.places = np.empty((0, 2))

    @property
    def colour(self) -> QColor:
        return self._shade_of(self.theme)

    def show_path(self, steps: NDArray[np.int64], places: NDArray[np.float64]) -> None:
        """Its way so far."""
        self.steps, self.places = steps, places
        self.changed()

    def draw(self, painter: QPainter) -> None:
        if not len(self.places):
            return
        stride = -(-len(self.places) // DRAWN)
        drawn = self.places if stride <= 1 else np.vstack((self.places[::stride], self.places[-1:]))
        x, y = self.frame.across(drawn[:, 0]), self.frame.down(drawn[:, 1])
        area = self.boundingRect()
        end = QPointF(float(x[-1]), float(y[-1])) if np.isfinite((x[-1], y[-1])).all() else None
        x, y = cut(x, y, area)
        edge = self.theme.color("panel")
        strong_line(painter, area, x, y, edge, EDGE)
        strong_line(painter, area, x, y, self.colour, LINE)
        if end is not None:
            painter.setPen(QPen(edge, 1.5))
            painter.setBrush(self.colour)
            painter.drawEllipse(end, DOT, DOT)

    def readings(self, x: float, y: float) -> list[Reading]:
        if not len(self.places) or not self.frame.drawable:
            return []
        away = np.hypot(self.frame.across(self.places[:, 0]) - self.frame.across(x),
                        self.frame.down(self.places[:, 1]) - self.frame.down(y))  # fmt: skip
        if np.isnan(away).all() or np.nanmin(away) > NEAR:
            return []
        best = int(np.nanargmin(away))
        here = self.places[best]
        words = tr("step {}: {}").format(f"{self.steps[best]:,}", ", ".join(exact(float(each)) for each in here))
        return [Reading(self.name, words, float(here[0]), float(here[1]))]


class StartMark(Layer):
    """A ring where all paths begin."""

    def __init__(self) -> None:
        super().__init__(level=9)
        self._at: tuple[float, float] | None = None

    def show_at(self, place: tuple[float, float] | None) -> None:
        """Where they begin; None where that is not known."""
        if place != self._at:
            self._at = place
            self.update()

    def draw(self, painter: QPainter) -> None:
        if self._at is not None:
            place = QPointF(float(self.frame.across(self._at[0])), float(self.frame.down(self._at[1])))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in (("panel", 4.0), ("text", 1.8)):
                painter.setPen(QPen(self.theme.color(colour), width))
                painter.drawEllipse(place, START, START)


def tr(text: str) -> str:
    """A text of the descent in the user's language."""
    return QCoreApplication.translate("Descent", text)


def axes_of(ground: Ground) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where its columns and rows stand."""
    rows, columns = ground.costs.shape
    return np.linspace(*ground.spans[0], columns), np.linspace(*ground.spans[1], rows)


@lru_cache
def _relief(theme: Theme) -> tuple[int, ...]:
    low, high = (QColor(name) for name in LOW_AND_HIGH[theme.name])
    return tuple(mixed(low, high, share / SHADES).rgb() for share in range(SHADES + 1))
