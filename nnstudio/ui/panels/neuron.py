"""A single neuron in weight space and input space: two views of the same numbers; who moves one moves both."""

from collections.abc import Mapping
from itertools import combinations
from time import perf_counter

import numpy as np
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from nnstudio.layers.shapes import Array
from nnstudio.live.known import State
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Probe
from nnstudio.live.probes.neuron_inputs import NeuronInputs, Shown
from nnstudio.live.probes.neuron_path import NeuronPath, Path
from nnstudio.live.probes.surface import Place, Surface
from nnstudio.live.record import Record
from nnstudio.ui.beginnings import Beginnings
from nnstudio.ui.document import Document
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.input_space import InputSpace
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.neuron_hand import Hand
from nnstudio.ui.panels.neuron_site import Range, Single, find_single, weight_ranges
from nnstudio.ui.panels.neuron_views import NeuronViews
from nnstudio.ui.panels.weight_space import WeightSpace
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.source import Points, Steps
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table, joined
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import follow_font
from nnstudio.ui.theme import Theme

LIVE, FINE = 33, 65  # Places along each weight at which the error is found: while it trains, while it stands.
IS = "\u00a0=\u00a0"  # A number is never parted from its name.
SELDOM = 0.2  # Seconds between two drawings of the curves.
LINES = 300  # Samples, at most, that draw a line in weight space.


class NeuronPanel(LivePanel):
    """For a Dense layer with one unit and one or two inputs: the chosen one, or the first."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None, *,
        beginnings: Beginnings,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Neuron")
        self._hand = Hand(document, run, beginnings)
        self._single: Single | None = None
        self._path: Path | None = None
        self._shown: Shown | None = None
        self._numbers: Array | None = None  # As they are shown: those of the network, or where the hand wants them.
        self._ranges: tuple[Range, ...] = ()
        self.inputs = InputSpace(self._move, self._hand.begin)
        self.weights = WeightSpace(self._move_arrow, self._hand.begin)
        self.course = Plot(self.tr("Weights over time"), self.tr("step"), self.tr("weight"))
        self.error = Plot(self.tr("Error over time"), self.tr("step"), self.tr("cost"))
        self._views = NeuronViews(self.inputs, self.weights, self.course, self.error)
        self.numbers = self._views.numbers
        self._curves: list[Curve] = []
        self._drawn: dict[Plot, float] = {}  # When each was drawn last.
        self._cost = Curve(self.tr("cost"), _NONE, "negative")
        self.error.add(self._cost)
        self._make_header()
        self._arrange()

    def probes(self) -> Mapping[str, Probe]:
        if self._single is None:
            return {}
        id = self._single.id
        wanted: dict[str, Probe] = {"path": NeuronPath(id), "inputs": NeuronInputs(id)}
        if self._ranges:
            first, second = (self._place(number) for number in self._axes())
            count = LIVE if self.run.going else FINE
            wanted["surface"] = Surface(first, second, (self._ranges[0], self._ranges[1]), (count, count))
        return wanted

    def show_seen(self, key: str, seen: Seen) -> None:
        value = seen.value
        if value is None:
            return
        if key == "path":
            self._take_path(value)
        elif key == "inputs":
            self._take_samples(value)
        else:
            self.weights.show_costs(value)

    def refresh(self) -> None:
        found = find_single(
            self.document.graph, self.document.findings.shapes.known, self.selection.only_node
        )  # fmt: skip
        if found != self._single:
            self._single = found
            self._forget()
            self._offer_axes()
        sentence = self._why_not()
        if sentence:
            self.stage.show_nothing(sentence)
        else:
            self.stage.show_content()
        for control in (self.axes, self.lines):
            control.setVisible(not sentence)
        self._hand.heed_undo()
        self._show_cost_of(self.run.record)

    def grow(self) -> None:
        if self._is_time_for(self.error):
            self._cost.changed()

    def begin(self, record: Record) -> None:
        self._show_cost_of(record)

    def pictured(self) -> list[QWidget]:
        """All four views."""
        return self._views.pictured()

    def table(self) -> Table:
        """The weights at every recorded step, and the cost of every batch."""
        curves = [*self._curves, self._cost]
        return joined(self.tr("step"), [series for curve in curves for series in curve.series()])

    def _why_not(self) -> str:
        if self._single is None:
            return self.tr(
                "Weight space can be drawn for a Dense layer with one unit and one or two inputs, as in the templates "
                "neuron, perceptron and linear-regression. This model has none."
            )
        if self.run.state in (State.WAITING, State.FAILED):
            return self.run.sentence or self.tr("Press Train to see the neuron learn.")
        return ""

    def _forget(self) -> None:
        self._path = self._shown = self._numbers = None
        self._hand.let_go()
        self._ranges = ()

    def _take_path(self, path: Path) -> None:
        self._path = path
        self._hand.heed(path.present)
        self._numbers = path.present if self._hand.wanted is None else self._hand.wanted
        self._show_path(path)
        self._show_neuron()

    def _take_samples(self, shown: Shown) -> None:
        if self._single is None or shown.inputs.shape[1] != self._single.inputs or _same(shown, self._shown):
            return
        self._shown = shown
        self.inputs.show_samples(self._single, shown)
        self._show_lines()
        self._show_neuron()

    def _show_path(self, path: Path) -> None:
        one, other = self._axes()
        if path.numbers.shape[1] <= other:
            return
        way = np.vstack((path.numbers, path.present[None]))[:, (one, other)].astype(float)
        self.weights.path.show_places(*way.T)
        hand = self._numbers if self._numbers is not None else path.present
        ranges = weight_ranges(np.vstack((way, hand[None, (one, other)])), self._ranges)
        if ranges != self._ranges:
            self._ranges = ranges
            self.weights.show_ranges(ranges)
            self.want()
        if self._is_time_for(self.course):
            for number, curve in enumerate(self._curves):
                curve.show_source(Points(path.steps, path.numbers[:, number]))

    def _is_time_for(self, curves: Plot) -> bool:
        """Whether curves, which are dear and change little, are to be drawn again; always while it stands."""
        now = perf_counter()
        if self.run.going and now - self._drawn.get(curves, 0.0) < SELDOM:
            return False
        self._drawn[curves] = now
        return True

    def _show_neuron(self) -> None:
        numbers, single = self._numbers, self._single
        if numbers is None or single is None or len(numbers) != single.inputs + 1:
            return
        one, other = self._axes()
        self.weights.arrow.show_at(float(numbers[one]), float(numbers[other]))
        if self._shown is not None:
            self.inputs.show_neuron(numbers)
        words = [f"{name}{IS}{exact(number)}" for name, number in zip(single.names, numbers, strict=True)]
        known = self._path is not None and self._hand.wanted is None
        words.append(f"J{IS}{exact(self._path.cost)}" if known and self._path is not None else f"J{IS}…")
        self.numbers.setText("   ".join(words))

    def _show_lines(self) -> None:
        shown = self._shown
        if shown is None or self._numbers is None or not self.lines.isChecked() or not shown.class_names:
            self.weights.lines.show_samples(np.empty((0, 3)), np.empty(0))
            return
        one, other = self._axes()
        inputs = np.column_stack((shown.inputs[:LINES], np.ones(len(shown.inputs[:LINES])))).astype(float)
        rest = [number for number in range(inputs.shape[1]) if number not in (one, other)]
        constant = inputs[:, rest] @ self._numbers[rest].astype(float)
        self.weights.lines.show_samples(
            np.column_stack((inputs[:, one], inputs[:, other], constant)), shown.targets[:LINES]
        )

    def _show_cost_of(self, record: Record | None) -> None:
        if record is not None:
            self._cost.show_source(Steps(record.history.losses))

    def _move_arrow(self, x: float, y: float) -> None:
        if self._numbers is not None:
            numbers = self._numbers.astype(np.float64)
            numbers[list(self._axes())] = x, y
            self._move(numbers)

    def _move(self, numbers: Array) -> None:
        """The hand wants these weights: an edit; while it trains, the training is paused first."""
        if self._path is None or not np.isfinite(numbers).all():
            return
        self._numbers = numbers.astype(self._path.present.dtype)
        if self._single is not None:
            self._hand.move(self._single.id, self._numbers)
        self._show_neuron()

    def _axes(self) -> tuple[int, int]:
        chosen = self.axes.currentData()
        return (chosen[0], chosen[1]) if chosen else (0, 1)

    def _place(self, number: int) -> Place:
        assert self._single is not None
        if number == self._single.inputs:
            return f"{self._single.id}/bias", (0,)
        return f"{self._single.id}/weights", (0, number)

    def _offer_axes(self) -> None:
        self.axes.blockSignals(True)
        self.axes.clear()
        names = self._single.names if self._single else ()
        for pair in combinations(range(len(names)), 2):
            self.axes.addItem(", ".join(names[number] for number in pair), pair)
        self.axes.setEnabled(self.axes.count() > 1)
        self.axes.blockSignals(False)
        for curve in self._curves:
            self.course.remove(curve)
        self._curves = [self.course.add_curve(name, _NONE) for name in names]
        self._name_axes()

    def _name_axes(self) -> None:
        if self._single is not None:
            self.weights.say(*(self._single.names[number] for number in self._axes()))

    def _change_axes(self) -> None:
        self._ranges = ()
        self._name_axes()
        self.weights.show_costs(np.empty((0, 0)))
        if self._path is not None:
            self._show_path(self._path)
        self._show_lines()
        self._show_neuron()
        self.want()

    def _make_header(self) -> None:
        self.header = Header(self, self)
        self.axes = QComboBox()
        self.lines = QCheckBox(self.tr("Sample lines"))
        self.lines.setToolTip(self.tr("The line that each sample draws in weight space: on one side it is right"))
        for control in (self.axes, self.lines):
            follow_font(control, SMALLER)
        self.header.add(self.axes, self.tr("Axes"))
        self.header.add(self.lines)
        self.axes.currentIndexChanged.connect(self._change_axes)
        self.lines.toggled.connect(self._show_lines)

    def _arrange(self) -> None:
        self.stage = Stage(self._views, self.tr("Press Train to see the neuron learn."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stage, 1)


_NONE = Points((), ())


def _same(shown: Shown, before: Shown | None) -> bool:
    return before is not None and (
        np.array_equal(shown.inputs, before.inputs)
        and np.array_equal(shown.targets, before.targets)
        and shown.class_names == before.class_names
    )
