"""The panels of a window: what each is called, where it stands, and which are seen together."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from nnstudio.help.panels import panel_cards
from nnstudio.project.templates import load_template
from nnstudio.ui.actions import tr
from nnstudio.ui.docks import Area, Docks, Perspective, Place
from nnstudio.ui.doctor import Doctor
from nnstudio.ui.doctor_list import DoctorList
from nnstudio.ui.drawn_points import DrawnPoints
from nnstudio.ui.formula_view import FormulaView
from nnstudio.ui.health_watch import HealthWatch
from nnstudio.ui.help_keys import show
from nnstudio.ui.inspector import Inspector
from nnstudio.ui.later import Later
from nnstudio.ui.model_table import ModelTable
from nnstudio.ui.palette import Palette
from nnstudio.ui.plugin_panels import PluginPanels
from nnstudio.ui.problem_list import ProblemList
from nnstudio.ui.sample_query import SampleQuery
from nnstudio.ui.settings_effects import LaboratoryEffects, SweepEffects
from nnstudio.ui.theme import Theme

if TYPE_CHECKING:
    from nnstudio.lessons.base import Lesson
    from nnstudio.ui.incoming import Incoming
    from nnstudio.ui.laboratory import Laboratory
    from nnstudio.ui.lesson_panel import LessonPanel
    from nnstudio.ui.panels.live import LivePanel
    from nnstudio.ui.sweeping import Sweeping
    from nnstudio.ui.window import StudioWindow

LABORATORY = "rates", "compare", "sweeps", "descent"
TRAINED = "mnist-trained"
TRAIN = "inspector", "curves", "gradients", "compare", "weights", "activations"


class PanelSet:
    """Makes the panels; those that need the plotting library only when they are first seen."""

    def __init__(self, window: "StudioWindow") -> None:
        self._window = window
        of = window.document, window.selection
        self.palette, self.formula = Palette(*of), FormulaView(*of)
        self.inspector = Inspector(*of, window.run, window.ask_for_data)
        self.table, self.problems = ModelTable(*of), ProblemList(*of)
        self.watch = HealthWatch(window.run)
        self.drawn = DrawnPoints(window.document, window.run)
        self.drawn.told.connect(window.tell)
        self.doctor = Doctor(window.document, window.run, self.watch)
        self.advice = DoctorList(*of, self.doctor)
        self.sweeping: Sweeping | None = None
        self.query = SampleQuery(window)
        left, right, low = Area.LeftDockWidgetArea, Area.RightDockWidgetArea, Area.BottomDockWidgetArea
        self._live: dict[str, Later] = {}
        self._laboratories: list[Laboratory] = []
        self._incoming: Incoming | None = None
        places = {
            "palette": Place(titled("palette"), self.palette, left, "tools"),
            "lesson": Place(titled("lesson"), self._later("lesson", self._lesson), left, "tools"),
            "table": Place(titled("table"), self.table, low, "lists"),
            "problems": Place(titled("problems"), self.problems, low, "lists"),
            "doctor": Place(titled("doctor"), self.advice, low, "lists"),
            "formula": Place(titled("formula"), self.formula, low),
            "inspector": Place(titled("inspector"), self.inspector, right),
            "curves": Place(titled("curves"), self._later("curves", _curves), low, "learning"),
            "gradients": Place(titled("gradients"), self._later("gradients", self._gradients), low, "learning"),
            "rates": Place(titled("rates"), self._later("rates", self._rates), low, "learning"),
            "compare": Place(titled("compare"), self._later("compare", _compare), low, "learning"),
            "sweeps": Place(titled("sweeps"), self._later("sweeps", self._sweeps), low, "learning"),
            "weights": Place(titled("weights"), self._later("weights", self._weights), low, "numbers"),
            "activations": Place(titled("activations"), self._later("activations", self._activations), low, "numbers"),
            "samples": Place(titled("samples"), self._later("samples", self._samples), low, "numbers"),
            "boundary": Place(titled("boundary"), self._later("boundary", self._boundary), right, "views"),
            "neuron": Place(titled("neuron"), self._later("neuron", self._neuron), right, "views"),
            "descent": Place(titled("descent"), self._later("descent", self._descent), right, "views"),
            "draw": Place(titled("draw"), self._later("draw", self._draw), right, "views"),
            "confusion": Place(titled("confusion"), self._later("confusion", self._confusion), right, "views"),
        }
        self.plugins = PluginPanels(window)
        places |= self.plugins.places()
        self.places = places
        self.all: dict[str, QWidget] = {name: place.panel for name, place in places.items()}
        self.docks = Docks(window, places, {
            "build": Perspective(tr("Build"), ("palette", "inspector", "table", "problems", "doctor", "formula")),
            "train": Perspective(tr("Train"), TRAIN, low=300),
            "explore": Perspective(
                tr("Explore"), ("boundary", "neuron", "descent", "curves"), right=440, low=260, high=True
            ),
            "classify": Perspective(
                tr("Classify"), ("draw", "confusion", "samples", "activations"), right=520, low=240, high=True
            ),
            "laboratory": Perspective(
                tr("Laboratory"), tuple(name for name in LABORATORY if name in places), right=440, low=520, high=True,
            ),
        })  # fmt: skip

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours what is there already."""
        for later in self._live.values():
            if later.content is not None:
                later.content.show_theme(theme)
        self.plugins.show_theme(theme)

    def begin_lesson(self, lesson: "Lesson") -> None:
        """Show a lesson beside its project, which is in the window already."""
        from nnstudio.ui.lesson_panel import width_in

        # Text wants to be high: down to the bottom, beside the lower row.
        self._window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
        self.docks.show("lesson", width_in(self._window))
        self._live["lesson"].make()
        cast("LessonPanel", self._live["lesson"].content).begin_lesson(lesson)

    def put_on_pad(self, path: Path) -> None:
        """Bring a picture file onto the drawing pad, and the pad into sight."""
        self.docks.show("draw")
        self._live["draw"].make()
        if self._incoming is not None:
            self._incoming.read(path)

    def close(self) -> None:
        """End what goes on in processes of its own."""
        if self.sweeping is not None:
            self.sweeping.close()
        for laboratory in self._laboratories:
            laboratory.close()

    def _later(self, name: str, kind: "Callable[[], Callable[..., LivePanel]]") -> Later:
        self._live[name] = Later(partial(self._make, kind))
        return self._live[name]

    def _make(self, kind: "Callable[[], Callable[..., LivePanel]]", parent: QWidget) -> "LivePanel":
        window = self._window
        return kind()(window.document, window.selection, window.run, window.theme, parent)

    def _laboratory(self, processes: int | None = None) -> "Laboratory":
        """Lanes for one panel; they end with the window."""
        from nnstudio.ui.laboratory import Laboratory

        made = Laboratory(self._window, partial(self._window.worker, "laboratory"), processes)
        LaboratoryEffects(made, self._window.preferring)
        made.told.connect(self._window.tell)
        made.bug_met.connect(self._window.bug_met)
        self._laboratories.append(made)
        return made

    def _lesson(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.lesson_panel import LessonPanel, begin_lesson

        window, titles = self._window, {name: place.title for name, place in self.places.items()}
        return partial(
            LessonPanel, titles=titles, begin=partial(begin_lesson, window), docks=self.docks,
            show_help=partial(show, window),
        )  # fmt: skip

    def _rates(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.rates import RatesPanel

        return partial(RatesPanel, laboratory=self._laboratory())

    def _gradients(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.gradients import Gradients

        return partial(Gradients, watch=self.watch)

    def _weights(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.weights import WeightsPanel

        return partial(WeightsPanel, beginnings=self._window.beginnings)

    def _activations(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.activations import ActivationsPanel

        return partial(ActivationsPanel, sample=self._window.sample)

    def _samples(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.samples import SamplesPanel

        return partial(SamplesPanel, sample=self._window.sample, query=self.query)

    def _confusion(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.confusion import ConfusionPanel

        window = self._window
        show = partial(window.docks.show, "samples")
        return partial(ConfusionPanel, sample=window.sample, query=self.query, show_samples=show)

    def _boundary(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.boundary import Boundary

        return partial(Boundary, drawn=self.drawn)

    def _draw(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.case_folder import CaseFolder
        from nnstudio.ui.incoming import Incoming
        from nnstudio.ui.panels.draw import DrawPanel

        window = self._window
        of = window.document, window.background, window.dialogs, window
        incoming, cases = Incoming(*of), CaseFolder(*of)
        self._incoming = incoming
        for teller in (incoming, cases):
            teller.told.connect(window.tell)
        cases.added.connect(partial(window.run.stand_ready, keep=True))
        return partial(
            DrawPanel, sample=window.sample, incoming=incoming, cases=cases, open_trained=self._open_trained,
            classify_many=window.crossings.classify,
        )  # fmt: skip

    def _open_trained(self) -> None:
        """A bundled network that needs no training, with the panels as they are here."""
        window = self._window
        self.docks.keep(window.settings)
        window.background.run(partial(load_template, TRAINED), window.files.new, window.files.tell_not_opened)

    def _sweeps(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.sweeps import Sweeps
        from nnstudio.ui.sweeping import Sweeping

        self.sweeping = Sweeping(self._window)
        SweepEffects(self.sweeping, self._window.preferring)
        self.sweeping.bug_met.connect(self._window.bug_met)
        return partial(Sweeps, sweeping=self.sweeping)

    def _descent(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.descent import Descent

        # The paths of all lanes lie on one surface: one process knows them all.
        return partial(Descent, laboratory=self._laboratory(1))

    def _neuron(self) -> "Callable[..., LivePanel]":
        from nnstudio.ui.panels.neuron import NeuronPanel

        return partial(NeuronPanel, beginnings=self._window.beginnings)


def _curves() -> "type[LivePanel]":
    from nnstudio.ui.panels.curves import Curves

    return Curves


def _compare() -> "type[LivePanel]":
    from nnstudio.ui.panels.compare import Compare

    return Compare


def titled(name: str) -> str:
    """What one of our panels is called, in the user's language; it is declared with its page."""
    return QCoreApplication.translate("panels", panel_cards()[name].title)
