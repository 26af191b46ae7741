"""The decision over the plane: answers as colours, the boundary as a line, and the samples on top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnstudio.engine.metrics import decide
from nnstudio.layers.shapes import Array
from nnstudio.live.probes.points import Cloud, PointSet
from nnstudio.ui.panels.plane import Range, Scale, scale_of_targets
from nnstudio.ui.plots.colours import diverging
from nnstudio.ui.plots.heat import Heat
from nnstudio.ui.plots.layer import Layer, Reading
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.scatter import Scatter

REACH = 12.0  # Pixels within which a click finds a point.
STEPS = 31  # Colours of points whose targets are numbers.
SHARP = 1e-9  # Of the scale: what is sharpened is all one colour or all the other.
KEPT_BACK = ("validation", "test")


class DecisionMap(Heat):
    """For data with two inputs."""

    def __init__(self, square: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Output"), "x₁", "x₂", parent, square=square)
        self._held, self._numbers = Scatter(hollow=True), ValuedPoints()
        self._verdict = Verdict()
        for layer in (self._held, self._numbers, self._verdict):
            self.plot.add(layer)
        self._clouds: tuple[Cloud, Cloud] | None = None
        self._points: PointSet | None = None
        self.square = square
        self.plot.legend.toggled.connect(self._hide_held)

    def show_samples(self, points: PointSet, kept_back: bool) -> None:
        """Show the points of the training part, and on wish those that are kept back as rings."""
        held = [points.clouds[part] for part in KEPT_BACK] if kept_back else []
        self._points = points
        self._clouds = points.clouds["train"], _joined(held, points.clouds["train"])
        names = input_names(points)
        self.plot.say(*names)
        self._verdict.axes = names[0], names[1]
        train, rest = self._clouds
        if points.class_names:
            self.show_points(train.inputs[:, 0], train.inputs[:, 1], train.targets, points.class_names)
            self._held.show_points(rest.inputs[:, 0], rest.inputs[:, 1], rest.targets, points.class_names)
            self._numbers.show_values((), (), (), Scale(0.0, 1.0))
        else:
            self.show_points((), (), names=())
            self._held.show_points((), ())
            inputs, targets = (np.concatenate(both) for both in ((train.inputs, rest.inputs),
                                                                 (train.targets, rest.targets)))  # fmt: skip
            self._numbers.show_values(inputs[:, 0], inputs[:, 1], targets[:, 0], scale_of_targets(points))

    def number_near(self, x: float, y: float) -> int | None:
        """The number in the data of the point that is nearest, if it is near."""
        layers: tuple[Scatter, ...] = (self.points, self._held)
        if self._clouds is None:
            return None
        if self._points is not None and not self._points.class_names:
            found = self._numbers.nearest(x, y, REACH)
            numbers = np.concatenate([cloud.numbers for cloud in self._clouds])
            return None if found is None else int(numbers[found])
        for layer, cloud in zip(layers, self._clouds, strict=True):
            found = layer.nearest(x, y, REACH)
            if found is not None:
                return int(cloud.numbers[found])
        return None

    def show_output(self, answers: Array, ranges: Sequence[Range], sharp: bool) -> None:
        """What the network answers, (rows, columns, outputs): one number, or one for each class."""
        points = self._points
        if points is None:
            return
        place = Extent(*ranges[0], *ranges[1])
        if answers.shape[2] > 1 and points.class_names:
            self._show_classes(answers, place, points.class_names, sharp)
            return
        scale = scale_of_targets(points)
        name = points.target_names[0] if points.target_names else self.tr("output")
        names = points.class_names

        def verdict(row: int, column: int) -> str:
            return names[int(answers[row, column, 0] > scale.middle)] if len(names) == 2 else ""

        self._verdict.look_at(answers.shape[:2], place, verdict)
        self._show_numbers(answers[..., 0], place, name, scale, sharp, bool(names))

    def show_unit(self, answers: NDArray[np.floating], ranges: Sequence[Range], name: str, scale: Scale,
                  sharp: bool) -> None:  # fmt: skip
        """What a single unit answers, (rows, columns)."""
        place = Extent(*ranges[0], *ranges[1])
        self._verdict.look_at(answers.shape, place, lambda row, column: "")
        self._show_numbers(answers, place, name, scale, sharp, True)

    def _show_numbers(
        self, answers: NDArray[np.floating], place: Extent, name: str, scale: Scale, sharp: bool, decision: bool
    ) -> None:
        self.name_answers(name)
        # The line of the decision and what is read off stay exact; only the colours are made two.
        self.show_answers(answers, place, scale.middle, scale.limit * (SHARP if sharp else 1.0), decision)
        self.bar.show_limit(scale.limit, scale.middle)

    def _show_classes(self, answers: Array, place: Extent, names: Sequence[str], sharp: bool) -> None:
        best = decide(answers.reshape(-1, answers.shape[2]), 0.0).reshape(answers.shape[:2])
        shown = np.moveaxis(answers, 2, 0)
        if sharp:
            shown = (best == np.arange(len(shown))[:, None, None]).astype(answers.dtype)
        self._verdict.look_at(best.shape, place, lambda row, column: names[best[row, column]])
        self.show_classes(shown, place, names)

    def _hide_held(self) -> None:
        self._held.hide_classes(self._hidden)


@dataclass(frozen=True)
class _Grid:
    shape: tuple[int, int]
    place: Extent


class Verdict(Layer):
    """Says at which place the answers under the cursor were found, and the class that they name."""

    def __init__(self) -> None:
        super().__init__()
        self.axes = ("x₁", "x₂")
        self._grid: _Grid | None = None
        self._class_at: Callable[[int, int], str] = lambda row, column: ""

    def look_at(self, shape: tuple[int, ...], place: Extent, class_at: Callable[[int, int], str]) -> None:
        """Answers stand in rows and columns over a rectangle; `class_at` knows the class of each."""
        self._grid, self._class_at = _Grid((shape[0], shape[1]), place), class_at

    def heading(self, x: float, y: float) -> str:
        cell = self._cell(x, y)
        if cell is None or self._grid is None:
            return ""
        (rows, columns), place = self._grid.shape, self._grid.place
        across = place.left + (cell[1] + 0.5) / columns * (place.right - place.left)
        up = place.low + (cell[0] + 0.5) / rows * (place.high - place.low)
        return f"{self.axes[0]} {exact(float(f'{across:.6g}'))}, {self.axes[1]} {exact(float(f'{up:.6g}'))}"

    def readings(self, x: float, y: float) -> list[Reading]:
        cell = self._cell(x, y)
        name = self._class_at(*cell) if cell is not None else ""
        return [Reading(tr("class"), name, x)] if name else []

    def _cell(self, x: float, y: float) -> tuple[int, int] | None:
        if self._grid is None:
            return None
        (rows, columns), place = self._grid.shape, self._grid.place
        row = (y - place.low) / (place.high - place.low) * rows
        column = (x - place.left) / (place.right - place.left) * columns
        return (int(row), int(column)) if 0 <= row < rows and 0 <= column < columns else None


class ValuedPoints(Scatter):
    """Points with numbers to predict, in the colours of the map behind them."""

    def __init__(self) -> None:
        super().__init__()
        self._values = np.empty(0)

    def show_values(self, x: Array | tuple[()], y: Array | tuple[()], values: Array | tuple[()], scale: Scale) -> None:
        """Draw other points; copies."""
        self._values = np.array(values, np.float64)
        places = (self._values - scale.middle) / scale.limit * (STEPS // 2) + STEPS // 2
        self.show_points(x, y, np.clip(np.nan_to_num(np.rint(places)), 0, STEPS - 1))

    def colours(self) -> tuple[QColor, ...]:
        table = diverging(self.theme)
        return tuple(QColor.fromRgb(table[number]) for number in np.linspace(1, 255, STEPS).round().astype(int))

    def readings(self, x: float, y: float) -> list[Reading]:
        found = self.nearest(x, y)
        if found is None:
            return []
        return [Reading(tr("target"), exact(self._values[found]), float(self._x[found]), float(self._y[found]))]


def input_names(points: PointSet) -> tuple[str, ...]:
    """What the inputs are called."""
    if len(points.input_names) == points.inputs:
        return points.input_names
    return ("x",) if points.inputs == 1 else ("x₁", "x₂")


def tr(text: str) -> str:
    """A text of the map in the user's language."""
    return QCoreApplication.translate("DecisionMap", text)


def _joined(clouds: Sequence[Cloud], like: Cloud) -> Cloud:
    if not clouds:
        return Cloud(like.numbers[:0], like.inputs[:0], like.targets[:0])
    return Cloud(
        np.concatenate([cloud.numbers for cloud in clouds]),
        np.concatenate([cloud.inputs for cloud in clouds]),
        np.concatenate([cloud.targets for cloud in clouds]),
    )
