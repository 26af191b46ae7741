"""The cost against the steps: smooth for the whole set, jagged for single samples."""

from collections.abc import Sequence

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from nnstudio.live.laboratory.records import LaneRecord
from nnstudio.ui.panels.descent_ground import tr
from nnstudio.ui.panels.descent_lanes import LaneLook
from nnstudio.ui.panels.rates_curves import ceiling
from nnstudio.ui.plots.bundle import strong_line
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.marks import Mark, Marks
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.source import Steps


class CostCurve(Curve):
    """The losses of a lane's batches."""

    def __init__(self, record: LaneRecord, look: LaneLook, width: int) -> None:
        super().__init__(look.name, Steps(record.losses))
        self.record, self._look, self._width = record, look, width

    @property
    def colour(self) -> QColor:
        return self._look.shade(self.theme)

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        found = super().extent(log_x, log_y)
        if found is None:
            return None
        # What diverges runs out of the picture.
        top = ceiling(self.record.losses[0], log_y)
        return found._replace(low=min(found.low, top), high=min(found.high, top))

    def draw(self, painter: QPainter) -> None:
        if self._lines is None or self._drawn_for != self.frame:
            self._lines, self._drawn_for = self._made_lines(), self.frame
        for (x, y), _ in self._lines:
            strong_line(painter, self.boundingRect(), x, y, self.colour, self._width)


class DescentCosts(Plot):
    """The surface beside it says which colour is which lane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Cost of each batch"), tr("Step"), tr("Cost of the batch"), parent, log="xy")
        self.curves: list[CostCurve] = []
        self._here = Marks("", "dim", self.legend.font())
        self.add(self._here)

    def show_lanes(self, records: Sequence[LaneRecord], looks: Sequence[LaneLook]) -> None:
        """Other lanes, or the same ones from the beginning."""
        hidden = {number for number, curve in enumerate(self.curves) if not curve.isVisible()}
        for curve in self.curves:
            self.remove(curve)
        # The first stands out: it is the smoothest.
        self.curves = [
            CostCurve(record, look, 2 if number == 0 else 1)
            for number, (record, look) in enumerate(zip(records, looks, strict=True))
        ]
        # The most jagged one first, so that it covers none.
        for number, curve in reversed(list(enumerate(self.curves))):
            curve.setVisible(number not in hidden)
            self.add(curve)
            self.legend.remove(curve)
        self._here.show_marks([])

    def grow(self, step: int) -> None:
        """There are new batches, or the lanes stand elsewhere."""
        for curve in self.curves:
            curve.changed()
        furthest = max((len(curve.record.losses) for curve in self.curves), default=0)
        self._here.show_marks([Mark(step, tr("step {}").format(f"{step:,}"))] if step < furthest else [])

    def show_lane(self, number: int, shown: bool) -> None:
        """Show or hide one."""
        if number < len(self.curves):
            self.curves[number].setVisible(shown)
            self.curves[number].changed()
