"""The decision boundary: what the network and each of its units answer over the plane of the inputs."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from nnstudio.compiler.problems import output_node
from nnstudio.layers.shapes import Array
from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.field import Field
from nnstudio.live.probes.points import Points, PointSet
from nnstudio.ui.document import Document
from nnstudio.ui.drawn_points import DrawnPoints
from nnstudio.ui.panels.boundary_header import BoundaryHeader
from nnstudio.ui.panels.fitted_curve import FittedCurve
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.plane import Range, Scale, UnitLayer, middles, ranges_of, scale_of, unit_layers
from nnstudio.ui.panels.plane_view import PlaneView
from nnstudio.ui.panels.unit_pictures import Unit
from nnstudio.ui.plots.colours import shades
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

LIVE, FINE, SMALL = 80, 160, 40  # Places along each input: while it trains, while it stands, and of small pictures.
ALONG = 241  # Places along a single input.
Button = Qt.MouseButton


class PointStore(Protocol):
    """Where points are kept that the user draws. Each call is an edit that can be undone."""

    def add_point(self, x: tuple[float, ...], target: int | float) -> None:
        """A point more: its inputs, and its class or the number to predict."""

    def remove_point(self, number: int) -> None:
        """The point of that number in the data goes away."""


class Boundary(LivePanel):
    """For data with one or two inputs; of any other it says what would suit."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None, *,
        drawn: DrawnPoints | None = None,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Decision boundary")
        self.store: PointStore | None = drawn
        self._drawn = drawn
        self._points: PointSet | None = None
        self._ranges: tuple[Range, ...] = ()
        self._layers: tuple[UnitLayer, ...] = ()
        self._scales: dict[str, Scale] = {}
        self._seen: Mapping[str, Array] = {}
        self._unit: Unit | None = None
        self._plane, self.curve = PlaneView(), FittedCurve()
        self.map, self.units = self._plane.map, self._plane.units
        self.header = BoundaryHeader(self, self)
        self.what, self.back, self.picker = self.header.what, self.header.back, self.header.picker
        self.sharp, self.kept_back = self.header.sharp, self.header.kept_back
        self._output = ""
        self._arrange()
        self.back.clicked.connect(self.units.unpin)
        self.sharp.toggled.connect(self._change_look)
        self.kept_back.toggled.connect(self.refresh)
        self.units.pointed.connect(self._show_unit)
        self.units.pinned.connect(self._show_unit)
        self.map.clicked.connect(self._click)
        self.curve.clicked.connect(self._click)
        if drawn is not None:
            drawn.changed.connect(self._show_picker)

    def keep_points_in(self, store: PointStore | None) -> None:
        """Let clicks add and remove points there; nowhere without."""
        self.store, self._drawn = store, None
        self._show_picker()

    def probes(self) -> Mapping[str, Probe]:
        wanted: dict[str, Probe] = {"points": Points()}
        if not self._drawable or not self._ranges:
            return wanted
        nodes = (self._output, *([self._unit.layer.id] if self._unit else ()))
        if len(self._ranges) == 1:
            return wanted | {"answers": Field((self._output,), self._ranges, (ALONG,))}
        count = LIVE if self.run.going else FINE
        wanted["answers"] = Field(nodes, middles(self._ranges, count), (count, count))
        if self._layers:
            ids = tuple(layer.id for layer in self._layers)
            wanted["units"] = Field(ids, middles(self._ranges, SMALL), (SMALL, SMALL))
        return wanted

    def show_seen(self, key: str, seen: Seen) -> None:
        if key == "points":
            self._take_points(seen.value)
        elif key == "answers":
            self._seen = seen.value
            self._show_answers()
        else:
            self._show_pictures(seen.value)

    def refresh(self) -> None:
        sentence = self._why_not()
        if sentence:
            self.stage.show_nothing(sentence)
            self.header.show_controls(False, False, False)
            return
        graph, shapes = self.document.graph, self.document.findings.shapes.known
        self._output = output_node(graph).id
        self._layers = unit_layers(graph, shapes, self._output) if len(self._ranges) == 2 else ()
        self._plane.show_layers(self._layers)
        self.header.show_controls(True, len(self._ranges) == 2, self.units.pin is not None)
        self.stage.show_content()
        if self._points is not None:
            self._show_samples(self._points)
            self._show_answers()

    def show_theme(self, theme: Theme) -> None:
        super().show_theme(theme)
        self._show_picker()

    def pictured(self) -> list[QWidget]:
        """What belongs into a picture: the small pictures and the map, or the curve."""
        return [self.curve] if len(self._ranges) == 1 else self._plane.pictured()

    def table(self) -> Table:
        """The numbers of the map or of the curve."""
        return self.curve.table() if len(self._ranges) == 1 else self.map.table()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < len(self.picker.buttons) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.picker.choose(number)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._drawn is not None:
            self._drawn.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._drawn is not None:
            self._drawn.watch(False)

    @property
    def _drawable(self) -> bool:
        return self._points is not None and bool(self._points.clouds) and not self._why_not()

    def _why_not(self) -> str:
        """Why there is nothing to show; empty if there is."""
        if self.run.state in (State.WAITING, State.FAILED):
            return self.run.sentence or self.tr("Press Train to see what the network decides.")
        if self._points is None:
            return self.tr("The data is being read.")
        if not self._points.clouds:
            return self.tr(
                "A boundary can be drawn for data with one or two inputs, such as circle, spiral, xor or "
                "linear-regression. This data has {}."
            ).format(f"{self._points.inputs:,}")
        return ""

    def _take_points(self, points: PointSet) -> None:
        self._points = points
        if points.clouds:
            every = np.concatenate([cloud.inputs for cloud in points.clouds.values()]).astype(float)
            self._ranges = ranges_of(every, self._ranges if len(self._ranges) == every.shape[1] else ())
            self._scales = {}
        self.refresh()
        self.want()

    def _show_samples(self, points: PointSet) -> None:
        kept_back = self.kept_back.isChecked()
        if len(self._ranges) == 1:
            self.curve.show_samples(points, self._ranges[0], kept_back)
        else:
            self.map.show_samples(points, kept_back)
        self._views.setCurrentWidget(self.curve if len(self._ranges) == 1 else self._plane)
        self._show_picker()

    def _show_answers(self) -> None:
        answers = self._seen.get(self._output if self._unit is None else self._unit.layer.id)
        if answers is None or answers.ndim != len(self._ranges) + 1:
            return
        if len(self._ranges) == 1:
            self.curve.show_output(answers, self._ranges[0])
        elif self._unit is None:
            self.map.show_output(answers, self._ranges, self.sharp.isChecked())
        elif self._unit.number < answers.shape[2]:
            unit = self._unit
            scale = self._scale(unit.layer, answers)
            self.map.show_unit(
                answers[..., unit.number], self._ranges, _name(unit), scale, self.sharp.isChecked()
            )

    def _show_pictures(self, seen: Mapping[str, Array]) -> None:
        for layer in self._layers:
            answers = seen.get(layer.id)
            if answers is not None and answers.shape[2] == layer.units:
                scale = self._scale(layer, answers)
                limit = scale.limit * (1e-9 if self.sharp.isChecked() else 1.0)
                self.units.show_shades(layer.id, shades(np.moveaxis(answers, 2, 0)[:, ::-1] - scale.middle, limit))

    def _scale(self, layer: UnitLayer, answers: Array) -> Scale:
        scale = self._scales[layer.id] = scale_of(layer.layer, answers, self._scales.get(layer.id))
        return scale

    def _show_unit(self, pointed: Unit | None) -> None:
        unit = pointed or self.units.pin
        if unit == self._unit:
            return
        self._unit = unit
        self.what.setText(_name(unit) if unit else self.tr("Output"))
        self.back.setVisible(self.units.pin is not None)
        self._show_answers()
        self.want()

    def _change_look(self) -> None:
        self.refresh()
        # The small pictures are made anew with the next answers; while it stands, those are asked for.
        self.run.want(self, {})
        self.want()

    def _click(self, x: float, y: float, button: Qt.MouseButton) -> None:
        points, store = self._points, self.store
        if points is None or store is None:
            return
        one = len(self._ranges) == 1
        if button is Button.RightButton:
            number = (self.curve if one else self.map).number_near(x, y)
            if number is not None:
                store.remove_point(number)
        elif button is Button.LeftButton:
            target = self._target(points, y if one else None)
            store.add_point((x,) if one else (x, y), target)

    def _target(self, points: PointSet, clicked: float | None) -> int | float:
        if points.class_names:
            return self.picker.chosen
        if clicked is not None:
            return clicked
        targets = np.concatenate([cloud.targets[:, 0] for cloud in points.clouds.values()])
        return float(targets.max() if self.picker.chosen else targets.min())

    def _show_picker(self) -> None:
        points = self._points
        names: tuple[str, ...] = ()
        if points is not None and points.class_names:
            names = points.class_names
        elif points is not None and len(self._ranges) == 2:
            names = self.tr("the least target"), self.tr("the greatest target")
        reason = "" if self.store else self.tr("No points can be added to this data.")
        if self._drawn is not None and not self._drawn.possible:
            reason = self._drawn.reason or reason
        self.picker.show_classes(names, self.theme, reason)
        how = self.tr("Click adds a point, right click removes one.")
        self._views.setToolTip("" if points is None else reason or how)

    def _arrange(self) -> None:
        self._views = QStackedWidget()
        self._views.addWidget(self._plane)
        self._views.addWidget(self.curve)
        self.stage = Stage(self._views, self.tr("Press Train to see what the network decides."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stage, 1)


def _name(unit: Unit) -> str:
    return f"{unit.layer.name} · {unit.number + 1}"
