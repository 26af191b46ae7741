"""The descent: the error surface with the paths of batch, mini-batch and stochastic descent, or of three rates."""

from math import isfinite, sqrt

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from nnstudio.experiments.planes import OF_PATHS, Ground, OfChance, OfThePath, OfTwoWeights, Place, Plane
from nnstudio.live.known import State
from nnstudio.live.laboratory.messages import LanePath
from nnstudio.ui.document import Document
from nnstudio.ui.laboratory import Laboratory
from nnstudio.ui.panels.descent_controls import DescentControls, Over
from nnstudio.ui.panels.descent_costs import DescentCosts
from nnstudio.ui.panels.descent_ground import ErrorGround
from nnstudio.ui.panels.descent_lanes import LaneLook, looks_of
from nnstudio.ui.panels.descent_walk import HEAVY, Walk, Wanted, first_rate
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.panels.weight_names import full_name, named_places, place_in, weight_count
from nnstudio.ui.plots.saving import SaveButton
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Table
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Theme

SETTLED = 300  # Milliseconds after the last change of its size.
WIDE = 1.15  # So many times as wide as high, and the costs stand beside the surface.
PLACES, FEW_PLACES = 2800, 1000  # Of the surface; of a heavy network.
PASSES = 8  # The grid gets finer in passes, of which the first takes every eighth place.
OTHER = 1.2  # So many times as wide for its height as before, and the surface is surveyed again.


class Descent(LivePanel):
    """Lays lanes in a laboratory of one process as soon as it is seen; a hidden one rests."""

    def __init__(
        self, document: Document, selection: Selection, run: Run, theme: Theme, parent: QWidget | None = None,
        *, laboratory: Laboratory,
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.title = self.tr("Descent")
        self.laboratory, self.walk = laboratory, Walk(laboratory, self)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._looks: tuple[LaneLook, ...] = ()
        self._asked: Plane | None = None
        self._asked_shape = 1.0
        self._resized = QTimer(self, singleShot=True, interval=SETTLED)
        self.controls = DescentControls(self)
        self.surface, self.costs = ErrorGround(), DescentCosts()
        self.save_button = SaveButton(self)
        self._arrange()
        self._connect()
        self._show_first_rate()

    def pictured(self) -> list[QWidget]:
        """Surface and costs."""
        return [self.surface, self.costs]

    def table(self) -> Table:
        """The surface and the paths; the costs can be saved by themselves."""
        return self.surface.table()

    def refresh(self) -> None:
        sentence = self._why_not()
        if sentence:
            self._give_up(sentence)
            return
        known = self.walk.wanted
        if known is not None and known.project.settings != self.document.project.settings:
            self._show_first_rate()
        graph, shapes = self.document.graph, self.document.findings.shapes.known
        places, count = named_places(graph, shapes), weight_count(graph, shapes)
        self.controls.show_places(places, self._find_weight, len(places) == count)
        ready = self.run.known.ready
        wanted = Wanted(
            self.document.project, self.controls.chosen_line_up, self.controls.rate.value,
            ready.samples["train"] if ready is not None else 1, count,
        )  # fmt: skip
        if not wanted.like(known):
            self.walk.lay_for(wanted)
            self._survey()
            self.walk.measure()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.walk.walk(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > WIDE * self.height()
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != direction:
            self._row.setDirection(direction)
        self._resized.start()

    def show_theme(self, theme: Theme) -> None:
        self.theme = theme

    def _why_not(self) -> str:
        """Why there is no surface; an empty text where there can be one."""
        problem = next((each for each in self.document.findings.problems if not each.warning), None)
        if problem is not None:
            return problem.sentence
        if self.run.state is State.FAILED:
            return self.run.sentence
        if weight_count(self.document.graph, self.document.findings.shapes.known) < 2:
            return self.tr("A surface needs two weights that learn. Add a layer with weights.")
        if self.run.known.ready is None:
            self.run.begin()
            return self.tr("The data is being read…")
        return ""

    def _give_up(self, sentence: str) -> None:
        self.walk.forget()
        self.surface.forget()
        self.stage.show_nothing(sentence)
        self._enable()

    def _show_first_rate(self) -> None:
        self.controls.rate.show_value(first_rate(self.document.project, self.controls.chosen_line_up))

    def _change_line_up(self) -> None:
        self._show_first_rate()
        self._follow()

    def _survey(self, anew: bool = True) -> None:
        """The surface over the chosen plane."""
        plane = self._plane()
        if plane is not None:
            self.stage.show_content()
            self._asked, self._asked_shape = plane, self._shape
            self.laboratory.survey(plane, self._counts(), anew)

    def _survey_chosen(self) -> None:
        if self.walk.wanted is None:
            return
        if self._plane() is None:
            self.controls.where.setText(self.tr("Choose two different weights, such as {}.").format(
                self.tr(" and ").join(list(self.controls.places)[:2])))  # fmt: skip
        self._survey()

    def _find_weight(self, name: str) -> Place | None:
        return place_in(name, self.document.graph, self.document.findings.shapes.known)

    def _plane(self) -> Plane | None:
        over = self.controls.chosen_plane
        if over is not Over.WEIGHTS:
            return OfThePath() if over is Over.PATH else OfChance()
        first, second = self.controls.weights()
        if first is None or second is None or first == second:
            return None
        return OfTwoWeights(first, second)

    def _counts(self) -> tuple[int, int]:
        """Places to the right and upwards, so that they are as far apart in both directions."""
        heavy = self.walk.wanted is not None and self.walk.wanted.weights > HEAVY
        up = sqrt((FEW_PLACES if heavy else PLACES) / self._shape)
        right, up = (PASSES * max(2, round(each / PASSES)) + 1 for each in (up * self._shape, up))
        return right, up

    @property
    def _shape(self) -> float:
        """How many times as wide as high the surface is."""
        inside = self.surface.axes.inside
        return min(max(inside.width() / max(inside.height(), 1.0), 0.3), 4.0)

    def _heed_shape(self) -> None:
        changed = max(self._shape, self._asked_shape) / min(self._shape, self._asked_shape)
        if self.walk.wanted is not None and self.isVisible() and changed > OTHER:
            self._survey(anew=False)

    def _show_lanes(self) -> None:
        wanted = self.walk.wanted
        assert wanted is not None
        looks = looks_of(self.walk.entrants, wanted.line_up, wanted.samples)
        if looks != self._looks:
            self._looks = looks
            self.surface.show_lanes([(number, look.name, look.shade) for number, look in enumerate(looks)])
        self.costs.show_lanes(list(self.laboratory.lanes.values()), looks)
        self._show_place()

    def _show_ground(self, ground: Ground) -> None:
        if ground.plane == self._asked:
            self.surface.show_ground(ground, self._axis_names(ground))
            self._show_place()

    def _axis_names(self, ground: Ground) -> tuple[str, str]:
        if isinstance(ground.plane, OfTwoWeights):
            names = {place: name for name, place in self.controls.places.items()}
            first, second = ground.plane.first, ground.plane.second
            return names.get(first, full_name(first)), names.get(second, full_name(second))
        if ground.names == OF_PATHS:
            return self.tr("First principal direction"), self.tr("Second principal direction")
        return self.tr("First random direction"), self.tr("Second random direction")

    def _show_path(self, path: LanePath) -> None:
        self.surface.show_path(path)
        if path.lane in self.laboratory.lanes and path.lane < len(self._looks):
            words = self._looks[path.lane].words(self.laboratory.lanes[path.lane], path.cost)
            self.surface.say_of_lane(path.lane, words)

    def _grow_lanes(self) -> None:
        if self.isVisible():
            self.costs.grow(self.walk.step)
            self._show_place()

    def _show_place(self) -> None:
        ground, words = self.surface.ground, [self.tr("Step {}").format(f"{self.walk.step:,}")]
        if ground is not None and ground.explained is not None:
            words.append(self.tr("{} of the paths' variance in view").format(f"{ground.explained:.0%}"))
        self.controls.where.setText(" · ".join(words))
        self._enable()

    def _enable(self) -> None:
        there, over = self.walk.wanted is not None, self.walk.over
        self.controls.enable(there and not over, there and self.walk.step > 0, there)
        self.save_button.setEnabled(there and self.surface.ground is not None)

    def _click(self, x: float, y: float, button: Qt.MouseButton) -> None:
        if button is Qt.MouseButton.LeftButton and self.surface.ground is not None and isfinite(x) and isfinite(y):
            self.walk.begin_at((x, y))

    def _show_or_hide(self, layer: object, shown: bool) -> None:
        for number, trail in self.surface.trails.items():
            if trail is layer:
                self.costs.show_lane(number, shown)

    def _arrange(self) -> None:
        body = QWidget(self)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, body)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.surface, 5)
        self._row.addWidget(self.costs, 3)
        self.stage = Stage(body, "", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.controls)
        column.addWidget(self.stage, 1)
        self.controls.take_in(self.save_button)

    def _connect(self) -> None:
        controls, laboratory, walk = self.controls, self.laboratory, self.walk
        controls.line_up_changed.connect(self._change_line_up)
        controls.rate_changed.connect(self._follow)
        controls.plane_changed.connect(self._survey_chosen)
        controls.stepped.connect(walk.go)
        controls.run_toggled.connect(walk.toggle)
        controls.back_asked.connect(walk.back)
        controls.restart_asked.connect(walk.restart)
        walk.laid.connect(self._show_lanes)
        walk.rate_found.connect(controls.rate.show_value)
        walk.walking_changed.connect(controls.show_going)
        laboratory.surveyed.connect(self._show_ground)
        laboratory.path.connect(self._show_path)
        laboratory.unsurveyed.connect(self.stage.show_nothing)
        laboratory.grew.connect(self._grow_lanes)
        laboratory.changed.connect(self._show_place)
        self.surface.clicked.connect(self._click)
        self.surface.legend.toggled.connect(self._show_or_hide)
        self._resized.timeout.connect(self._heed_shape)
