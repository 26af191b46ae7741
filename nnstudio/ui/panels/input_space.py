"""Input space: the samples as the neuron sees them, its answers as colours, and the line it draws."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnstudio.layers.shapes import Array
from nnstudio.live.probes.neuron_inputs import Shown
from nnstudio.ui.panels.neuron_line import NeuronLine
from nnstudio.ui.panels.neuron_site import Answers, Single
from nnstudio.ui.panels.plane import Range, Scale, ranges_of, scale_of
from nnstudio.ui.plots.handle import Handle
from nnstudio.ui.plots.heat import Heat
from nnstudio.ui.plots.layer import Reading
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.scatter import Scatter
from nnstudio.ui.plots.trail import Trail

CELLS, ALONG = 48, 201
MARGIN = 0.12
LEVER = 0.75  # Where on the x axis the handle for the slope stands.

Moved = Callable[[Array], object]


class InputSpace(QStackedWidget):
    """A plane for two inputs, a line over one input."""

    def __init__(self, moved: Moved, begun: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane, self.line = InputPlane(moved, begun), InputLine(moved, begun)
        self.addWidget(self.plane)
        self.addWidget(self.line)

    def pictured(self) -> list[QWidget]:
        """That which is seen."""
        return [self.currentWidget()]

    def show_samples(self, single: Single, shown: Shown) -> None:
        """Show other samples, or the same as other layers make them."""
        if single.inputs == 2:
            self.plane.show_samples(single, shown)
        else:
            self.line.show_samples(single, shown)
        self.setCurrentWidget(self.plane if single.inputs == 2 else self.line)

    def show_neuron(self, numbers: Array) -> None:
        """Show weights, with the bias last."""
        if len(numbers) == 3:
            self.plane.show_neuron(numbers)
        else:
            self.line.show_neuron(numbers)


class InputPlane(Heat):
    """The neuron's answers over two inputs, and w·x + b = 0."""

    def __init__(self, moved: Moved, begun: Callable[[], object]) -> None:
        super().__init__(tr("Input space"))
        self.plot.right_clicks = False
        self.neuron = NeuronLine(lambda *numbers: moved(np.array(numbers)), begun)
        self.plot.add(self.neuron)
        self._single: Single | None = None
        self._answers = Answers(None, CELLS * CELLS)
        self._ranges: tuple[Range, ...] = ()
        self._scale: Scale | None = None

    def show_samples(self, single: Single, shown: Shown) -> None:
        """Show other samples; the range stays while it will do."""
        if single != self._single:
            self._single, self._scale = single, None
            self._answers = Answers(single.activation, CELLS * CELLS)
        names = shown.input_names if len(shown.input_names) == 2 and single.input_names[0] == "x₁" else ()
        self.plot.say(*(names or single.input_names))
        self.name_answers(tr("answer"))
        self._ranges = ranges_of(shown.inputs.astype(float), self._ranges)
        classes = shown.targets if shown.class_names else np.ones(len(shown.inputs))
        # Without a legend: it would push the plot down, beside its neighbour.
        self.points.show_points(shown.inputs[:, 0], shown.inputs[:, 1], classes, shown.class_names)

    def show_neuron(self, numbers: Array) -> None:
        """Colours and line for other weights."""
        self.neuron.show_neuron(*(float(number) for number in numbers))
        if self._single is None or not self._ranges:
            return
        (left, right), (low, high) = self._ranges
        x = left + (np.arange(CELLS) + 0.5) / CELLS * (right - left)
        y = low + (np.arange(CELLS) + 0.5) / CELLS * (high - low)
        w1, w2, bias = (float(number) for number in numbers)
        answers = self._answers(w1 * x[None, :] + w2 * y[:, None] + bias)
        if self._single.activation is not None:
            self._scale = scale_of(self._single.activation, answers, self._scale)
        else:
            self._scale = Scale(0.0, 1.0)
        place = Extent(left, right, low, high)
        self.show_answers(answers, place, self._scale.middle, self._scale.limit, decision=False)
        self.show_bar(False)


class InputLine(Plot):
    """The neuron's answer over its one input, with handles where it can be taken."""

    def __init__(self, moved: Moved, begun: Callable[[], object]) -> None:
        super().__init__(tr("Input space"), "x", tr("answer"))
        self._moved = moved
        self.answer, self._samples = Trail("", "text", width=2.0, counted=False), Scatter()
        self.offset = Grip(self._move_offset, begun)
        self.slope = Grip(self._move_slope, begun)
        for layer in (self._samples, self.answer, self.offset, self.slope):
            self.add(layer)
        self._single: Single | None = None
        self._answers = Answers(None, ALONG)
        self._across: tuple[Range, ...] = ()
        self._in_sight: tuple[Range, Range] | None = None
        self._numbers = np.zeros(2)
        self._middle = 0.0

    def show_samples(self, single: Single, shown: Shown) -> None:
        """Show other samples; the range stays while it will do."""
        if single != self._single:
            self._single, self._answers = single, Answers(single.activation, ALONG)
            self.say(single.input_names[0], tr("answer"))
        self._across = ranges_of(shown.inputs.astype(float), self._across)
        if shown.class_names:
            y, classes = np.where(shown.targets > 0, shown.yes, shown.no), shown.targets
        else:
            y, classes = shown.targets[:, 0].astype(float), np.ones(len(shown.targets))
        self._samples.show_points(shown.inputs[:, 0], y, classes, shown.class_names or (tr("sample"), tr("sample")))
        self._middle = (shown.no + shown.yes) / 2 if shown.class_names else 0.0
        known = y[np.isfinite(y)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        room = MARGIN * (high - low or 1.0)
        ranges = self._across[0], (low - room, high + room)
        if ranges != self._in_sight:
            self._in_sight = ranges
            self.zoom_to(*ranges)

    def show_neuron(self, numbers: Array) -> None:
        """The answer of other weights."""
        self._numbers = np.array(numbers, np.float64)
        if self._single is None or not self._across:
            return
        x = np.linspace(*self._across[0], ALONG)
        w, b = self._numbers.tolist()
        self.answer.show_places(x, self._answers(w * x + b))
        if self._single.linear:
            self.offset.show_at(0.0, b)
            self.slope.show_at(self._lever(), w * self._lever() + b)
        else:
            self.offset.show_at(-b / w if w else np.nan, self._middle)
        self.slope.setVisible(self._single.linear)

    def _lever(self) -> float:
        low, high = self._across[0]
        return low + LEVER * (high - low) or high

    def _move_offset(self, x: float, y: float) -> None:
        w, _ = self._numbers.tolist()
        linear = self._single is not None and self._single.linear
        self._moved(np.array([w, y if linear else -w * x]))

    def _move_slope(self, x: float, y: float) -> None:
        _, b = self._numbers.tolist()
        self._moved(np.array([(y - b) / self._lever(), b]))


class Grip(Handle):
    """A handle that says when it is taken hold of."""

    def __init__(self, moved: Callable[[float, float], object], begun: Callable[[], object]) -> None:
        super().__init__("", moved)
        self._begun = begun

    def grasp(self, place: QPointF) -> bool:
        held = super().grasp(place)
        if held:
            self._begun()
        return held

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        return None

    def readings(self, x: float, y: float) -> list[Reading]:
        return []


def tr(text: str) -> str:
    """A text of input space in the user's language."""
    return QCoreApplication.translate("InputSpace", text)
