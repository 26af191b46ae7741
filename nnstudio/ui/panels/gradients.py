"""The gradients: how large they are layer by layer, how far the weights go at each step, and which units are stuck."""

from enum import IntEnum

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from nnstudio.training.health import Health
from nnstudio.ui.document import Document
from nnstudio.ui.health_watch import HealthWatch
from nnstudio.ui.panels.figures import figures_of
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.panels.unit_counts import NAME, CountModel, CountTable, counts_of
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.layer import Layer
from nnstudio.ui.plots.legend import Legend
from nnstudio.ui.plots.marks import Mark, Marks
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.source import Points
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Column, Series, Table, joined
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import GAP, Theme

USUAL = 1e-3  # Karpathy, CS231n. The templates of ours stay within the band around it once they have begun to learn.
LOWEST, HIGHEST = 1e-4, 1e-2
NEAR = 16  # Pixels within which a click takes a curve.
WIDE = 640  # From here on the table has room beside the plots.
TABLE = 232
LOW = 112


class View(IntEnum):
    """What is shown, in the order of the buttons."""

    ALL = 0
    GRADIENTS = 1
    UPDATES = 2
    UNITS = 3


class Band(Layer):
    """The ratios that are usual, as a band over the whole width."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "good", level=-10)
        self._last = 0.0

    def show_until(self, step: float) -> None:
        """Count for the range of the axes, as soon as there is anything to compare."""
        if step != self._last:
            self._last = step
            self.changed()

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        ends = np.log10((LOWEST, HIGHEST)) if log_y else (0.0, HIGHEST)
        last = np.log10(max(self._last, 1.0)) if log_x else self._last
        return Extent(float(last), float(last), float(ends[0]), float(ends[1])) if self._last else None

    def draw(self, painter: QPainter) -> None:
        top, bottom = (float(self.frame.down(each)) for each in (HIGHEST, LOWEST))
        colour = self.colour
        colour.setAlphaF(0.14)
        painter.fillRect(QRectF(0, top, self.frame.width, bottom - top), colour)


class Gradients(LivePanel):
    """Shows what the watch has seen, also while this panel was hidden."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None,
        *, watch: HealthWatch,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Gradients")
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._watch = watch
        step = self.tr("Step")
        self.sizes = Plot(self.tr("Gradients"), step, self.tr("Gradient (RMS)"), log="xy")
        self.ratios = Plot(self.tr("Updates"), step, self.tr("Update ÷ weights"), log="xy")
        self.curves: dict[str, tuple[Curve, Curve]] = {}
        self._shown = [Marks(ink="accent") for _ in range(2)]
        self._following = False
        self.layers = Legend(self)
        self.layers.setContentsMargins(GAP, 0, GAP, 0)
        self._add_usual()
        self._arrange()
        self._connect()

    def pictured(self) -> list[QWidget]:
        """The plots and the table, as far as they are shown."""
        return [each for each in (self.layers, self.sizes, self.ratios, self.units_stage) if each.isVisibleTo(self)]

    def table(self) -> Table:
        """Every figure of every layer; how many units are stuck, in the row of the last step."""
        shown = [plot for plot in (self.sizes, self.ratios) if plot.isVisibleTo(self)]
        return joined(self.tr("Step"), [*figures_of(shown), *self._counts()])

    def refresh(self) -> None:
        if set(self.curves) != set(self._watch.series.names):
            self._begin_anew()
        self._show_health()
        self._show_selected()
        self.grow()
        view = View(self.view.current)
        self.sizes.setVisible(view in (View.ALL, View.GRADIENTS))
        self.ratios.setVisible(view in (View.ALL, View.UPDATES))
        self._plots.setVisible(view is not View.UNITS)
        self.units_stage.setVisible(view in (View.ALL, View.UNITS))
        self._share_room()

    def grow(self) -> None:
        known = self.run.known
        marks = [Mark(known.step, self.tr("shown: {}").format(f"{known.step:,}"))] if known.rewound else []
        for each in self._shown:
            each.show_marks(marks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _add_usual(self) -> None:
        self._band = Band(self.tr("Usual"))
        self.ratios.add(self._band)
        self.ratios.legend.remove(self._band)
        self.layers.add(self._band, self._band.name, self._band.shade)
        self.layers[self._band].setToolTip(self.tr(
            "A rule of thumb, from Stanford's course CS231n: a step changes the weights by about a thousandth of their "
            "size. Far below the band, learning is slow; far above, it may leap over the valley.\n"
            "In the first epochs even a sound training is often above it."
        ))  # fmt: skip
        usual = Marks(ink="good", level=True)
        usual.show_marks([Mark(USUAL, self.tr("about 0.001"))])
        self.ratios.add(usual)
        for plot, marks in zip((self.sizes, self.ratios), self._shown, strict=True):
            plot.add(marks)
            plot.set_log(x=False, y=True)

    def _arrange(self) -> None:
        self.header = Header(self, self)
        names = self.tr("All"), self.tr("Gradients"), self.tr("Updates"), self.tr("Units")
        self.view = Segments(names, self.tr("Show"), self)
        self.header.add(self.view)
        self._model = CountModel(self)
        self.units = CountTable(self._model, self)
        self.units_stage = Stage(self.units, self.tr("No layer here has units that could die or saturate."))
        self._plots, self._content = QWidget(self), QWidget(self)
        across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._plots)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._content)
        for box in (across, self._box):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(0)
        across.addWidget(self.sizes, 1)
        across.addWidget(self.ratios, 1)
        self._box.addWidget(self._plots, 1)
        self._box.addWidget(self.units_stage)
        self.stage = Stage(self._content, self.tr("Press Train to see how large the gradient of each layer is."), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.layers)
        column.addWidget(self.stage, 1)

    def _connect(self) -> None:
        self._watch.measured.connect(self._measure)
        self._watch.begun.connect(self._start)
        self.layers.toggled.connect(self._show_or_hide)
        self.view.chosen.connect(self.refresh)
        self.sizes.clicked.connect(self._pick_size)
        self.ratios.clicked.connect(self._pick_ratio)
        self.units.selectionModel().selectionChanged.connect(self._pick_row)

    def _measure(self, health: Health) -> None:
        if self.isVisible():
            if set(self.curves) != set(self._watch.series.names):
                self.refresh()
            else:
                self._show_health()

    def _start(self) -> None:
        if self.isVisible():
            self.refresh()

    def _begin_anew(self) -> None:
        for id, (size, ratio) in self.curves.items():
            self.sizes.remove(size)
            self.ratios.remove(ratio)
            self.layers.remove(id)
        self.curves = {}
        for ink, (id, name) in enumerate(self._watch.series.names.items()):
            size, ratio = (plot.add_curve(name, Points((), ()), ink) for plot in (self.sizes, self.ratios))
            for plot, curve in ((self.sizes, size), (self.ratios, ratio)):
                # Both have one entry, in the panel's own legend.
                plot.legend.remove(curve)
            self.layers.add(id, name, size.shade)
            self.curves[id] = size, ratio

    def _show_or_hide(self, key: object, shown: bool) -> None:
        for layer in self.curves.get(str(key), (self._band,)):
            layer.setVisible(shown)
            # The range follows what is seen.
            layer.changed()

    def _show_health(self) -> None:
        series = self._watch.series
        for id, (size, ratio) in self.curves.items():
            size.show_source(Points(*series.gradients(id)))
            ratio.show_source(Points(*series.ratios(id)))
        self._band.show_until(series.last_step)
        self.header.save_button.setEnabled(bool(self.curves))
        if series.latest is not None:
            self._show_counts(series.latest)
        if self.curves:
            self.stage.show_content()
        else:
            self.stage.show_nothing()
        self.layers.setVisible(bool(self.curves))

    def _show_counts(self, health: Health) -> None:
        counts = counts_of(health)
        self._model.show_counts(counts)
        if counts:
            self.units_stage.show_content()
        else:
            self.units_stage.show_nothing()

    def _show_selected(self) -> None:
        """The selected layer stands out; where none of these is selected, all do."""
        chosen = self.selection.nodes & self.curves.keys()
        for id, pair in self.curves.items():
            for curve in pair:
                curve.faint = bool(chosen) and id not in chosen
                curve.setZValue(1.0 if id in chosen else 0.0)
        rows = [row for row, each in enumerate(self._model.counts) if each.id == self.selection.only_node]
        self._following = True
        if rows:
            flags = QItemSelectionModel.SelectionFlag
            index = self._model.index(rows[0], NAME)
            self.units.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        else:
            self.units.clearSelection()
        self._following = False

    def _pick_size(self, x: float, y: float, button: Qt.MouseButton) -> None:
        self._pick(self.sizes, {id: pair[0] for id, pair in self.curves.items()}, x, y)

    def _pick_ratio(self, x: float, y: float, button: Qt.MouseButton) -> None:
        self._pick(self.ratios, {id: pair[1] for id, pair in self.curves.items()}, x, y)

    def _pick(self, plot: Plot, curves: dict[str, Curve], x: float, y: float) -> None:
        """Select the layer whose curve is nearest to a click, if one is near."""
        frame, away = plot.frame, {}
        for id, curve in curves.items():
            found = curve.readings(x, y) if curve.isVisible() else []
            if found:
                across, down = frame.across((found[0].x, x)), frame.down((found[0].y, y))
                away[id] = float(np.hypot(across[1] - across[0], down[1] - down[0]))
        best = min(away, key=lambda id: away[id], default=None)
        if best is not None and away[best] <= NEAR:
            self.selection.choose([best])

    def _pick_row(self, selected: QItemSelection) -> None:
        if selected.indexes() and not self._following:
            self.selection.choose([self._model.counts[selected.indexes()[0].row()].id])

    def _share_room(self) -> None:
        """The table beside the plots, or below them where it is narrow."""
        alone, wide = View(self.view.current) is View.UNITS, self.width() >= px(WIDE)
        way = QBoxLayout.Direction
        self._box.setDirection(way.LeftToRight if wide else way.TopToBottom)
        far = 16_777_215
        self.units_stage.setMaximumSize(px(TABLE) if wide and not alone else far, far if wide or alone else px(LOW))

    def _counts(self) -> list[Series]:
        if self._watch.series.latest is None or not self.units_stage.isVisibleTo(self):
            return []
        step = np.array([self._watch.series.latest.step], np.float64)
        return [
            Series(step, (Column(title.format(each.name), [count]),))
            for each in self._model.counts
            for title, count in (
                (self.tr("{}: dead units"), each.dead), (self.tr("{}: saturated units"), each.saturated)
            )
            if count is not None
        ]  # fmt: skip
