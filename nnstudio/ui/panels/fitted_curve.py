"""The fitted curve: what a network with one input answers, over the samples that it learned from."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.points import Cloud, PointSet
from nnstudio.ui.panels.decision_map import KEPT_BACK, REACH, input_names
from nnstudio.ui.panels.plane import Range
from nnstudio.ui.plots.colours import class_colours
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.scatter import Scatter
from nnstudio.ui.plots.source import Points

MARGIN = 0.12


class FittedCurve(Plot):
    """The curve of a regression, or the probability of a class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Fitted curve"), "x", "y", parent)
        self.right_clicks = True
        self._back, self._train = Scatter(hollow=True), Scatter()
        self.add(self._back)
        self.add(self._train)
        self._curves: list[Curve] = []
        self._clouds: tuple[tuple[Cloud, Scatter], ...] = ()
        self._points: PointSet | None = None
        self._ranges: tuple[Range, Range] | None = None

    def show_samples(self, points: PointSet, across: Range, kept_back: bool) -> None:
        """Show the points, and the range that they need."""
        self._points = points
        output = points.target_names[0] if points.target_names else tr("output")
        self.say(input_names(points)[0], output)
        self._clouds = tuple((points.clouds[part], self._back) for part in KEPT_BACK if kept_back)
        held = [points.clouds[part] for part in KEPT_BACK if kept_back]
        self._show(self._back, held, points)
        self._show(self._train, [points.clouds["train"]], points)
        ranges = across, _upright(points)
        if ranges != self._ranges:
            self._ranges = ranges
            self.zoom_to(*ranges)

    def show_output(self, answers: Array, across: Range) -> None:
        """What the network answers, (numbers, outputs), at places from one end to the other."""
        points = self._points
        if points is None:
            return
        count = answers.shape[1]
        if len(self._curves) != count:
            self._make_curves(count)
        x = np.linspace(*across, len(answers))
        for curve, values in zip(self._curves, answers.T, strict=True):
            curve.show_source(Points(x, values))

    def number_near(self, x: float, y: float) -> int | None:
        """The number in the data of the point that is nearest, if it is near."""
        points = self._points
        if points is None:
            return None
        found = self._train.nearest(x, y, REACH)
        if found is not None:
            return int(points.clouds["train"].numbers[found])
        found = self._back.nearest(x, y, REACH)
        numbers = [cloud.numbers for cloud, _ in self._clouds]
        return None if found is None else int(np.concatenate(numbers)[found])

    def _make_curves(self, count: int) -> None:
        for curve in self._curves:
            self.remove(curve)
        points = self._points
        names = points.class_names if points and count > 1 else ()
        self._curves = [
            ClassCurve(names[number], number, count) if number < len(names) else Curve(self.tr("output"), _NONE, "text")
            for number in range(count)
        ]  # fmt: skip
        for curve in self._curves:
            self.add(curve)

    def _show(self, layer: Scatter, clouds: Sequence[Cloud], points: PointSet) -> None:
        x = np.concatenate([np.empty(0), *(cloud.inputs[:, 0] for cloud in clouds)])
        if not points.class_names:
            y = np.concatenate([np.empty(0), *(cloud.targets[:, 0] for cloud in clouds)])
            # Blue or orange would mean a class.
            layer.show_points(x, y, np.ones(len(x)), (tr("sample"), tr("sample")))
            return
        classes = np.concatenate([np.empty(0, np.intp), *(cloud.targets for cloud in clouds)])
        y = np.where(classes > 0, points.yes, points.no) if len(points.class_names) == 2 else np.full(len(x), points.no)
        layer.show_points(x, y, classes, points.class_names)


class ClassCurve(Curve):
    """In the colour of its class."""

    def __init__(self, name: str, number: int, count: int) -> None:
        super().__init__(name, _NONE)
        self._number, self._count = number, count

    @property
    def colour(self) -> QColor:
        return class_colours(self.theme, self._count)[self._number]


def tr(text: str) -> str:
    """A text of the curve in the user's language."""
    return QCoreApplication.translate("FittedCurve", text)


_NONE = Points((), ())


def _upright(points: PointSet) -> Range:
    """From the least to the greatest target, with a margin."""
    if points.class_names:
        low, high = points.no, points.yes
    else:
        targets = np.concatenate([cloud.targets[:, 0] for cloud in points.clouds.values()]).astype(float)
        targets = targets[np.isfinite(targets)]
        low, high = (float(targets.min()), float(targets.max())) if len(targets) else (0.0, 1.0)
    room = MARGIN * (high - low or 1.0)
    return low - room, high + room
